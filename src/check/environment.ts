/**
 * The two CEL environments of a kind of object. The strict one checks an expression's types and names before anything runs:
 * there a member that may be null has its type, and may be compared with null. The other one evaluates, and takes null.
 */

import { type ASTNode, Environment, type Limits } from "@marcbachmann/cel-js"
import { keysOf } from "../bytes/typed.ts"
import { type CelObject, classOf, isNull } from "./objects.ts"
import {
  elementOf,
  isTypeName,
  KIND_NAMES,
  KINDS,
  type Kind,
  type Member,
  membersOf,
  TYPES,
  type TypeName,
} from "./schema.ts"

/** A variable of the rules file: its CEL type and its value as CEL has it. */
export interface Variable {
  readonly type: string
  readonly value: unknown
}

export type Variables = ReadonlyMap<string, Variable>

export interface Environments {
  readonly strict: Environment
  readonly loose: Environment
}

/** Enough for any rule a person writes; a hostile one ends here. */
export const EXPRESSION_LIMITS: Limits & { readonly maxLength: number } = {
  maxLength: 10_000,
  maxAstNodes: 4_000,
  maxDepth: 60,
  maxListElements: 500,
  maxMapEntries: 200,
  maxCallArguments: 16,
}

/** The environments for expressions about objects of `kind`. */
export function environmentsFor(kind: Kind, variables: Variables): Environments {
  return { strict: declare(true, kind, variables), loose: declare(false, kind, variables) }
}

function declare(strict: boolean, kind: Kind, variables: Variables): Environment {
  const { maxLength: _, ...limits } = EXPRESSION_LIMITS
  const env = new Environment({ limits, homogeneousAggregateLiterals: strict })
  for (const name of keysOf(TYPES)) declareType(env, name, strict)
  for (const t of strict ? ["string", "int", "bool", "google.protobuf.Duration"] : [])
    env.registerOperator(`${t} == null`, isNull)
  for (const [name, member] of Object.entries(scopeOf(kind)))
    env.registerVariable(aliasOf(name), celType(member, strict))
  for (const [name, { type }] of variables) env.registerVariable(name, type)
  env.registerFunction(`${KNOWN}(dyn): bool`, value => !isNull(value))
  env.registerFunction("list<T>.distinct(): list<T>", (list: unknown[]) => [...new Set(list)])
  return env
}

function declareType(env: Environment, name: TypeName, strict: boolean): void {
  const fields = Object.fromEntries(Object.entries(membersOf(name)).map(([m, member]) => [m, celType(member, strict)]))
  env.registerType(name, { ctor: classOf(name), fields })
  env.registerOperator(`${name} == null`, isNull)
}

/** An object in the place of null keeps its type, so `ids.initiator.valu` is found out; other values become dynamic. */
function celType(member: Member, strict: boolean): string {
  if (member.nullable && !strict && !isTypeName(elementOf(member.type))) return "dyn"
  return member.type === "duration" ? "google.protobuf.Duration" : member.type
}

const REPORT: Member = { type: "Report", nullable: false, about: "the whole report" }

/** What an expression about an object of `kind` can name: its members, itself by its kind, and the report. */
export function scopeOf(kind: Kind): Readonly<Record<string, Member>> {
  const members = membersOf(KINDS[kind])
  const self: Member = { type: KINDS[kind], nullable: false, about: "the object itself" }
  return { report: REPORT, ...(kind in members ? {} : { [kind]: self }), ...members }
}

/** The values of `scopeOf` for one object, and of the variables. */
export function contextOf(
  kind: Kind,
  object: CelObject,
  report: CelObject,
  variables: Variables,
): Record<string, unknown> {
  const context: Record<string, unknown> = { report, [kind]: object }
  for (const [name, { value }] of variables) context[name] = value
  for (const [name, value] of Object.entries(object)) context[aliasOf(name)] = value
  return context
}

/** Names that no variable of a rules file may take, and why. */
export function takenName(name: string): string | undefined {
  if (RESERVED.has(name)) return "a word of CEL"
  const kind = KIND_NAMES.find(k => name in scopeOf(k))
  return kind && `a member of ${kind}`
}

const RESERVED = new Set(
  `true false null in as break const continue else for function if import let loop package namespace return var void while
   int uint double bool string bytes list map type dyn null_type timestamp duration size has matches cel google optional`
    .split(/\s+/)
    .filter(word => word !== ""),
)

/** CEL's own names that are members too, and what they are called inside: as long, so that positions stay. */
const ALIASES: Readonly<Record<string, string>> = { type: "_typ", bytes: "_byte" }

const aliasOf = (name: string): string => ALIASES[name] ?? name

/** `has()`, which takes any member: true when it is known, and checked like every other. As long as `has`. */
const KNOWN = "kno"

/**
 * The expression with members named like CEL's types, and `has`, under the names the environments know them by. Every position stays
 * as it was.
 */
export function aliased(source: string, ast: ASTNode): string {
  const edits = new Map<number, string>()
  for (const node of nodesOf(ast)) {
    if (node.op === "id" && ALIASES[node.args]) edits.set(node.range.start, ALIASES[node.args])
    if (node.op === "call" && node.args[0] === "has") edits.set(node.range.start, KNOWN)
  }
  let out = source
  for (const [at, name] of edits) out = out.slice(0, at) + name + out.slice(at + name.length)
  return out
}

/** A text of ours about an aliased expression, in the user's words. */
export function unaliased(text: string): string {
  let out = text.replace(new RegExp(`\\b${KNOWN}\\b`, "g"), "has")
  for (const [name, alias] of Object.entries(ALIASES)) out = out.replace(new RegExp(`\\b${alias}\\b`, "g"), name)
  return out
}

/** All nodes of an expression as written: macros with their arguments, not expanded. */
function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node
  for (const child of childrenOf(node)) yield* nodesOf(child)
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === "object" && value !== null && "op" in value && "args" in value

export function childrenOf(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = []
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect)
    else if (isNode(value)) found.push(value)
  }
  collect(node.args)
  return found
}
