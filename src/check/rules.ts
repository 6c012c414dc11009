/** A rules file as it runs: rules with compiled expressions, and the error that names a place in the file. */
import type { Expression } from "./expression.ts"
import type { Kind } from "./schema.ts"

/** A place in a rules file; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A fault of a rules file: its syntax, its structure, a name or type in an expression, an include. */
export class RulesError extends Error {
  override readonly name = "RulesError"
  constructor(
    readonly place: Place,
    /** What is wrong, lower case, no full stop. */
    readonly fault: string,
    readonly hints: readonly string[] = [],
  ) {
    super(`${place.file}:${place.line}:${place.column}: ${fault}`)
  }
}

export interface Selection {
  readonly kind: Kind
  readonly where: Expression | null
  /** Which end of an object that lasts is its time. */
  readonly at: "start" | "end"
}

export interface Count {
  readonly min: number
  readonly max: number
}

export interface Within {
  readonly from: Selection
  readonly to: Selection
  readonly maxNanos: bigint
  readonly minNanos: bigint
}

export interface Rule {
  readonly name: string
  readonly description: string | null
  readonly reference: string | null
  readonly severity: "error" | "warning"
  readonly place: Place
  /** What the rule is for; null for an `order` or `within` over the whole capture. */
  readonly kind: Kind | null
  readonly where: Expression | null
  readonly expect: Expression | null
  readonly none: Expression | null
  /** How many objects must be selected; without `count`, at least one. */
  readonly count: Count
  readonly within: Within | null
  readonly order: readonly Selection[] | null
}

export interface RuleSet {
  readonly rules: readonly Rule[]
  /** The files they came from, included ones first. */
  readonly files: readonly string[]
}
