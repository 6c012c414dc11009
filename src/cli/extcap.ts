/** `ikedump extcap`: Wireshark's way to the inner packets. Wireshark starts it with `--extcap-…` and `--capture` flags. */

import { closeSync, openSync, writeSync } from "node:fs"
import type { Command } from "commander"
import { codeOf } from "../bytes/errors.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { FollowedSecrets } from "../node/followed-secrets.ts"
import { loadSecrets } from "../node/load-secrets.ts"
import { SecretsError } from "../secrets/errors.ts"
import { writeClear } from "./decrypt.ts"
import { CliError, EXIT } from "./exit.ts"
import { install } from "./extcap/install.ts"
import { ARGUMENTS, DECRYPTED } from "./extcap/interface.ts"
import { configText, dltsText, interfacesText } from "./extcap/protocol.ts"
import type { CommonOptions } from "./options.ts"
import { print } from "./print.ts"
import { VERSION } from "./version.ts"

interface ExtcapOptions extends CommonOptions {
  readonly install?: string | true
  readonly extcapInterfaces?: boolean
  readonly extcapInterface?: string
  readonly extcapDlts?: boolean
  readonly extcapConfig?: boolean
  readonly capture?: boolean
  readonly fifo?: string
  readonly source?: string
  readonly content?: "all" | "inner"
}

const HELP = "https://www.wireshark.org/docs/man-pages/extcap.html"

export function configure(command: Command): void {
  const all = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]
  command
    .option("--install [folder]", "put a starter into Wireshark's extcap folder, or into this one")
    .option("--extcap-interfaces", "Wireshark asks: which interfaces there are")
    .option("--extcap-version <version>", "Wireshark says: its version")
    .option("--extcap-interface <name>", "Wireshark says: which interface is meant")
    .option("--extcap-dlts", "Wireshark asks: the link type")
    .option("--extcap-config", "Wireshark asks: the options of the interface")
    .option("--extcap-capture-filter <filter>", "Wireshark says: the capture filter (not used)")
    .option("--capture", "write packets to --fifo")
    .option("--fifo <path>", "where Wireshark reads")
    .option("--source <capture>", "the capture: a file, or a named pipe")
    .option("--keys <file>", "secrets: any format we know; repeatable (also IKEDUMP_KEYS)", all)
    .option("--psk <key>", "a pre-shared key: @FILE or its text; repeatable", all)
    .option("--content <what>", "all: inner packets and IKE messages; inner: inner packets only", "all")
    .option("--filter <expr>", "display filter: which frames of the capture to take")
    .addHelpText("after", EXAMPLES)
    .action(act)
}

const EXAMPLES = `
Examples:
  ikedump extcap --install                              once; Wireshark then lists "IKE and ESP, decrypted by ikedump"
  tshark -i ikedump -o extcap.ikedump.source:capture.pcap -o extcap.ikedump.keys:keys.json
  tshark -i ikedump -o extcap.ikedump.source:PIPE -o extcap.ikedump.keys:charon.log     the log may grow meanwhile
`

async function act(options: ExtcapOptions): Promise<void> {
  if (options.install !== undefined) {
    const path = install(options.install === true ? undefined : options.install)
    process.stderr.write(`ikedump: wrote ${path}; Wireshark lists the interface when it starts next\n`)
  } else if (options.extcapInterfaces) print([interfacesText(VERSION, HELP, [DECRYPTED])])
  else {
    if (options.extcapInterface !== DECRYPTED.value)
      throw new CliError(`no interface ${options.extcapInterface ?? "is named"}`, EXIT.USAGE, [
        `ikedump extcap --install makes Wireshark list the interface ${DECRYPTED.value}`,
      ])
    if (options.extcapDlts) print([dltsText(DECRYPTED)])
    else if (options.extcapConfig) print([configText(ARGUMENTS)])
    else if (options.capture) await capture(options)
    else throw new CliError("give --extcap-dlts, --extcap-config or --capture")
  }
}

async function capture(options: ExtcapOptions): Promise<void> {
  const { source, fifo, content } = options
  if (!source) throw new CliError("--source names the capture")
  if (!fifo) throw new CliError("--fifo names the pipe that Wireshark reads")
  const out = openSync(fifo, "w")
  const followed = isReadOnce(source) ? new FollowedSecrets(options.keys ?? []) : undefined
  try {
    const write = (block: Uint8Array): void => writeAll(out, block)
    const ike = content !== "inner"
    if (!isReadOnce(source)) await writeClear([source], { ...options, ike }, write)
    else {
      // A daemon writes its secrets as it negotiates: before the first tunnel its log has none.
      const keys = await withSecrets(options.keys ?? [])
      await writeClear([source], { ...options, keys, ike }, write, followed)
    }
  } catch (e) {
    // Wireshark stopped the capture.
    if (codeOf(e) !== "EPIPE") throw e
  } finally {
    followed?.stop()
    closeSync(out)
  }
}

/** The files that hold secrets already. Those that hold none yet are followed all the same. */
async function withSecrets(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths)
    try {
      // A pipe can be read once.
      if (!isReadOnce(path)) await loadSecrets([path])
      found.push(path)
    } catch (e) {
      if (!(e instanceof SecretsError && e.unrecognised)) throw e
      process.stderr.write(`ikedump: ${path} holds no secret yet: it is followed\n`)
    }
  return found
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}
