/** Messages as the RFCs write them: `HDR, SAi1, KEi, Ni`, `HDR, SK{IDi, AUTH, SAi2, TSi, TSr}`, `HDR*, HASH(1), SA, Ni`. */

import type { ExchangeReport, IkeSaReport, MessageReport } from "../report/types.ts"
import { isV1 } from "../report/version.ts"

/** Payloads of one message; `inner` are those inside SK or SKF: null when there is none, undefined when it was not opened. */
export interface Notation {
  readonly head: "HDR" | "HDR*"
  readonly outer: readonly Item[]
  readonly wrapper: string | null
  readonly inner: readonly Item[] | null | undefined
}

/** One payload, or a run of notifications. */
export type Item =
  | { readonly name: string; readonly notifies?: undefined }
  | { readonly name?: undefined; readonly notifies: readonly string[] }

/** How much of the notifications is spelled out: 0 all, 1 abbreviated, 2 the telling ones, 3 the telling ones and a count. */
export type Detail = 0 | 1 | 2 | 3

export const DETAILS: readonly Detail[] = [0, 1, 2, 3]

/**
 * The notation of a message. Suffixes i, r, 1, 2 follow from payload names, the exchange and the direction (RFC 7296 §1.2-1.4,
 * RFC 2409 §5). `opened` says whether an SK that lists no payload is empty or was not opened.
 */
export function messageNotation(
  sa: Pick<IkeSaReport, "version" | "exchanges">,
  exchange: ExchangeReport,
  message: MessageReport,
  opened = message.payloads.length > 1,
): Notation {
  const { notifies } = message
  let shown = 0
  const naming = isV1(sa) ? namingV1(exchange, message) : namingV2(sa, exchange, message)
  const items = (names: readonly string[]): Item[] => {
    const out: Item[] = []
    let run: string[] | undefined
    for (const name of names) {
      if (!/^(N|Notify)$/i.test(name)) {
        run = undefined
        out.push({ name: naming(name) })
        continue
      }
      const notify = notifies[shown++] ?? ""
      if (run) run.push(notify)
      else out.push({ notifies: (run = [notify]) })
    }
    return fold(out)
  }
  if (isV1(sa)) {
    const head = message.encrypted ? "HDR*" : "HDR"
    const unopened = message.encrypted && message.payloads.length === 0
    return { head, outer: items(message.payloads), wrapper: null, inner: unopened ? undefined : null }
  }
  const at = message.payloads.findIndex(p => p === "SK" || p === "SKF")
  if (at < 0) return { head: "HDR", outer: items(message.payloads), wrapper: null, inner: null }
  const outer = items(message.payloads.slice(0, at))
  const inside = message.payloads.slice(at + 1)
  return {
    head: "HDR",
    outer,
    wrapper: message.payloads[at],
    inner: opened || inside.length > 0 ? items(inside) : undefined,
  }
}

type Naming = (payload: string) => string

/** RFC 7296 §1.2-1.4; RFC 9370 §2.2.2 for the numbers of additional key exchanges. */
function namingV2(sa: Pick<IkeSaReport, "exchanges">, exchange: ExchangeReport, message: MessageReport): Naming {
  const side = message.from === exchange.started_by ? "i" : "r"
  const stage = exchange.type === "IKE_SA_INIT" ? "1" : exchange.type === "IKE_AUTH" ? "2" : undefined
  return payload => {
    if (/^nonce$/i.test(payload)) return `N${side}`
    if (payload === "KE") return `KE${side}${exchange.type === "IKE_INTERMEDIATE" ? `(${keNumber(sa, exchange)})` : ""}`
    if (payload === "SA" && stage) return `SA${side}${stage}`
    return payload
  }
}

function keNumber(sa: Pick<IkeSaReport, "exchanges">, exchange: ExchangeReport): number {
  let n = 0
  for (const x of sa.exchanges) {
    if (x.type === "IKE_INTERMEDIATE" && x.messages.some(m => m.payloads.includes("KE"))) n++
    if (x === exchange) break
  }
  return Math.max(1, n)
}

