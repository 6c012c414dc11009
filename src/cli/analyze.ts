/** What commands that understand SAs share: secrets loaded, captures analyzed, problems told, exit code found. */
import { Kind } from "../net/packet-view.ts"
import { nodeProvider } from "../node/crypto.ts"
import { createNodeEspOpener } from "../node/esp-kernels.ts"
import { keysFromEnvironment, loadSecrets } from "../node/load-secrets.ts"
import type { ReadOptions } from "../node/read-captures.ts"
import { type AnalysisResult, type AnalyzeOptions, analyze, type CaptureSource } from "../pipeline.ts"
import { SecretsError } from "../secrets/errors.ts"
import { NO_SECRETS, type SecretNote, type Secrets } from "../secrets/secrets.ts"
import { readForCommand } from "./captures.ts"
import { CliError } from "./exit.ts"
import type { CommonOptions } from "./options.ts"

/** The secrets of `--keys` and IKEDUMP_KEYS; hints and repairs go to standard error. Throws CliError for a broken keys file. */
export function secretsOf(options: Pick<CommonOptions, "keys">): Secrets {
  const paths = [...keysFromEnvironment(process.env), ...(options.keys ?? [])]
  if (paths.length === 0) return NO_SECRETS
  try {
    const { secrets, notes } = loadSecrets(paths)
    for (const note of notes) tellNote(note)
    return secrets
  } catch (e) {
    if (e instanceof SecretsError) throw new CliError(e.message)
    throw e
  }
}

function tellNote({ severity, file, line, message }: SecretNote): void {
  process.stderr.write(`ikedump: ${severity}: ${file}${line === undefined ? "" : `:${line}`}: ${message}\n`)
}

/** Captures of the command line, read with progress and read problems told. `-` can be read once. */
export function commandSource(paths: readonly string[], options: ReadOptions): CaptureSource {
  return { rereadable: !paths.includes("-"), read: handler => readForCommand(paths, handler, options) }
}

export interface FileAnalysis extends AnalysisResult {
  readonly exitCode: number
  /** Bytes of the IKE messages by frame, for drawings that fold alike messages. */
  readonly messageBytes: ReadonlyMap<number, number>
}

/** Frames whose message lengths are kept for the ladders. */
const MAX_SIZES = 200_000

/** Analyzes the captures of a command with its flags. */
export async function analyzeFiles(
  paths: readonly string[],
  options: Pick<CommonOptions, "keys" | "showKeys" | "ikePort" | "anyPort">,
  extra: Partial<AnalyzeOptions> = {},
): Promise<FileAnalysis> {
  const secrets = secretsOf(options)
  const source = commandSource(paths, { ikePorts: options.ikePort, heuristicIke: options.anyPort })
  const messageBytes = new Map<number, number>()
  const sized: CaptureSource = {
    rereadable: source.rereadable,
    read: handler =>
      source.read({
        packet(view) {
          if (view.kind === Kind.ISAKMP && messageBytes.size < MAX_SIZES)
            messageBytes.set(view.frame, view.payloadWireBytes)
          handler.packet(view)
        },
        diagnostic: d => handler.diagnostic(d),
      }),
  }
  const result = await analyze(sized, {
    provider: nodeProvider,
    secrets,
    showKeys: options.showKeys,
    data: { createOpener: createNodeEspOpener },
    ...extra,
  })
  return { ...result, exitCode: Number(process.exitCode ?? 0), messageBytes }
}
