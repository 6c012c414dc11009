/** Ends work that takes too long, be it in a loop or in a regular expression: JavaScript has no other way to stop it. */

import { runInNewContext } from "node:vm"
import { codeOf } from "../bytes/errors.ts"

export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError"
}

/** Runs synchronous work for at most `ms` milliseconds. Throws TimeLimitError when it takes longer. */
export function withTimeLimit<T>(ms: number, work: () => T): T {
  try {
    return runInNewContext("work()", { work }, { timeout: ms })
  } catch (e) {
    if (codeOf(e) === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw new TimeLimitError(`took longer than ${ms} ms`)
    throw e
  }
}
