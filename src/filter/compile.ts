/** Compiles the tests of a display filter to one closure over a frame's values. */

import { unknownField } from "./field-names.ts"
import { wrong } from "./filter-error.ts"
import type { OperandCompiler } from "./operand.ts"
import type { Operand, Seen } from "./operand-types.ts"
import { Pattern } from "./pattern.ts"
import { PatternError } from "./pattern-syntax.ts"
import { type CompareOp, isConstant, type Quantifier, type TestNode, type ValueNode } from "./syntax.ts"
import { compareValues, includesBytes, KIND_WORDS, sameValue, searchable, type Value, type ValueKind } from "./value.ts"

export type Test = (seen: Seen) => boolean

/** Throws FilterError for operands that do not go together. */
export function compileTest(compiler: OperandCompiler, node: TestNode): Test {
  switch (node.type) {
    case "exists":
      return existence(compiler, node.value)
    case "compare":
      return comparison(compiler, node)
    case "in":
      return membership(compiler, node)
    case "not": {
      const test = compileTest(compiler, node.test)
      return seen => !test(seen)
    }
    default:
      return logic(node.type, compileTest(compiler, node.left), compileTest(compiler, node.right))
  }
}

function logic(type: "and" | "or" | "xor", left: Test, right: Test): Test {
  if (type === "and") return seen => left(seen) && right(seen)
  if (type === "or") return seen => left(seen) || right(seen)
  return seen => left(seen) !== right(seen)
}

function existence(compiler: OperandCompiler, value: ValueNode): Test {
  if (value.type === "field") {
    const { values } = compiler.field(value, false)
    return seen => values(seen).length > 0
  }
  if (value.type === "literal" && value.form === "word") throw unknownField(value.text, value, compiler.names)
  if (value.type === "literal") throw wrong("this constant is compared with nothing", value)
  if (value.type === "call")
    throw wrong("the result of a function must be compared", value, `as in ${value.name}(…) > 1`)
  const { values } = compiler.computed(value)
  if (value.type === "arithmetic" && value.op === "&") return seen => values(seen).some(isNonZero)
  return seen => values(seen).length > 0
}

const isNonZero = ({ v }: Value): boolean =>
  v instanceof Uint8Array ? v.some(b => b !== 0) : typeof v !== "string" && Number(v) !== 0

type Relation = (a: Value, b: Value) => boolean

function comparison(compiler: OperandCompiler, node: TestNode & { readonly type: "compare" }): Test {
  const { op, left: l, right: r } = node
  if (op === "matches") return matching(compiler, node)
  const [left, right] = compiler.pair(l, r)
  requireCommonKind(left, right, node)
  const relation = op === "contains" ? containing(left, node.left, right, node.right) : RELATIONS[op]
  return quantified(left, right, relation, quantifierOf(op, node.quantifier))
}

/** `!=` and `===` speak of all values of a field, the others of any. */
const quantifierOf = (op: CompareOp, written: Quantifier | undefined): Quantifier =>
  written ?? (op === "!=" || op === "===" ? "all" : "any")

const order =
  (holds: (difference: number) => boolean): Relation =>
  (a, b) => {
    const difference = compareValues(a, b)
    return difference !== undefined && holds(difference)
  }
const unequal: Relation = (a, b) => !sameValue(a, b)

const RELATIONS: Readonly<Record<Exclude<CompareOp, "contains" | "matches">, Relation>> = {
  "==": sameValue,
  "===": sameValue,
  "!=": unequal,
  "!==": unequal,
  "<": order(d => d < 0),
  "<=": order(d => d <= 0),
  ">": order(d => d > 0),
  ">=": order(d => d >= 0),
}

