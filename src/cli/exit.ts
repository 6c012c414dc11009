/** Exit codes of the contract, and the error that carries one. */

export const EXIT = {
  DONE: 0,
  /** A rule, golden file or `--fail-on` failed. */
  FAILED: 1,
  /** Wrong usage, rules or keys file. */
  USAGE: 2,
  /** A capture could not be read to its end. */
  CAPTURE: 3,
} as const

/** Ends the command with a message on standard error, lower case, no full stop; hints go on lines of their own. */
export class CliError extends Error {
  override readonly name = "CliError"
  constructor(
    message: string,
    readonly exitCode: number = EXIT.USAGE,
    readonly hints: readonly string[] = [],
  ) {
    super(message)
  }
}
