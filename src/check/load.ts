/** Reads rules files: includes, variables, structure, and every expression compiled before the first rule runs. */

import { messageOf } from "../bytes/errors.ts"
import { isOneOf, present } from "../bytes/typed.ts"
import { nanosOf } from "./duration.ts"
import { takenName, type Variable } from "./environment.ts"
import { Compiler, type Expression, ExpressionError } from "./expression.ts"
import { type Count, type Rule, type RuleSet, RulesError, type Selection, type Within } from "./rules.ts"
import { INSIDE, KIND_NAMES, type Kind } from "./schema.ts"
import { type MapEntry, Source, type SourceNode } from "./source.ts"
import { validateSource } from "./validate.ts"

/** The text of a rules file, and the name by which it is known from then on. */
export interface RulesText {
  readonly file: string
  readonly text: string
}

export interface LoadOptions {
  /** Reads a file as it is named, or as `from` includes it. Throws Error when it cannot be read. */
  readonly read: (path: string, from: string | null) => Promise<RulesText>
  /** Values of variables that replace those of the files. */
  readonly vars?: Readonly<Record<string, string>>
}

/** Enough for any project; a chain of includes that goes on ends here. */
const MAX_FILES = 64
const MAX_RULES = 2_000

/** Loads rules files with all that they include. Throws RulesError with the place of the fault. */
export async function loadRules(paths: readonly string[], options: LoadOptions): Promise<RuleSet> {
  const sources: Source[] = []
  for (const path of paths) await collect(path, null, [], sources, options)
  const variables = variablesOf(sources, options.vars ?? {})
  const compiler = new Compiler(variables)
  const rules = sources.flatMap(source => rulesOf(source, compiler))
  if (rules.length === 0 && sources.length > 0) throw sources[0].error(0, "no rule in it")
  if (rules.length > MAX_RULES) throw sources[0].error(0, `more than ${MAX_RULES} rules`)
  return { rules, files: sources.map(s => s.file) }
}

/** Adds a file's includes, then the file itself; each file once. */
async function collect(
  path: string,
  at: { source: Source; node: SourceNode } | null,
  chain: readonly string[],
  sources: Source[],
  options: LoadOptions,
): Promise<void> {
  const { file, text } = await readFile(path, at, options)
  if (chain.includes(file) && at)
    throw at.source.error(at.node.at, `rules files include one another: ${[...chain, file].join(" → ")}`)
  if (sources.some(s => s.file === file)) return
  const source = new Source(file, text)
  validateSource(source)
  const includes = member(source.root, "include")?.value
  for (const node of includes?.kind === "list" ? includes.items : []) {
    if (sources.length + chain.length >= MAX_FILES) throw source.error(node.at, `more than ${MAX_FILES} rules files`)
    await collect(textOf(node), { source, node }, [...chain, file], sources, options)
  }
  sources.push(source)
}

async function readFile(
  path: string,
  at: { source: Source; node: SourceNode } | null,
  options: LoadOptions,
): Promise<RulesText> {
  try {
    return await options.read(path, at?.source.file ?? null)
  } catch (e) {
    const fault = `cannot read ${path}: ${messageOf(e)}`
    if (at) throw at.source.error(at.node.at, fault)
    throw new RulesError({ file: path, line: 1, column: 1 }, fault)
  }
}

/** The variables of all files, later files first in right, then those set from outside. */
function variablesOf(sources: readonly Source[], given: Readonly<Record<string, string>>): Map<string, Variable> {
  const variables = new Map<string, Variable>()
  for (const source of sources)
    for (const [name, { at, value }] of mapOf(member(source.root, "vars")?.value)) {
      const taken = takenName(name)
      if (taken) throw source.error(at, `variable ${JSON.stringify(name)} has the name of ${taken}`)
      variables.set(name, variableOf(source, name, value))
    }
  for (const [name, text] of Object.entries(given)) {
    const declared = variables.get(name)
    const place = { file: `--var ${name}`, line: 1, column: 1 }
    if (!declared)
      throw new RulesError(place, "no rules file has this variable", [
        `known: ${[...variables.keys()].join(", ") || "none"}`,
      ])
    const value = valueFrom(text, declared.type)
    if (value === undefined) throw new RulesError(place, `${JSON.stringify(text)} is no ${declared.type}`)
    variables.set(name, { type: declared.type, value })
  }
  return variables
}

function variableOf(source: Source, name: string, node: SourceNode): Variable {
  if (node.kind !== "list") return scalarOf(node)
  const items = node.items.map(scalarOf)
  const types = new Set(items.map(i => i.type))
  if (types.size > 1) throw source.error(node.at, `the items of ${name} are of several types: ${[...types].join(", ")}`)
  return { type: `list<${items[0]?.type ?? "string"}>`, value: items.map(i => i.value) }
}

function scalarOf(node: SourceNode): Variable {
  const value = node.kind === "scalar" ? node.value : null
  if (typeof value === "boolean") return { type: "bool", value }
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? { type: "int", value: BigInt(value) } : { type: "double", value }
  return { type: "string", value: String(value) }
}

