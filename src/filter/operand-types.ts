/** What the value side of a filter compiles to, and what functions ask of the compiler. */
import type { Target } from "./literal.ts"
import type { FieldNode, ValueNode } from "./syntax.ts"
import type { Value } from "./value.ts"

/** Values of a frame, one list for each wanted name of the filter. */
export type Seen = readonly (readonly Value[])[]

/** A value side ready to be read in a frame. */
export interface Operand extends Target {
  readonly values: (seen: Seen) => readonly Value[]
  /** It is the same in every frame. */
  readonly constant?: boolean
}

/** Compiles the arguments of functions. */
export interface ArgumentCompiler {
  field(node: FieldNode, bytes?: boolean): Operand
  /** A field, or what is made of fields: no constant. */
  computed(node: ValueNode): Operand
  /** Any value side. */
  operand(node: ValueNode, target: Target): Operand
}
