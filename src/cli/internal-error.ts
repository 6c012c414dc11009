/** The one line that stands for whatever was thrown and nobody expected: no stack, no source text, exit code 70. */
import { safeText } from "../bytes/safe-text.ts"
import { CliError, EXIT } from "./exit.ts"

const LONGEST = 200

/** Says on standard error what happened; the exit code. `IKEDUMP_DEBUG=1` adds the stack. */
export function printError(error: unknown): number {
  if (error instanceof CliError) {
    process.stderr.write(`ikedump: ${safeText(error.message).replaceAll("\\n", "\n")}\n`)
    for (const hint of error.hints) process.stderr.write(`  hint: ${safeText(hint)}\n`)
    return error.exitCode
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  process.stderr.write(
    `ikedump: internal error: ${safeText(what).slice(0, LONGEST)}; please report it (README, "Reporting a fault"), IKEDUMP_DEBUG=1 shows where\n`,
  )
  if (process.env.IKEDUMP_DEBUG === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return EXIT.INTERNAL
}