/** A constant may mean several numbers: it equals what equals one of them, and differs from what differs from all. */
function quantified(left: Operand, right: Operand, relation: Relation, quantifier: Quantifier): Test {
  const negative = relation === unequal
  const holds = negative ? sameValue : relation
  const alternatives = right.constant ? right : left.constant ? left : undefined
  const several = alternatives && alternatives.values([]).length > 1
  if (several) {
    const constants = alternatives.values([])
    const other = alternatives === right ? left : right
    const one = (v: Value) => constants.some(c => (alternatives === right ? holds(v, c) : holds(c, v))) !== negative
    return seen => someOrEvery(other.values(seen), quantifier, one)
  }
  return seen => {
    const rights = right.values(seen)
    if (rights.length === 0) return false
    return someOrEvery(left.values(seen), quantifier, a => someOrEvery(rights, quantifier, b => relation(a, b)))
  }
}

/** False for no values, whatever the quantifier. */
function someOrEvery(values: readonly Value[], quantifier: Quantifier, test: (v: Value) => boolean): boolean {
  if (values.length === 0) return false
  return quantifier === "any" ? values.some(test) : values.every(test)
}

function requireCommonKind(left: Operand, right: Operand, node: { left: ValueNode; right: ValueNode }): void {
  if ([...left.kinds].some(k => right.kinds.has(k))) return
  const words = (o: Operand) => [...o.kinds].map(k => KIND_WORDS[k]).join(" or ")
  throw wrong(`${words(left)} cannot be compared with ${words(right)}`, { at: node.left.at, end: node.right.end })
}

const SEARCHED: readonly ValueKind[] = ["bytes", "text"]

function requireSearchable(operand: Operand, node: ValueNode): void {
  if (SEARCHED.some(k => operand.kinds.has(k))) return
  const hints = node.type === "field" ? [`its text can be searched: string(${node.name})`] : []
  throw wrong("only text and bytes can be searched", node, ...hints)
}

function containing(left: Operand, l: ValueNode, right: Operand, r: ValueNode): Relation {
  requireSearchable(left, l)
  requireSearchable(right, r)
  return (a, b) => {
    const [whole, part] = [searchable(a), searchable(b)]
    return whole !== undefined && part !== undefined && includesBytes(whole, part)
  }
}

function matching(compiler: OperandCompiler, node: TestNode & { readonly type: "compare" }): Test {
  const { right } = node
  if (right.type !== "literal") throw wrong('a pattern in quotes must follow "matches"', right)
  const left = compiler.computed(node.left)
  requireSearchable(left, node.left)
  const pattern = patternOf(right.text, right)
  const quantifier = quantifierOf("matches", node.quantifier)
  const one = (v: Value) => {
    const bytes = searchable(v)
    return bytes !== undefined && pattern.test(bytes)
  }
  return seen => someOrEvery(left.values(seen), quantifier, one)
}

function patternOf(source: string, node: ValueNode): Pattern {
  try {
    return new Pattern(source)
  } catch (error) {
    if (error instanceof PatternError) throw wrong(error.message, node)
    throw error
  }
}

function membership(compiler: OperandCompiler, node: TestNode & { readonly type: "in" }): Test {
  const left = compiler.computed(node.left)
  const tests = node.set.map(({ low, high }) => {
    const from = elementOf(compiler, left, low, node.left)
    const to = high && elementOf(compiler, left, high, node.left)
    return to ? between(from, to) : oneOf(from)
  })
  return seen => someOrEvery(left.values(seen), node.quantifier ?? "any", v => tests.some(test => test(v, seen)))
}

function elementOf(compiler: OperandCompiler, left: Operand, node: ValueNode, l: ValueNode): Operand {
  const element = isConstant(node) ? compiler.operand(node, left) : compiler.computed(node)
  requireCommonKind(left, element, { left: l, right: node })
  return element
}

type ElementTest = (v: Value, seen: Seen) => boolean

const oneOf =
  (element: Operand): ElementTest =>
  (v, seen) =>
    element.values(seen).some(e => sameValue(v, e))

const between =
  (from: Operand, to: Operand): ElementTest =>
  (v, seen) =>
    from.values(seen).some(e => RELATIONS[">="](v, e)) && to.values(seen).some(e => RELATIONS["<="](v, e))
