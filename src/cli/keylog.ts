/** `ikedump keylog`: follows a daemon's log or `ip xfrm monitor`, and appends what it finds to a keylog beside a running capture. */

import { spawn } from "node:child_process"
import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs"
import type { Command } from "commander"
import { codeOf } from "../bytes/errors.ts"
import { plural } from "../bytes/words.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { endPipes, pipePieces } from "../node/chunk-source.ts"
import { followFile } from "../node/follow-file.ts"
import { exportInput } from "../report/export-input.ts"
import { KEYLOG_MARKER, writeKeylog } from "../secrets/export/keylog.ts"
import { SecretStream } from "../secrets/secret-stream.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { CliError, EXIT } from "./exit.ts"

interface KeylogOptions {
  readonly out: string
  readonly xfrm?: boolean
  readonly follow: boolean
}

export function configure(command: Command): void {
  command
    .requiredOption("-o, --out <file>", "the keylog to append to; mode 0600")
    .option("--xfrm", "follow ip xfrm of this machine instead of a file (as root)")
    .option("--no-follow", "stop at the end of the file")
    .addHelpText("after", EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  ikedump keylog --xfrm -o ike.keylog                    beside: tcpdump -w ike.pcap …
  ikedump keylog /run/charon-keys.log -o ike.keylog      follows the log, over its rotation
  ikedump keylog old.log -o old.keylog --no-follow
  ikedump ike.pcap --keys ike.keylog
`

/** Text that comes, and undefined when nothing comes for a while. */
type Pieces = AsyncIterable<Uint8Array | undefined>

async function run(file: string | undefined, options: KeylogOptions): Promise<void> {
  if ((file === undefined) === !options.xfrm)
    throw new CliError("name one source: a log, - for standard input, or --xfrm")
  const stop = new AbortController()
  const onSignal = () => {
    stop.abort()
    endPipes()
  }
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal)
  const out = new Keylog(options.out)
  try {
    const stream = new SecretStream(file ?? "ip xfrm")
    for await (const piece of piecesOf(file, options, stop.signal)) {
      if (piece) stream.feed(piece)
      else stream.settle()
      out.add(stream.take())
      if (!piece && !options.follow) break
    }
    stream.end()
    out.add(stream.take())
  } finally {
    out.close()
    process.removeListener("SIGINT", onSignal).removeListener("SIGTERM", onSignal)
  }
  process.stderr.write(`ikedump: ${plural(out.lines, "line")} appended to ${options.out}\n`)
}

function piecesOf(file: string | undefined, { xfrm }: KeylogOptions, signal: AbortSignal): Pieces {
  if (xfrm || file === undefined) return xfrmPieces(signal)
  return isReadOnce(file) ? pipePieces(file) : followFile(file, { signal })
}

/** The SAs of this moment, then each that is made. The monitor starts first, so that none is missed between. */
async function* xfrmPieces(signal: AbortSignal): Pieces {
  const monitor = spawn("ip", ["xfrm", "monitor", "SA"], { stdio: ["ignore", "pipe", "inherit"], signal })
  const failed = new Promise<never>((_, reject) =>
    monitor.once("error", e => {
      if (!signal.aborted) reject(new CliError(`cannot run ip xfrm: ${codeOf(e)}`, EXIT.USAGE))
    }),
  )
  failed.catch(() => {})
  const state = spawn("ip", ["xfrm", "state"], { stdio: ["ignore", "pipe", "inherit"], signal })
  state.once("error", () => {})
  try {
    yield* state.stdout
    yield undefined
    const pieces = monitor.stdout[Symbol.asyncIterator]()
    while (!signal.aborted) {
      const next = await Promise.race([pieces.next(), failed])
      if (next.done) return
      yield next.value
      // An SA is printed in one piece.
      yield undefined
    }
  } catch (e) {
    if (!signal.aborted) throw e
  } finally {
    monitor.kill()
  }
}

/** The file that is appended to: each batch with one write, so that a reader never sees half a line. */
class Keylog {
  /** Lines appended. */
  lines = 0
  readonly #fd: number

  constructor(readonly path: string) {
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
    try {
      this.#fd = openSync(path, flags, 0o600)
      if (fstatSync(this.#fd).size === 0) writeSync(this.#fd, `${KEYLOG_MARKER}\n`)
    } catch (e) {
      const code = codeOf(e)
      throw new CliError(`cannot write ${path}: ${code === "ELOOP" ? "it is a symbolic link" : code}`)
    }
  }

  add(secrets: Secrets): void {
    const { input } = exportInput(NOTHING_ANALYZED, secrets)
    const lines = writeKeylog(input).split("\n").slice(1, -1)
    if (lines.length === 0) return
    writeSync(this.#fd, lines.map(line => `${line}\n`).join(""))
    this.lines += lines.length
  }

  close(): void {
    closeSync(this.#fd)
  }
}

const NOTHING_ANALYZED = { sas: [], dataSas: [] }