/** A `--var` value of a declared type: lists are parted by commas. */
function valueFrom(text: string, type: string): unknown {
  const list = /^list<(.+)>$/.exec(type)?.[1]
  if (list) {
    const items = text.split(",").map(item => valueFrom(item.trim(), list))
    return items.includes(undefined) ? undefined : items
  }
  if (type === "int") return /^-?\d+$/.test(text) ? BigInt(text) : undefined
  if (type === "double") return text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined
  if (type === "bool") return text === "true" ? true : text === "false" ? false : undefined
  return text
}

const rulesOf = (source: Source, compiler: Compiler): Rule[] => {
  const list = member(source.root, "rules")?.value
  return list?.kind === "list" ? list.items.map(node => ruleOf(new RuleReader(source, compiler), node)) : []
}

function ruleOf(reader: RuleReader, node: SourceNode): Rule {
  const kind = reader.kind(node)
  reader.demandSense(node, kind)
  const within = member(node, "within")?.value
  const order = member(node, "order")?.value
  return {
    name: textOf(member(node, "name")?.value),
    description: optionalText(node, "description"),
    reference: optionalText(node, "reference"),
    severity: optionalText(node, "severity") === "warning" ? "warning" : "error",
    place: reader.source.place(node.at),
    kind,
    where: reader.expression(node, "where", kind),
    expect: reader.expression(node, "expect", kind),
    none: reader.expression(node, "none", kind),
    count: reader.count(node),
    within: within ? reader.within(within, kind) : null,
    order: order?.kind === "list" ? order.items.map(item => reader.selection(item, kind)) : null,
  }
}

/** Reads the parts of a rule that the schema cannot judge. */
class RuleReader {
  constructor(
    readonly source: Source,
    readonly compiler: Compiler,
  ) {}

  kind(node: SourceNode): Kind | null {
    const name = optionalText(node, "for")
    return isOneOf(KIND_NAMES, name) ? name : null
  }

  /** A rule selects objects, or looks through the whole capture for things that follow one another. */
  demandSense(node: SourceNode, kind: Kind | null): void {
    const has = (name: string) => member(node, name) !== undefined
    if (kind === null && (!(has("within") || has("order")) || ["where", "expect", "none", "count"].some(has)))
      throw this.source.error(node.at, 'the rule has no "for": it selects nothing')
  }

  expression(node: SourceNode, name: string, kind: Kind | null): Expression | null {
    const entry = member(node, name)
    return entry && kind ? this.compile(entry.value, kind) : null
  }

  compile(node: SourceNode, kind: Kind): Expression {
    try {
      return this.compiler.compile(textOf(node), kind)
    } catch (e) {
      if (!(e instanceof ExpressionError)) throw e
      const hints = e.suggestion === undefined ? [] : [`did you mean ${JSON.stringify(e.suggestion)}?`]
      throw this.source.error(this.source.offsetIn(node, e.at), e.message, ...hints)
    }
  }

  count(node: SourceNode): Count {
    const entry = member(node, "count")
    if (!entry) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (entry.value.kind === "scalar") return { min: Number(entry.value.value), max: Number(entry.value.value) }
    const bound = (name: string, otherwise: number): number => {
      const value = member(entry.value, name)?.value
      return value?.kind === "scalar" ? Number(value.value) : otherwise
    }
    const count = { min: bound("min", 0), max: bound("max", Number.POSITIVE_INFINITY) }
    if (count.min > count.max)
      throw this.source.error(entry.at, `count: min ${count.min} is more than max ${count.max}`)
    return count
  }

  selection(node: SourceNode, scope: Kind | null): Selection {
    const kind = present(this.kind(node))
    if (scope && !INSIDE[scope].includes(kind))
      throw this.source.error(
        member(node, "for")?.value.at ?? node.at,
        `${withArticle(scope)} holds no ${kind}`,
        insideHint(scope),
      )
    return {
      kind,
      where: this.expression(node, "where", kind),
      at: optionalText(node, "at") === "end" ? "end" : "start",
    }
  }

  within(node: SourceNode, scope: Kind | null): Within {
    const part = (name: string): SourceNode => member(node, name)?.value ?? node
    const min = optionalText(node, "min")
    const within = {
      from: this.selection(part("from"), scope),
      to: this.selection(part("to"), scope),
      maxNanos: nanosOf(textOf(part("max"))),
      minNanos: min === null ? 0n : nanosOf(min),
    }
    if (within.minNanos > within.maxNanos) throw this.source.error(part("min").at, "min is longer than max")
    return within
  }
}

const withArticle = (kind: Kind): string => `${/^[aei]/.test(kind) ? "an" : "a"} ${kind}`

const insideHint = (scope: Kind): string => {
  const kinds = INSIDE[scope]
  return kinds.length > 0 ? `it holds ${kinds.join(", ")}` : 'leave out "for": the whole capture is searched'
}

const mapOf = (node: SourceNode | undefined): ReadonlyMap<string, MapEntry> =>
  node?.kind === "map" ? node.entries : new Map()

const member = (node: SourceNode, name: string): MapEntry | undefined => mapOf(node).get(name)

const textOf = (node: SourceNode | undefined): string => (node?.kind === "scalar" ? String(node.value) : "")

function optionalText(node: SourceNode, name: string): string | null {
  const entry = member(node, name)
  return entry ? textOf(entry.value) : null
}
