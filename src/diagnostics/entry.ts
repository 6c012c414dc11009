/** What is declared of a diagnostic code. */

export type Severity = "error" | "warning" | "info"

export interface DiagnosticEntry<S extends Severity = Severity> {
  /** Severities that it occurs with. */
  readonly severities: readonly S[]
  /** What it means, in a line or two. */
  readonly means: string
  /** What to do about it; null where there is nothing. */
  readonly remedy: string | null
  /** Where the rule is written; null where none is. */
  readonly rfc: string | null
}

/** One row of a table of codes. */
export const declare = <const S extends Severity>(
  severities: readonly S[],
  means: string,
  remedy: string | null,
  rfc: string | null,
): DiagnosticEntry<S> => ({ severities, means, remedy, rfc })
