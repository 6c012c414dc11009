/** What every command that reads captures does: read, show progress, tell read problems, set the exit code. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import { safeText } from "../bytes/safe-text.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import { CaptureOpenError } from "../node/open-capture.ts"
import { type ReadOptions, readCaptures } from "../node/read-captures.ts"
import type { CaptureInfo } from "../report/types.ts"
import { CliError, EXIT } from "./exit.ts"
import { Progress } from "./progress.ts"

/**
 * Reads captures for a command. Sets exit code 3 when one was not read to its end. Throws CliError when one cannot be opened.
 */
export async function readForCommand(
  paths: readonly string[],
  handler: PacketHandler,
  options: ReadOptions = {},
): Promise<CaptureInfo[]> {
  const progress = new Progress()
  try {
    const captures = await readCaptures(paths, handler, { ...options, progress: progress.report })
    if (captures.some(capture => !capture.complete)) process.exitCode = EXIT.CAPTURE
    return captures
  } catch (error) {
    if (error instanceof CaptureOpenError) throw new CliError(error.message)
    throw error
  } finally {
    progress.clear()
  }
}

/** A finding as one line on standard error: `ikedump: warning: frame 12: …`. */
export function tellDiagnostic(diagnostic: Pick<Diagnostic, "severity" | "frame" | "message">): void {
  const frame = diagnostic.frame === null ? "" : `frame ${diagnostic.frame}: `
  process.stderr.write(`ikedump: ${diagnostic.severity}: ${frame}${safeText(diagnostic.message)}\n`)
}
