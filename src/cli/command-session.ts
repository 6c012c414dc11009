/** A session over the captures and secrets of a command line. */
import { nodeProvider } from "../node/crypto.ts"
import { createNodeEspOpener } from "../node/esp-kernels.ts"
import { inflate } from "../node/inflate.ts"
import { CaptureOpenError } from "../node/open-capture.ts"
import { nodeFile } from "../node/session-file.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { openSession, type Session } from "../session/session.ts"
import { secretsFor } from "./analyze.ts"
import { CliError } from "./exit.ts"
import type { CommonOptions } from "./options.ts"

type SessionOptions = Pick<CommonOptions, "keys" | "psk" | "ikePort" | "anyPort">

/** The secrets of the command line. Throws CliError where a capture is no file. */
export function viewSecrets(paths: readonly string[], options: SessionOptions): Promise<Secrets> {
  if (paths.includes("-")) throw new CliError("a view reads its capture at any place: give it as a file, not as -")
  return secretsFor(paths, options)
}

/** Opens the captures; its ladders are there, ESP may still be opened. Throws CliError for what cannot be read at any place. */
export async function commandSession(paths: readonly string[], options: SessionOptions): Promise<Session> {
  const secrets = await viewSecrets(paths, options)
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
