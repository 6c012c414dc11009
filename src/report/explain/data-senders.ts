/** Several senders under one SPI and destination: each has a data SA of its own, or something forged joins in. RFC 4301 §4.1. */

import { equal } from "../../bytes/bytes.ts"
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { hex8 } from "../../bytes/hex.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { DataInput } from "./data-input.ts"
import { dataFinding } from "./data-words.ts"
import { listText } from "./words.ts"

/** In a group that handed out the keys several senders are as it should be. */
export const explainSenders = ({ all, index }: DataInput): Diagnostic[] =>
  all.flatMap(data =>
    data.senders[0] === data && data.senders.length > 1 && !index.find(data)?.child.group ? [finding(data)] : [],
  )

function finding(data: DataSa): Diagnostic {
  const { protocol, spi, destination, senders } = data
  const sources = listText(
    senders.map(s => s.source),
    4,
  )
  return dataFinding(
    data,
    "spi-senders",
    "info",
    `${protocol} ${hex8(spi)} to ${destination} has ${senders.length} senders, ${sources}: ${because(senders)}. Multicast, groups and keys set by hand work so (RFC 4301 §4.1); a receiver that looks SAs up by SPI and destination alone takes them for one and drops packets as replays`,
  )
}

function because(senders: readonly DataSa[]): string {
  const keys = senders.flatMap(s => (s.result?.sa && s.result.icvOk > 0 ? [s.result.sa.keys] : []))
  if (keys.length < 2)
    return "their sequence numbers are apart, so each seems to have an SA of its own, unless packets are forged"
  const first = keys[0]
  return keys.some(k => !equal(k.key, first.key) || !equal(k.integKey, first.integKey))
    ? "their packets verify under different keys, so each has an SA of its own"
    : "their packets verify under one key, and each counts sequence numbers for itself"
}
