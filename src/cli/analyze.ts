/** What commands that understand SAs share: secrets loaded, captures analyzed, problems reported. */

import type { AnalysisResult, AnalyzeOptions, CaptureSource, LiveAnalysis } from "../analyze-options.ts"
import { safeText } from "../bytes/safe-text.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { nodeProvider } from "../node/crypto.ts"
import { embeddedKeys } from "../node/embedded-keys.ts"
import { createNodeEspOpener } from "../node/esp-kernels.ts"
import { keepYoungHeapSmall } from "../node/heap-growth.ts"
import { inflate } from "../node/inflate.ts"
import { keysFromEnvironment, type LoadedFolder, type LoadedSecrets, loadSecrets } from "../node/load-secrets.ts"
import { PskError, pskSecrets } from "../node/psk-file.ts"
import { analyze } from "../pipeline.ts"
import { SecretsError } from "../secrets/errors.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import { hasNoSecrets, NO_SECRETS, type SecretNote, type Secrets } from "../secrets/secrets.ts"
import { type CommandReadOptions, type ReadingFlags, readFlags, readForCommand } from "./captures.ts"
import { CliError } from "./exit.ts"
import { printWeighed } from "./notes.ts"
import type { CommonOptions } from "./options.ts"
import { Progress } from "./progress.ts"
import { heapInBounds, heapOfMessages } from "./second-reading.ts"
import { Threads } from "./workers.ts"

type SecretFlags = Pick<CommonOptions, "keys" | "psk">

/** The secrets of `--keys`, `--psk` and IKEDUMP_KEYS; hints and repairs go to standard error. Throws CliError for a broken keys file. */
export async function secretsOf(
  options: SecretFlags,
  report: (note: SecretNote) => void = printSecretNote,
): Promise<Secrets> {
  const paths = [...keysFromEnvironment(process.env), ...(options.keys ?? [])]
  const { psk = [] } = options
  if ([...paths, ...psk].filter(path => path === "-").length > 1)
    throw new CliError("standard input (-) is one input: give the others as files")
  try {
    const { secrets, notes, folders, modes } = paths.length > 0 ? await loadSecrets(paths) : NOTHING_LOADED
    printLoaded(notes, folders, report)
    const [open, ...more] = modes
    if (open) report(more.length === 0 ? open : { ...open, message: `${open.message}; so are ${more.length} more` })
    return psk.length > 0 ? mergeSecrets([secrets, await pskSecrets(psk, report)]) : secrets
  } catch (e) {
    if (e instanceof SecretsError) throw new CliError(e.message)
    if (e instanceof PskError) throw new CliError(e.message, undefined, e.hints)
    throw e
  }
}

const NOTHING_LOADED: LoadedSecrets = { secrets: NO_SECRETS, notes: [], folders: [], modes: [], files: [] }

/** Notes one by one; of a folder its warnings, and one line that counts the rest. */
function printLoaded(
  notes: readonly SecretNote[],
  folders: readonly LoadedFolder[],
  report: (note: SecretNote) => void,
): void {
  const inFolder = (note: SecretNote) => folders.find(f => note.file.startsWith(f.folder))
  for (const note of notes) if (note.severity === "warning" || !inFolder(note)) report(note)
  for (const folder of folders) {
    const hints = notes.filter(n => n.severity === "hint" && inFolder(n) === folder).length
    report({ severity: "hint", file: folder.folder, message: folderText(folder, hints) })
  }
}

function folderText({ folder, secrets, read, files, formats }: LoadedFolder, hints: number): string {
  const found = `${secrets} ${secrets === 1 ? "secret" : "secrets"} in ${read} of ${files} ${files === 1 ? "file" : "files"}`
  const more = hints > 0 ? `; ikedump secrets ${folder} has ${hints} ${hints === 1 ? "hint" : "hints"} more` : ""
  return `${found} (${formats.join(", ")})${more}`
}

/** Whether the command line or IKEDUMP_KEYS names secrets. */
export const hasKeys = ({ keys = [], psk = [] }: SecretFlags): boolean =>
  keys.length + psk.length > 0 || keysFromEnvironment(process.env).length > 0

