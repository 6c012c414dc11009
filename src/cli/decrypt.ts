/** `ikedump decrypt CAPTURE... -w OUT`: inner packets, IKE messages in the clear, or the capture with its keys, as pcapng. */

import type { Command } from "commander"
import type { CaptureSource } from "../analyze-options.ts"
import { countText, plural } from "../bytes/words.ts"
import { BlockFile } from "../node/block-file.ts"
import { CaptureCopy } from "../node/capture-copy.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import type { FollowedSecrets } from "../node/followed-secrets.ts"
import { InnerWriter } from "../node/inner-writer.ts"
import { ClearMessages } from "../open/clear-messages.ts"
import type { InnerPacket } from "../open/opened-packet.ts"
import { exportInput } from "../report/export-input.ts"
import type { Report } from "../report/types.ts"
import { keylogBytes } from "../secrets/export/keylog.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { analyzeFiles } from "./analyze.ts"
import { printReadProblems, readFlags, readForCommand } from "./captures.ts"
import { CliError, cannotWrite, EXIT, setExit } from "./exit.ts"
import { framesPassing } from "./filter-option.ts"
import { IkeQueue } from "./ike-queue.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { printNote } from "./notes.ts"
import { nothingOpened } from "./nothing-opened.ts"
import { type CommonOptions, withFilter, withIkePorts, withKeys, withSas, withThreads } from "./options.ts"
import { printLink, refuseInput } from "./targets.ts"

interface DecryptOptions extends CommonOptions {
  readonly write: string
  readonly ethernet?: boolean
  readonly ike?: boolean
  readonly embedKeys?: boolean
}

export function configure(command: Command): void {
  withLimits(withSas(withThreads(withIkePorts(withFilter(withKeys(command))))))
    .requiredOption("-w, --write <file>", "the pcapng to write; - for standard output")
    .option("--ethernet", "frame the packets as Ethernet, for tools that want a link layer")
    .option("--ike", "IKE messages too, without their encryption")
    .option("--embed-keys", "instead: the capture as it is with its keys inside, so that it opens without --keys")
    .option("-q, --quiet", "no progress, hints or warnings")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: DecryptOptions) => {
      refuseInput(options.write, paths, options)
      if (options.embedKeys) await embedKeys(paths, options)
      else await decrypt(paths, options)
    })
}

const EXAMPLES = `
Examples:
  ikedump decrypt capture.pcap --keys keys.json -w inner.pcapng
  ikedump decrypt capture.pcap --keys keys.json --ike -w - | tshark -r -
  ikedump decrypt capture.pcap --keys keys.json -Y 'esp.spi == 0xd7131556' -w one-way.pcapng
  ikedump decrypt capture.pcap --keys keys.json --embed-keys -w with-keys.pcapng
  ikedump report with-keys.pcapng
`

async function decrypt(paths: readonly string[], options: DecryptOptions): Promise<void> {
  const { file, write } = openOutput(options.write)
  const cleared = await writeClear(paths, options, write)
  printReadProblems(cleared.report)
  closeOutput(file, options.write)
  printWritten(cleared, options.write)
  if (cleared.opened > 0) return
  process.stderr.write(`ikedump: nothing was decrypted: ${nothingOpened(cleared, options.ike ? "messages" : "data")}\n`)
  setExit(EXIT.FAILED)
}

/** What `writeClear` wrote and left out. */
interface Cleared {
  readonly report: Report
  /** ESP and AH packets, and how many of them opened. */
  readonly data: { packets: number; opened: number }
  readonly secrets: Secrets
  readonly writer: InnerWriter
  /** Inner packets and decrypted IKE messages written. */
  readonly opened: number
  /** IKE messages written. */
  readonly ike: number
  readonly clear: ClearMessages | undefined
}

