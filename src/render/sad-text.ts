/** The database as `ip xfrm state` and `ip xfrm policy` print it. Lines that they do not have begin with `#`. */

import { toHex } from "../bytes/hex.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { plural } from "../bytes/words.ts"
import type { PolicyEnd, Sad, SadKey, SadPolicy, SadState } from "../report/sad.ts"
import { kernelAead, kernelAuth, kernelCipher } from "../secrets/export/xfrm-names.ts"
import type { Pen } from "./pen.ts"

export interface SadTextOptions {
  readonly showKeys?: boolean
  /** When the database stood so, for the heading: `at the end`. */
  readonly when: string
  /** SAs that were there before, and are not shown. */
  readonly gone?: readonly SadState[]
}

/** What stands for a key that is known and not shown. */
const HIDDEN = "0x…"

/** States, then policies; a newline at the end. */
export function* renderSad(sad: Sad, pen: Pen, options: SadTextOptions): Generator<string> {
  const { theme } = pen
  const note = (text: string) => theme.dim(pen.text(`# ${text}`))
  yield `${note(`${plural(sad.states.length, "SA")} ${options.when}`)}\n`
  const hint = goneHint(options.gone ?? [])
  if (hint) yield `${note(hint)}\n`
  for (const s of sad.states) yield `${stateLines(s, pen, options, note).join("\n")}\n`
  for (const { host, list } of sad.policies) {
    yield `\n${note(`policies of ${host}`)}\n`
    for (const p of list) yield `${policyLines(p, pen).join("\n")}\n`
  }
}

/** What became of SAs that are not shown, and how to see them. */
function goneHint(gone: readonly SadState[]): string {
  if (gone.length === 0) return ""
  const fates = [...new Set(gone.map(s => (s.state === "rekeyed" ? "replaced" : s.state)))].join(" or ")
  const last = gone
    .map(s => s.used ?? s.added ?? "")
    .sort()
    .at(-1)
  const at = last ? `; --at ${last} shows what stood then` : ""
  return `${plural(gone.length, "SA")} ${gone.length === 1 ? "was" : "were"} ${fates} before${at}, --all shows all`
}

const spiText = (spi: number): string => `0x${hex8(spi)}`

function stateLines(s: SadState, pen: Pen, options: SadTextOptions, note: (text: string) => string): string[] {
  const { theme } = pen
  const mode = s.mode === null ? "" : ` reqid ${s.reqid} mode ${s.mode}`
  const lines = [
    theme.strong(pen.text(`src ${s.source} dst ${s.destination}`)),
    `\tproto ${s.protocol} spi ${spiText(s.spi)}${mode}`,
    `\treplay-window 32${s.esn ? " flag esn" : ""}`,
    ...keyLines(s, pen, options),
  ]
  if (s.encap) lines.push(`\tencap type ${s.encap.type} sport ${s.encap.sport} dport ${s.encap.dport} addr 0.0.0.0`)
  lines.push(...replayLines(s), ...lifetimeLines(s))
  lines.push(`\t${note(storyOf(s))}`)
  return lines
}

function storyOf(s: SadState): string {
  if (s.child === null) return s.keys === "none" ? "negotiation not seen, or not opened" : "keys given"
  return `${s.child} of ${s.ike}, ${s.state}, keys ${s.keys === "none" ? "not known" : s.keys}`
}

function keyLines(s: SadState, pen: Pen, { showKeys = false }: SadTextOptions): string[] {
  const value = (k: SadKey) => (k.key === undefined ? "?" : showKeys ? `0x${toHex(k.key)}` : pen.text(HIDDEN))
  const lines: string[] = []
  if (s.integ) {
    const name = kernelAuth(s.integ.algorithm) ?? s.integ.algorithm
    lines.push(`\tauth-trunc ${name} ${value(s.integ)} ${s.integ.icvBits}`)
  }
  if (s.encr?.icvBits) {
    const name = kernelAead(s.encr.algorithm) ?? s.encr.algorithm
    lines.push(`\taead ${name} ${value(s.encr)} ${s.encr.icvBits}`)
  } else if (s.encr) {
    const name = kernelCipher(s.encr.algorithm) ?? s.encr.algorithm
    lines.push(`\tenc ${name}${s.encr.algorithm === "NULL" ? "" : ` ${value(s.encr)}`}`)
  }
  return lines
}

const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`
const hex8 = (n: number): string => (n >>> 0).toString(16).padStart(8, "0")

/** One capture sees what is sent and what arrives, so that both counters are the same. */
function replayLines({ esn, sequence: { high, low, bitmap }, packets }: SadState): string[] {
  if (packets === 0) return []
  if (!esn) return [`\tanti-replay context: seq ${hex(low)}, oseq ${hex(low)}, bitmap 0x${hex8(bitmap)}`]
  return [
    "\tanti-replay esn context:",
    `\t seq-hi ${hex(high)}, seq ${hex(low)}, oseq-hi ${hex(high)}, oseq ${hex(low)}`,
    "\t replay_window 32, bitmap-length 1",
    `\t ${hex8(bitmap)}`,
  ]
}

function lifetimeLines(s: SadState): string[] {
  const at = (time: string | null) => (time === null ? "-" : time.slice(0, 19).replace("T", " "))
  return [
    "\tlifetime current:",
    `\t  ${s.bytes}(bytes), ${s.packets}(packets)`,
    `\t  add ${at(s.added)} use ${at(s.used)}`,
    "\tstats:",
    `\t  replay-window 0 replay ${s.replays} failed ${s.icvFailed}`,
  ]
}

function policyLines(p: SadPolicy, pen: Pen): string[] {
  const { template: t } = p
  const spi = t.spi === null ? "" : ` spi ${spiText(t.spi)}`
  return [
    pen.theme.strong(pen.text(`src ${p.source.addresses} dst ${p.destination.addresses}${upper(p)}`)),
    `\tdir ${p.direction}`,
    `\ttmpl src ${t.source} dst ${t.destination}`,
    `\t\tproto ${t.protocol}${spi} reqid ${t.reqid} mode ${t.mode}`,
  ]
}

function upper({ protocol, source, destination }: SadPolicy): string {
  const port = (name: string, s: PolicyEnd) => (s.port === null ? "" : ` ${name} ${s.port}`)
  return protocol === null ? "" : ` proto ${protocol}${port("sport", source)}${port("dport", destination)}`
}

/** The same for programs: `ikedump/sad/1`. Keys are null unless `showKeys`; SPIs are 8 hex digits. */
export function sadJson(sad: Sad, time: string | null, showKeys: boolean): string {
  const spi = (n: number) => hex8(n)
  const key = (k: SadKey | null) =>
    k && { algorithm: k.algorithm, icv_bits: k.icvBits, key: showKeys && k.key ? toHex(k.key) : null }
  const file = {
    schema: "ikedump/sad/1",
    time,
    states: sad.states.map(({ icvFailed, encr, integ, ...s }) => ({
      ...s,
      spi: spi(s.spi),
      encr: key(encr),
      integ: key(integ),
      icv_failed: icvFailed,
    })),
    policies: sad.policies.flatMap(({ host, list }) =>
      list.map(({ template, ...p }) => ({
        host,
        ...p,
        template: { ...template, spi: template.spi === null ? null : spi(template.spi) },
      })),
    ),
  }
  return `${safeJson(file, 2)}\n`
}
