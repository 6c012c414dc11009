/** What is wrong with a display filter, and where. */

/** A filter that cannot be compiled: the message says why, `[at, end)` are the characters that are meant. */
export class FilterError extends Error {
  override readonly name = "FilterError"
  constructor(
    message: string,
    /** Offset of the first character that is meant, from 0. */
    readonly at: number,
    readonly end: number,
    readonly hints: readonly string[] = [],
  ) {
    super(message)
  }

  /** The column for people, from 1. */
  get column(): number {
    return this.at + 1
  }

  /** Two lines: the filter, and carets under what is meant. Control characters of the filter are blanked to keep the columns. */
  marked(filter: string): string {
    const shown = filter.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ")
    return `${shown}\n${" ".repeat(this.at)}^${"~".repeat(Math.max(0, this.end - this.at - 1))}`
  }
}

/** A piece of the filter's text. */
export interface Span {
  readonly at: number
  readonly end: number
}

export const wrong = (message: string, { at, end }: Span, ...hints: readonly string[]): FilterError =>
  new FilterError(message, at, end, hints)