/** Analyzes captures and hands inner packets, and with `ike` the IKE messages in the clear, to `write` as blocks of a pcapng. */
export async function writeClear(
  paths: readonly string[],
  options: Omit<DecryptOptions, "write">,
  write: (block: Uint8Array) => void,
  followed?: FollowedSecrets,
): Promise<Cleared> {
  const passes = await framesPassing(paths, options)
  const writer = new InnerWriter(write, { ethernet: options.ethernet })
  const messages = options.ike ? new IkeQueue(writer, !paths.some(isReadOnce)) : undefined
  const data = { packets: 0, opened: 0 }
  let opened = 0
  const clear =
    messages &&
    new ClearMessages(m => {
      if (!passes(m.frame)) return
      if (m.decrypted) opened++
      messages.add(m)
    })
  const { report, secrets } = await analyzeFiles(
    paths,
    options,
    {
      ...limitsOf(options),
      retain: "none",
      sink: {
        espSa(sa) {
          data.packets += sa.packets
          data.opened += sa.protocol === "AH" ? sa.icv_ok : sa.decrypted
        },
      },
      secretsGrow: followed !== undefined,
      onLive: live => followed?.follow(more => live.learn(more)),
      onOpened: clear && ((frame, place, opened) => clear.opened(frame, place, opened)),
      data: {
        onInner(p: InnerPacket) {
          messages?.before(p.frame)
          if (!passes(p.frame)) return
          opened++
          writer.inner(p)
        },
      },
    },
    source => observed(source, clear, followed),
  )
  messages?.finish()
  return { report, data, secrets, opened, writer, ike: messages?.written ?? 0, clear }
}

/** The source, whose first reading also goes to `clear`; keys that grow are looked at once more at its end. */
function observed(
  source: CaptureSource,
  clear: ClearMessages | undefined,
  followed: FollowedSecrets | undefined,
): CaptureSource {
  if (!clear && !followed) return source
  let first = true
  return {
    rereadable: source.rereadable,
    async read(handler) {
      if (!first) return source.read(handler)
      first = false
      const captures = await source.read({
        packet(view) {
          handler.packet(view)
          clear?.packet(view)
        },
        diagnostic: d => handler.diagnostic(d),
      })
      await followed?.lastLook()
      clear?.finish()
      return captures
    },
  }
}

async function embedKeys(paths: readonly string[], options: DecryptOptions): Promise<void> {
  if (paths.some(isReadOnce)) throw new CliError("--embed-keys reads the capture twice: give it as a file, not as -")
  if (options.ike || options.ethernet || options.filter !== undefined)
    throw new CliError("--embed-keys writes the capture as it is: leave --ike, --ethernet and -Y out")
  const analysis = await analyzeFiles(paths, options, limitsOf(options))
  const { input } = exportInput(analysis, analysis.secrets)
  const { file, write } = openOutput(options.write)
  const copy = new CaptureCopy(write, keylogBytes(input))
  await readForCommand(paths, NOTHING, {
    ...readFlags(options),
    onRecord: record => copy.record(record),
    blocks: paths.length === 1 ? { interface: i => copy.interface(i) } : undefined,
  })
  closeOutput(file, options.write)
  const keys = `keys of ${plural(input.ike.length, "IKE SA")} and ${plural(input.children.length, "data SA")}`
  printNote(`${plural(copy.written, "packet")} and ${keys} written to ${nameOf(options.write)}`)
}

const NOTHING = { packet() {}, diagnostic() {} }

/** The file, and how a block is written to it: a reader of standard output that went away ends the work. */
function openOutput(path: string): { file: BlockFile; write: (block: Uint8Array) => void } {
  if (path === "-" && process.stdout.isTTY)
    throw new CliError("standard output is a terminal: redirect it, or name a file")
  const guarded = <T>(what: () => T): T => {
    try {
      return what()
    } catch (e) {
      throw cannotWrite(nameOf(path), e)
    }
  }
  const file = guarded(() => new BlockFile(path, printLink(path)))
  const write = (block: Uint8Array): void => {
    guarded(() => file.write(block))
    if (file.closed) process.exit(EXIT.DONE)
  }
  return { file, write }
}

function closeOutput(file: BlockFile, path: string): void {
  try {
    file.close()
  } catch (e) {
    throw cannotWrite(nameOf(path), e)
  }
}

const nameOf = (path: string): string => (path === "-" ? "standard output" : path)

function printWritten({ data: { packets, opened }, writer, ike, clear }: Cleared, path: string): void {
  const inner = plural(writer.written - ike, "inner packet")
  printNote(
    `${inner} out of ${countText(opened)} of ${plural(packets, "ESP and AH packet")}, written to ${nameOf(path)}`,
  )
  if (clear) {
    const closed = clear.closed > 0 ? `, ${clear.closed} stayed encrypted` : ""
    const parts = clear.fragments > 0 ? `, ${plural(clear.fragments, "fragment")} put together` : ""
    printNote(`${plural(ike, "IKE message")} written${parts}${closed}`)
  }
  const unframed = writer.skipped + (clear?.unframed ?? 0)
  if (unframed > 0) printNote(`${plural(unframed, "packet")} left out: no IP header to stand behind`)
}
