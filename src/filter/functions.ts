/** The functions of display filters: `len`, `count`, `string`, `upper`, `lower`, `max`, `min`, `abs`. */
import { fieldText } from "../bytes/field.ts"
import { type Span, wrong } from "./filter-error.ts"
import type { ArgumentCompiler, Operand } from "./operand-types.ts"
import { type CallNode, isConstant, type ValueNode } from "./syntax.ts"
import { compareValues, type Value, type ValueKind } from "./value.ts"

/** Compiles a call. Throws FilterError for wrong arguments. */
export function callOperand(compiler: ArgumentCompiler, node: CallNode): Operand {
  return FUNCTIONS[node.name](compiler, node)
}

type FunctionCompiler = (compiler: ArgumentCompiler, node: CallNode) => Operand

const FUNCTIONS: Readonly<Record<string, FunctionCompiler>> = {
  count(compiler, node) {
    const argument = single(node)
    if (argument.type !== "field") throw wrong("count() takes a field", argument)
    const of = compiler.field(argument, false)
    return numbers(seen => countOf(of.values(seen)))
  },
  len(compiler, node) {
    const of = compiler.computed(single(node))
    return numbers(seen => of.values(seen).flatMap(lengthOf))
  },
  upper: (compiler, node) => textual(compiler, node, text => text.replace(/[a-z]/g, c => c.toUpperCase())),
  lower: (compiler, node) => textual(compiler, node, text => text.replace(/[A-Z]/g, c => c.toLowerCase())),
  string(compiler, node) {
    const argument = single(node)
    if (argument.type !== "field") throw wrong("string() takes a field", argument)
    const of = compiler.field(argument)
    return { kinds: TEXT, fields: [], values: seen => of.values(seen).flatMap(stringOf) }
  },
  abs(compiler, node) {
    const of = compiler.computed(single(node))
    requireKind(of, "number", node)
    return { ...of, fields: [], values: seen => of.values(seen).flatMap(absolute) }
  },
  max: (compiler, node) => extreme(compiler, node, 1),
  min: (compiler, node) => extreme(compiler, node, -1),
}

const TEXT: ReadonlySet<ValueKind> = new Set(["text"])
const NUMBERS: ReadonlySet<ValueKind> = new Set(["number"])
const utf8 = new TextEncoder()

const numbers = (values: Operand["values"]): Operand => ({ kinds: NUMBERS, fields: [], values })

function single({ name, args, ...span }: CallNode): ValueNode {
  if (args.length !== 1) throw wrong(`${name}() takes one argument`, span)
  return args[0]
}

function requireKind(of: Operand, kind: ValueKind, span: Span): void {
  if (!of.kinds.has(kind)) throw wrong(`this function takes ${kind === "text" ? "text" : "a number"}`, span)
}

/** How often a field occurs; no value where it does not, as in Wireshark. */
const countOf = (values: readonly Value[]): readonly Value[] =>
  values.length === 0 ? [] : [{ kind: "number", v: values.length }]

function lengthOf({ v, size, kind }: Value): readonly Value[] {
  if (v instanceof Uint8Array && kind !== "nothing") return [{ kind: "number", v: size ?? v.length }]
  if (typeof v === "string") return [{ kind: "number", v: utf8.encode(v).length }]
  return size === undefined ? [] : [{ kind: "number", v: size }]
}

function textual(compiler: ArgumentCompiler, node: CallNode, change: (text: string) => string): Operand {
  const of = compiler.computed(single(node))
  requireKind(of, "text", node)
  const changed = ({ v }: Value): readonly Value[] => (typeof v === "string" ? [{ kind: "text", v: change(v) }] : [])
  return { kinds: TEXT, fields: [], values: seen => of.values(seen).flatMap(changed) }
}

function stringOf({ field, v, size, kind }: Value): readonly Value[] {
  if (!field || kind === "nothing" || field.kind === "none") return []
  return [{ kind: "text", v: fieldText(field, v, size ?? 0) }]
}

function absolute({ kind, v }: Value): readonly Value[] {
  return typeof v === "number" || typeof v === "bigint" ? [{ kind, v: v < 0 ? -v : v }] : []
}

/** The greatest (`sign` 1) or least value of all arguments. */
function extreme(compiler: ArgumentCompiler, node: CallNode, sign: 1 | -1): Operand {
  const named = node.args.find(a => !isConstant(a))
  if (!named) throw wrong(`${node.name}() takes at least one field`, node)
  const target = compiler.computed(named)
  const operands = node.args.map(a => (a === named ? target : compiler.operand(a, target)))
  return {
    kinds: target.kinds,
    fields: target.fields.filter(f => f.kind === "text"),
    values(seen) {
      const all = operands.flatMap(o => o.values(seen))
      if (all.length === 0) return []
      return [all.reduce((best, v) => (Math.sign(compareValues(v, best) ?? 0) === sign ? v : best))]
    },
  }
}