/** `secretsOf`, and the keys that stand in the captures in front of their packets. */
export async function secretsFor(
  paths: readonly string[],
  options: SecretFlags,
  report: (note: SecretNote) => void = printSecretNote,
): Promise<Secrets> {
  const embedded = await embeddedKeys(paths)
  embedded.notes.forEach(report)
  return embedded.with(await secretsOf(options, report))
}

function printSecretNote({ severity, file, line, message }: SecretNote): void {
  const place = `${safeText(file)}${line === undefined ? "" : `:${line}`}`
  printWeighed(severity, `${place}: ${safeText(message)}`)
}

/** Captures of the command line, read with progress and read problems reported. `-` can be read once. */
export function commandSource(paths: readonly string[], options: CommandReadOptions): CaptureSource {
  return { rereadable: !paths.some(isReadOnce), read: handler => readForCommand(paths, handler, options) }
}

/** The same, in segments for threads where the captures are worth them. */
function threadedSource(paths: readonly string[], options: CommandReadOptions, threads: Threads): CaptureSource {
  const plain = commandSource(paths, options)
  return threads.isWorth(options) ? { ...plain, segments: given => threads.segments(options, given) } : plain
}

export interface FileAnalysis extends AnalysisResult {
  /** All secrets: of the command line, and of blocks in the captures. */
  readonly secrets: Secrets
  /** Bytes of the IKE messages by frame, for drawings that fold alike messages. */
  readonly messageBytes: ReadonlyMap<number, number>
}

export type AnalyzeFlags = Pick<CommonOptions, "keys" | "psk" | "showKeys" | "threads"> & ReadingFlags

/** Frames whose message lengths are kept for the ladders. */
const MAX_SIZES = 200_000

/** Analyzes the captures of a command with its flags, the heap in bounds. `wrap` may look at the packets of the first reading. */
export async function analyzeFiles(
  paths: readonly string[],
  options: AnalyzeFlags,
  extra: Partial<AnalyzeOptions> = {},
  wrap: (source: CaptureSource) => CaptureSource = source => source,
): Promise<FileAnalysis> {
  // Who takes SAs as they close, or none, draws no ladders, and cannot take back what it had.
  const holdsAll = !extra.sink?.ikeSa && extra.retain !== "none"
  const bounded = heapInBounds(wrap)
  if (holdsAll) keepYoungHeapSmall()
  const atMessage = heapOfMessages()
  const given = await secretsOf(options)
  const embedded = await embeddedKeys(paths)
  const messageBytes = new Map<number, number>()
  let live: LiveAnalysis | undefined
  // Who takes inner packets of a pipe wants them as they come.
  const beforeWait = extra.data?.onInner && (() => live?.flush())
  const read = { ...readFlags(options), blocks: embedded.blocks, beforeWait }
  const kind = !extra.data?.onInner && hasNoSecrets(embedded.with(given)) ? "scan" : "open"
  const threads = new Threads(paths, options.threads, { rows: rowsAlone(given), kind })
  const source = bounded(threadedSource(paths, read, threads))
  const progress = new Progress()
  const run = () =>
    analyze(source, {
      provider: nodeProvider,
      secrets: () => embedded.with(given),
      showKeys: options.showKeys,
      onTrials: progress.trials,
      onMessage: holdsAll
        ? (frame, bytes) => {
            noteBytes(messageBytes, frame, bytes)
            atMessage()
          }
        : undefined,
      ...extra,
      onLive(begun) {
        live = begun
        extra.onLive?.(begun)
      },
      data: { createOpener: createNodeEspOpener, inflate, executor: threads.executor, ...extra.data },
    })
  try {
    const known = embedded.count
    let result = await run()
    // Keys stood behind packets, where only the whole reading finds them.
    if (source.rereadable && embedded.count > known && holdsAll) result = await run()
    embedded.notes.forEach(printSecretNote)
    return { ...result, secrets: embedded.with(given), messageBytes }
  } finally {
    progress.clear()
    threads.close()
  }
}

/** Keys of data SAs, where nothing else is known. */
const rowsAlone = ({ childSas, ...others }: Secrets): number =>
  hasNoSecrets({ ...others, childSas: [] }) ? childSas.length : 0

/** Notes the length of an IKE message, within the cap. */
function noteBytes(messageBytes: Map<number, number>, frame: number, bytes: number): void {
  if (messageBytes.size < MAX_SIZES) messageBytes.set(frame, bytes)
}
