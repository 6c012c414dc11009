/** A session over the captures and secrets of a command line. */
import { nodeProvider } from "../node/crypto.ts"
import { createNodeEspOpener } from "../node/esp-kernels.ts"
import { inflate } from "../node/inflate.ts"
import { CaptureOpenError } from "../node/open-capture.ts"
import { nodeFile } from "../node/session-file.ts"
import { openSession, type Session } from "../session/session.ts"
import { secretsFor } from "./analyze.ts"
import { CliError } from "./exit.ts"
import type { CommonOptions } from "./options.ts"

/** Opens the captures; its ladders are there, ESP may still be opened. Throws CliError for what cannot be read at any place. */
export async function commandSession(
  paths: readonly string[],
  options: Pick<CommonOptions, "keys" | "ikePort" | "anyPort">,
): Promise<Session> {
  if (paths.includes("-")) throw new CliError("a view reads its capture at any place: give it as a file, not as -")
  const secrets = await secretsFor(paths, options)
  try {
    return await openSession(paths.map(nodeFile), {
      provider: nodeProvider,
      secrets,
      ikePorts: options.ikePort,
      anyPort: options.anyPort,
      data: { createOpener: createNodeEspOpener, inflate },
    })
  } catch (error) {
    if (error instanceof CaptureOpenError) throw new CliError(error.message)
    throw error
  }
}
