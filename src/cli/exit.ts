/** Exit codes of the contract, which of several counts, and the error that carries one. */
import { codeOf, messageOf } from "../bytes/errors.ts"

export const EXIT = {
  DONE: 0,
  /** A rule, golden file or `--fail-on` failed; nothing to decrypt or export. */
  FAILED: 1,
  /** Wrong usage, rules or keys file, a path that does not exist. */
  USAGE: 2,
  /** A capture could not be read to its end. */
  CAPTURE: 3,
  /** An error of ikedump itself. */
  INTERNAL: 70,
  /** Output could not be written. */
  OUTPUT: 74,
} as const

/** The first of these that applies is the exit code. */
const PRECEDENCE: readonly number[] = [EXIT.INTERNAL, EXIT.OUTPUT, EXIT.USAGE, EXIT.CAPTURE, EXIT.FAILED, EXIT.DONE]

/** The code of two that counts. */
export const worseExit = (a: number, b: number): number => (PRECEDENCE.indexOf(a) <= PRECEDENCE.indexOf(b) ? a : b)

/** Sets the exit code, unless one that counts more is set. */
export function setExit(code: number): void {
  process.exitCode = worseExit(exitSoFar(), code)
}

/** The exit code set so far. */
export const exitSoFar = (): number => (typeof process.exitCode === "number" ? process.exitCode : EXIT.DONE)

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

const WRITE_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "no such folder",
  ENOTDIR: "a part of its path is no folder",
  EISDIR: "it is a folder",
  EBADF: "it is not open for writing",
  EIO: "input or output error",
  EFBIG: "the file would be too large",
}

/** The error that says why something could not be written. */
export function cannotWrite(what: string, error: unknown): CliError {
  if (error instanceof CliError) return error
  const [code, message] = [codeOf(error), messageOf(error)]
  return new CliError(`cannot write ${what}: ${(code && WRITE_FAULTS[code]) ?? code ?? message}`, EXIT.OUTPUT)
}
