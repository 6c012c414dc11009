/** What each row of a ladder says, in words that every renderer shares: from the fullest wording to the shortest. */

import { hex8 } from "../bytes/hex.ts"
import { countText, durationText, plural } from "../bytes/words.ts"
import type { ExchangeReport } from "../report/types.ts"
import { isV1 } from "../report/version.ts"
import type { BandRow, DataRow, Ladder, LadderRow, LivenessRow, MessageRow, RetransmissionRow } from "./ladder-rows.ts"
import { DETAILS, notationText } from "./notation.ts"
import { clockText, durationRange, sizeText } from "./units.ts"

export interface RowWords {
  /** The row's text, fullest first; each says the same with fewer details. */
  readonly texts: readonly string[]
  /** What stands beside the row: exchange, proof; `tone` says how it went. */
  readonly labels: readonly Label[]
}

export interface Label {
  readonly text: string
  /** Where there is little room. */
  readonly short: string
  readonly tone: "plain" | "ok" | "bad" | "warn"
}

/** The words of a row. */
export function rowWords(ladder: Ladder, row: LadderRow): RowWords {
  switch (row.kind) {
    case "message":
      return messageWords(ladder, row)
    case "retransmission":
      return retransmissionWords(row)
    case "liveness":
      return livenessWords(row)
    case "data":
      return dataWords(ladder, row)
    case "band":
      return bandWords(row)
  }
}

function messageWords(ladder: Ladder, row: MessageRow): RowWords {
  const texts = DETAILS.map(d => notationText(row.notation, d, row.fragments?.arrived ?? 1))
  const labels: Label[] = []
  if (row.opens) labels.push(exchangeLabel(ladder.version, row.exchange))
  if (row.fragments && row.fragments.missing.length > 0) {
    const { arrived, total, missing } = row.fragments
    const text = `${arrived} of ${total} fragments, ${missing.slice(0, 5).join(", ")} missing`
    labels.push({ text, short: `${arrived} of ${total} arrived`, tone: "bad" })
  }
  for (const id of row.failed) labels.push({ text: `✖ ${id}`, short: `✖ ${id}`, tone: "bad" })
  return { texts, labels }
}

/** `IKE_AUTH 1`; `Main Mode`; `Quick Mode 9a52530b`. */
export function exchangeLabel(version: string, x: Pick<ExchangeReport, "type" | "message_id">): Label {
  if (!isV1({ version }))
    return { text: `${x.type} ${x.message_id}`, short: `${x.type} ${x.message_id}`, tone: "plain" }
  const short = /\((.+)\)/.exec(x.type)?.[1] ?? (x.type === "Aggressive" ? "Aggressive Mode" : x.type)
  const id = x.message_id === 0 ? "" : ` ${hex8(x.message_id)}`
  return { text: short + id, short, tone: "plain" }
}

function retransmissionWords(row: RetransmissionRow): RowWords {
  const after = row.after.slice(0, 8).map(durationText).join(", ") + (row.after.length > 8 ? ", …" : "")
  const [first, last] = [Math.min(...row.after), Math.max(...row.after)]
  if (row.count === 1)
    return { texts: [`frame ${row.of} sent again after ${after}`, `again: frame ${row.of}`], labels: [] }
  const times = `frame ${row.of} sent again ×${row.count}`
  return { texts: [`${times}, after ${after}`, `${times}, after ${durationRange(first, last)}`, times], labels: [] }
}

function livenessWords(row: LivenessRow): RowWords {
  const every = row.every ? `every ${durationRange(...row.every)}` : ""
  const answered = row.answered ? `answered in ${durationRange(...row.answered)}` : ""
  const what = { liveness: "liveness check", DPD: "DPD R-U-THERE", INFORMATIONAL: "INFORMATIONAL, encrypted" }[row.name]
  const count =
    row.name === "liveness" && row.count !== 1
      ? `${countText(row.count)} liveness checks`
      : `${countText(row.count)} × ${what}`
  const join = (...parts: string[]) => parts.filter(Boolean).join(", ")
  const labels: Label[] =
    row.unanswered > 0
      ? [{ text: `${row.unanswered} unanswered`, short: `${row.unanswered} unanswered`, tone: "warn" }]
      : []
  return { texts: [join(count, every, answered), join(count, every), count], labels }
}

function dataWords({ left, right }: Ladder, { esp, until, plausible }: DataRow): RowWords {
  const head = `${esp.protocol} ${esp.spi}`
  const volume = `${plural(esp.packets, "packet")}, ${sizeText(esp.bytes)}`
  const { missing, duplicate, out_of_order } = esp.sequence
  const trouble = [
    missing > 0 ? `${countText(missing)} missing` : "",
    duplicate > 0 ? `${countText(duplicate)} duplicate` : "",
    out_of_order > 0 ? `${countText(out_of_order)} out of order` : "",
  ].filter(Boolean)
  const join = (...parts: string[]) => parts.join(", ")
  const labels: Label[] = []
  if (esp.icv_failed > 0) labels.push(same(`ICV failed ${countText(esp.icv_failed)}`, "bad"))
  if (esp.icv_ok > 0)
    labels.push(same(`ICV ${countText(esp.icv_ok)}/${countText(esp.packets)}`, esp.icv_failed > 0 ? "warn" : "ok"))
  const ends = [esp.source, esp.destination]
  if (plausible && !(ends.includes(left) && ends.includes(right)))
    labels.push({ text: "the same beyond a NAT", short: "beyond NAT", tone: "plain" })
  else if (plausible) labels.push({ text: "by address and time", short: "by address", tone: "plain" })
  const to = `to ${clockText(until)}`
  return {
    texts: [
      join(head, volume, to, ...trouble),
      join(head, volume, ...trouble),
      join(head, volume),
      `${esp.spi}, ${volume}`,
    ],
    labels,
  }
}

const same = (text: string, tone: Label["tone"]): Label => ({ text, short: text, tone })

const bandWords = (row: BandRow): RowWords => ({ texts: [row.words.join(" · ")], labels: [] })
