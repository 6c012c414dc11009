/** The tree of a parsed display filter. Nodes know their place in the text, for errors. */
import type { Span } from "./filter-error.ts"

export type CompareOp = "==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "contains" | "matches"
export type ArithmeticOp = "&" | "+" | "-" | "*" | "/" | "%"

/** First and last index of a run, from 0, negative from the end; `last` undefined: to the end. */
export interface SliceRange {
  readonly first: number
  readonly length: number | undefined
  readonly last?: number
}

/** Occurrences of a protocol in the frame, from 1; negative from the last. `last` undefined: all from `first` on. */
export interface LayerRange {
  readonly first: number
  readonly last: number | undefined
}

export interface FieldNode extends Span {
  readonly type: "field"
  readonly name: string
  /** With `@`: the bytes on the wire in place of the value. */
  readonly raw: boolean
  readonly layers?: readonly LayerRange[]
}
export interface LiteralNode extends Span {
  readonly type: "literal"
  readonly form: "word" | "string" | "char"
  readonly text: string
}
export interface SliceNode extends Span {
  readonly type: "slice"
  readonly of: ValueNode
  readonly ranges: readonly SliceRange[]
}
export interface CallNode extends Span {
  readonly type: "call"
  readonly name: string
  readonly args: readonly ValueNode[]
}
export interface ArithmeticNode extends Span {
  readonly type: "arithmetic"
  readonly op: ArithmeticOp
  readonly left: ValueNode
  readonly right: ValueNode
}
export interface NegateNode extends Span {
  readonly type: "negate"
  readonly of: ValueNode
}
export type ValueNode = FieldNode | LiteralNode | SliceNode | CallNode | ArithmeticNode | NegateNode

/** `any` and `all` before a comparison: how many values of a field must hold. Without, `!=` and `===` mean all, the others any. */
export type Quantifier = "any" | "all"

export interface SetElement {
  readonly low: ValueNode
  /** A range's upper end, inclusive. */
  readonly high?: ValueNode
}

export type TestNode =
  | (Span & { readonly type: "exists"; readonly value: ValueNode })
  | (Span & {
      readonly type: "compare"
      readonly op: CompareOp
      readonly quantifier?: Quantifier
      readonly left: ValueNode
      readonly right: ValueNode
    })
  | (Span & {
      readonly type: "in"
      readonly quantifier?: Quantifier
      readonly left: ValueNode
      readonly set: readonly SetElement[]
    })
  | (Span & { readonly type: "not"; readonly test: TestNode })
  | (Span & { readonly type: "and" | "or" | "xor"; readonly left: TestNode; readonly right: TestNode })

/** Whether a node has the same value in every frame. */
export function isConstant(node: ValueNode): boolean {
  if (node.type === "arithmetic") return isConstant(node.left) && isConstant(node.right)
  return node.type === "literal" || (node.type === "negate" && isConstant(node.of))
}

/** The constant that a constant node begins with. */
export function firstLiteral(node: ValueNode): ValueNode {
  if (node.type === "arithmetic") return firstLiteral(node.left)
  return node.type === "negate" ? firstLiteral(node.of) : node
}
