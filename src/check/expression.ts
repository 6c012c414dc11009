/** One expression of a rules file: compiled and checked once, evaluated per object, its values shown when it fails. */
import type { ASTNode, SourceRange } from "@marcbachmann/cel-js"
import { nearest } from "../bytes/nearest.ts"
import {
  aliased,
  contextOf,
  type Environments,
  EXPRESSION_LIMITS,
  environmentsFor,
  scopeOf,
  unaliased,
  type Variables,
} from "./environment.ts"
import type { CelObject } from "./objects.ts"
import { elementOf, isTypeName, type Kind, membersOf } from "./schema.ts"
import { type SeenValue, valuesSeen } from "./seen.ts"

/** A fault of an expression, with its offset in it (UTF-16 units). */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError"
  constructor(
    message: string,
    readonly at: number,
    /** A name that was probably meant. */
    readonly suggestion?: string,
  ) {
    super(message)
  }
}

/** What an expression came to for one object: its value, or why it has none. */
type Verdict = { readonly value: boolean } | { readonly error: string }

export interface Expression {
  readonly source: string
  evaluate(object: CelObject, report: CelObject): Verdict
  /** The members that the expression read and their values for this object; `wanted` is the value it should have had. */
  seen(object: CelObject, report: CelObject, wanted: boolean): SeenValue[]
}

/** Compiles expressions about one kind of object after another; environments are made once a kind. */
export class Compiler {
  readonly #environments = new Map<Kind, Environments>()

  constructor(readonly variables: Variables) {}

  /** Compiles a boolean expression. Throws ExpressionError for a fault of syntax, a name or a type. */
  compile(source: string, kind: Kind): Expression {
    if (source.length > EXPRESSION_LIMITS.maxLength)
      throw new ExpressionError(`expression longer than ${EXPRESSION_LIMITS.maxLength} characters`, 0)
    const env = this.#environment(kind)
    const text = aliased(source, parse(env, source))
    const check = env.strict.check(text)
    if (!check.valid) throw this.#explain(faultOf(check.error), source, text, kind)
    if (check.type !== "bool") throw new ExpressionError(`a condition is needed, and this is of type ${check.type}`, 0)
    const run = env.loose.parse(text)
    const values = (object: CelObject, report: CelObject) => contextOf(kind, object, report, this.variables)
    return {
      source,
      evaluate(object, report) {
        try {
          return { value: run(values(object, report)) === true }
        } catch (e) {
          return { error: evaluationFault(e) }
        }
      },
      seen: (object, report, wanted) => valuesSeen(env.loose, text, run.ast, values(object, report), wanted),
    }
  }

  #environment(kind: Kind): Environments {
    const known = this.#environments.get(kind)
    if (known) return known
    const made = environmentsFor(kind, this.variables)
    this.#environments.set(kind, made)
    return made
  }

  #explain(fault: CelFault, source: string, text: string, kind: Kind): ExpressionError {
    const range = fault.range ?? { start: 0, end: source.length }
    const word = source.slice(range.start, range.end)
    if (fault.code === "unknown_variable")
      return unknown(word, range, Object.keys(scopeOf(kind)), this.variables.keys())
    if (fault.code === "no_such_key") {
      const owner = this.#ownerType(text, range.start, kind)
      const names = owner && isTypeName(owner) ? Object.keys(membersOf(owner)) : []
      return unknown(word.replace(/^.*[.]/s, ""), range, names, [], owner)
    }
    return new ExpressionError(unaliased(fault.summary ?? fault.message), range.start)
  }

  /** The type whose member is written at `at`: that of the path before it, where it is known. */
  #ownerType(text: string, at: number, kind: Kind): string | undefined {
    const path = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\])*(?=\.\s*$)/.exec(text.slice(0, at))?.[0]
    return path && this.#typeOf(path, text, kind, 0)
  }

  /** The type of a path, which may begin with a variable of a macro: `exchanges.all(x, x.messages.all(m, m.…))`. */
  #typeOf(path: string, text: string, kind: Kind, depth: number): string | undefined {
    const check = this.#environment(kind).strict.check(path)
    if (check.valid) return check.type
    const [head, ...rest] = path.split(".")
    const [name] = head.split("[")
    const macro = new RegExp(`([\\w.\\[\\]]+)\\.(?:all|exists|exists_one|map|filter)\\(\\s*${name}\\s*,`).exec(text)
    const list = macro && depth < 8 ? this.#typeOf(macro[1], text, kind, depth + 1) : undefined
    return list && rest.reduce(memberType, elementOf(list))
  }
}

/** The type of a member, or of an item where it is indexed. */
function memberType(type: string, step: string): string {
  const [name, index] = step.split("[")
  const member = isTypeName(type) && Object.hasOwn(membersOf(type), name) ? membersOf(type)[name] : undefined
  return member ? (index === undefined ? member.type : elementOf(member.type)) : "dyn"
}

interface CelFault extends Error {
  readonly code?: string
  readonly summary?: string
  readonly range?: SourceRange
}

/** What the library throws or returns as an error. */
const faultOf = (error: unknown): CelFault => (error instanceof Error ? error : new Error(String(error)))

function parse(env: Environments, source: string): ASTNode {
  try {
    return env.strict.parse(source).ast
  } catch (e) {
    throw new ExpressionError(summaryOf(e), faultOf(e).range?.start ?? 0)
  }
}

/** The library's one-line summary; its message repeats the expression over several lines. */
const summaryOf = (e: unknown): string => {
  const fault = faultOf(e)
  return fault.summary ?? fault.message
}

/** Why an expression has no value, without what the values themselves say. */
function evaluationFault(e: unknown): string {
  const { code } = faultOf(e)
  if (code === "index_out_of_bounds") return "an index is past the end of its list"
  return unaliased(summaryOf(e))
}

function unknown(
  word: string,
  range: SourceRange,
  names: Iterable<string>,
  variables: Iterable<string>,
  owner?: string,
): ExpressionError {
  const known = [...names, ...variables]
  const what = owner ? `${owner} has no member "${word}"` : `unknown name "${word}"`
  return new ExpressionError(what, range.start, nearest(word, known))
}