/** RFC 2409 §5: IDii, IDir, HASH_I, HASH_R in phase 1; IDci, IDcr and HASH(1) to HASH(3) in Quick Mode. */
function namingV1(exchange: ExchangeReport, message: MessageReport): Naming {
  const starter = message.from === exchange.started_by
  const side = starter ? "i" : "r"
  const phase1 = /main|aggressive|identity|base|authentication only/i.test(exchange.type)
  const quick = /quick/i.test(exchange.type)
  /** Its place among the messages of the exchange, 4 for those behind. */
  const nth = (): number => {
    let n = 1
    for (const m of exchange.messages) if (n < 4 && m.retransmission_of === null && m.frame < message.frame) n++
    return n
  }
  let ids = 0
  return payload => {
    if (/^nonce$/i.test(payload)) return `N${side}`
    if (payload === "ID" && phase1) return `IDi${side}`
    if (payload === "ID" && quick) return ids++ === 0 ? "IDci" : "IDcr"
    if ((payload === "HASH" || payload === "SIG") && phase1) return `${payload}_${side.toUpperCase()}`
    if (payload === "HASH") return quick || exchange.type === "GROUPKEY-PULL" ? `HASH(${nth()})` : "HASH(1)"
    return payload
  }
}

/** Equal payloads in a row become one with a count: `VID×4`. */
function fold(items: readonly Item[]): Item[] {
  const out: Item[] = []
  for (let i = 0; i < items.length; ) {
    const { name } = items[i]
    let n = 1
    while (name !== undefined && items[i + n]?.name === name) n++
    out.push(n > 1 ? { name: `${name}×${n}` } : items[i])
    i += n
  }
  return out
}

/** The notation as text. `count` is how many fragments are drawn as this one message (`SKF×7{…}`). */
export function notationText(notation: Notation, detail: Detail = 0, count = 1): string {
  // Cisco's fragments are a payload of their own, RFC 7383's wrap what they carry.
  const times = (name: string) => (count > 1 && name === "FRAG" ? `${name}×${count}` : name)
  const parts: string[] = [notation.head, ...itemTexts(notation.outer, detail).map(times)]
  if (notation.wrapper !== null) {
    const inner = notation.inner ? itemTexts(notation.inner, detail).join(", ") : "…"
    parts.push(`${notation.wrapper}${count > 1 ? `×${count}` : ""}{${inner}}`)
  }
  return parts.join(", ")
}

/** Hostile chains have a thousand payloads; nobody reads more than these. */
const MAX_ITEMS = 32
const MAX_NOTIFIES = 12

function itemTexts(items: readonly Item[], detail: Detail): string[] {
  const all = detail === 3 ? gathered(items) : items
  const texts = all.slice(0, MAX_ITEMS).map(item => (item.notifies ? notifyText(item.notifies, detail) : item.name))
  return all.length > MAX_ITEMS ? [...texts, `+${all.length - MAX_ITEMS}`] : texts
}

/** All notifications where the first stands. */
function gathered(items: readonly Item[]): readonly Item[] {
  const all: Item = { notifies: items.flatMap(i => i.notifies ?? []) }
  const first = items.findIndex(i => i.notifies)
  return items.map((item, i) => (i === first ? all : item)).filter((item, i) => i === first || !item.notifies)
}

function notifyText(notifies: readonly string[], detail: Detail): string {
  if (notifies.every(n => n === "")) return notifies.length > 1 ? `N×${notifies.length}` : "N"
  const names = detail === 0 ? notifies : abbreviate(notifies)
  const telling = names.filter(n => detail < 2 || !(isCapability(n) || (detail === 3 && ROUTINE.test(n))))
  const shown = telling.slice(0, MAX_NOTIFIES)
  if (shown.length === 0) return notifies.length > 1 ? `N×${notifies.length}` : "N"
  const hidden = notifies.filter(n => !shown.some(s => n === s || matches(s, n))).length
  return `N(${[...shown, ...(hidden > 0 ? [`+${hidden}`] : [])].join(", ")})`
}

const matches = (abbreviation: string, name: string): boolean =>
  abbreviation.endsWith("*") ? name.startsWith(abbreviation.slice(0, -1)) : false

/** Both NAT detection notifications as `NAT_DETECTION_*`. */
function abbreviate(notifies: readonly string[]): string[] {
  const out: string[] = []
  for (const name of notifies) {
    const short = /^NAT_DETECTION_(SOURCE|DESTINATION)_IP$/.test(name) ? "NAT_DETECTION_*" : name
    if (!(short.endsWith("*") && out.includes(short))) out.push(short)
  }
  return out
}

/** Says what its sender can do. */
const isCapability = (name: string): boolean =>
  /_SUPPORTED$|^SIGNATURE_HASH_ALGORITHMS$|^NON_FIRST_FRAGMENTS_ALSO$|^EAP_ONLY_AUTHENTICATION$/.test(name)

/** Part of nearly every negotiation. */
const ROUTINE = /^NAT_DETECTION|^INITIAL[-_]CONTACT$|ADDITIONAL_(IP\d_)?ADDRESS/
