/** Ends work that takes too long, be it in a loop or in a regular expression: JavaScript has no other way to stop it. */
import { runInNewContext } from "node:vm"

export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError"
}

/** Runs synchronous work for at most `ms` milliseconds. Throws TimeLimitError when it takes longer. */
export function withTimeLimit<T>(ms: number, work: () => T): T {
  try {
    return runInNewContext("work()", { work }, { timeout: ms }) as T
  } catch (e) {
    if ((e as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      throw new TimeLimitError(`took longer than ${ms} ms`)
    throw e
  }
}
