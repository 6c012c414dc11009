/** The values that an expression saw: each member path in it with its value, and for a list the items that decided. */
import type { ASTNode, Environment } from "@marcbachmann/cel-js"
import { childrenOf, unaliased } from "./environment.ts"
import { isDuration, isNull } from "./objects.ts"

export interface SeenValue {
  /** As in the expression: `suite.ke[0]`, or `checks[3].status` for an item of a list. */
  readonly path: string
  /** As JSON has it; durations as text. */
  readonly value: unknown
}

/** More would not be read. */
const MOST_VALUES = 12
const MOST_ITEMS = 3

interface Scope {
  readonly env: Environment
  readonly text: string
  readonly context: Record<string, unknown>
  /** Variables of macros, and what they stand for: `c` is `checks[3]`. */
  readonly bound: ReadonlyMap<string, string>
}

/** Values of the paths in an expression, in the order they are written, each once. */
export function valuesSeen(
  env: Environment,
  text: string,
  ast: ASTNode,
  context: Record<string, unknown>,
  wanted: boolean,
): SeenValue[] {
  const seen = new Map<string, unknown>()
  collect(ast, { env, text, context, bound: new Map() }, wanted, seen)
  return [...seen].slice(0, MOST_VALUES).map(([path, value]) => ({ path, value }))
}

const MACROS = new Set(["all", "exists", "exists_one", "filter", "map"])

function collect(node: ASTNode, scope: Scope, wanted: boolean, seen: Map<string, unknown>): void {
  if (seen.size >= MOST_VALUES) return
  if (isPath(node)) {
    note(node, scope, seen)
    return
  }
  if (node.op === "rcall" && MACROS.has(node.args[0]) && node.args[2].length >= 2) {
    items(node, scope, wanted, seen)
    return
  }
  const turned = node.op === "!_" ? !wanted : wanted
  for (const child of childrenOf(node)) collect(child, scope, turned, seen)
}

/** What a member or an item is a part of. */
const ownerOf = (node: ASTNode): ASTNode | undefined => (node.op === "." || node.op === "[]" ? node.args[0] : undefined)

function isPath(node: ASTNode): boolean {
  const owner = ownerOf(node)
  return owner ? isPath(owner) : node.op === "id"
}

function note(node: ASTNode, scope: Scope, seen: Map<string, unknown>): void {
  const value = evaluate(node, scope)
  if (typeof value === "function") return
  if (value === undefined) {
    // What has no value has it from what it is a part of: an item past the end of a list, a member of null.
    const owner = ownerOf(node)
    if (owner) note(owner, scope, seen)
    return
  }
  const plain = plainValue(value)
  if (plain !== undefined) seen.set(named(node, scope), plain)
}

/** A path with the macro's variable replaced by the item it stands for. */
function named(node: ASTNode, scope: Scope): string {
  const path = unaliased(scope.text.slice(node.range.start, node.range.end))
  const head = /^\w+/.exec(path)?.[0] ?? ""
  return (scope.bound.get(head) ?? head) + path.slice(head.length)
}

/** For `list.all(x, …)` and the like: the items that made it so, or the list's length when none did. */
function items(node: ASTNode & { op: "rcall" }, scope: Scope, wanted: boolean, seen: Map<string, unknown>): void {
  const [macro, receiver, args] = node.args
  const list = evaluate(receiver, scope)
  const [variable, body] = args
  if (!Array.isArray(list) || variable.op !== "id") return
  const path = isPath(receiver)
    ? named(receiver, scope)
    : unaliased(scope.text.slice(receiver.range.start, receiver.range.end))
  const env = scope.env.hasVariable(variable.args)
    ? scope.env
    : scope.env.clone().registerVariable(variable.args, "dyn")
  let shown = 0
  for (const [i, item] of list.entries()) {
    if (shown >= MOST_ITEMS || seen.size >= MOST_VALUES) return
    const inner: Scope = {
      env,
      text: scope.text,
      context: { ...scope.context, [variable.args]: item },
      bound: new Map([...scope.bound, [variable.args, `${path}[${i}]`]]),
    }
    if (!decides(macro, wanted, () => evaluate(body, inner))) continue
    shown++
    collect(body, inner, wanted, seen)
  }
  if (list.length === 0) seen.set(path, [])
}

/** Whether an item is worth showing: where `all` failed those that broke it, where `exists` held those that made it. */
function decides(macro: string, wanted: boolean, holds: () => unknown): boolean {
  if (macro === "all") return !wanted || holds() !== true
  return wanted || holds() === true
}

function evaluate(node: ASTNode, scope: Scope): unknown {
  try {
    return scope.env.parse(scope.text.slice(node.range.start, node.range.end))(scope.context)
  } catch {
    return undefined
  }
}

/** A value as JSON; undefined for an object, whose members say more. Long lists are cut. */
function plainValue(value: unknown): unknown {
  if (isNull(value)) return null
  if (typeof value === "bigint") return Number(value)
  if (isDuration(value)) return `${Number(value.seconds) + value.nanos / 1e9}s`
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    const list = value.map(plainValue)
    return list.some(v => v === undefined) ? `${list.length} items` : list
  }
  return typeof value === "object" ? undefined : value
}
