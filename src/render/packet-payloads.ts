/** What an IKE message holds, for its line of the packet list: payloads and notifications as ladders write them. */
import type { Message } from "../ike/message.ts"
import { findAll } from "../ike/shared/payload.ts"
import { notification } from "../ike/v1/notification.ts"
import { IKEV1 } from "../ike/v1/table.ts"
import { notify } from "../ike/v2/notify.ts"
import { IKEV2 } from "../ike/v2/table.ts"
import { NOTIFY as NOTIFY_V1 } from "../registry/ikev1/notify.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { ExchangeReport, MessageReport } from "../report/types.ts"
import { messageNotation, notationText } from "./notation.ts"

const RESPONSE = 0x20

/** `SAi1, KEi, Ni, N×5, V`, `SK{IDr, AUTH, SAr2, TSi, TSr}`, `SK{…}` while it is closed. */
export const payloadsText = (message: Message): string => (message.version === 1 ? textV1(message) : textV2(message))

function textV2(message: Message): string {
  const { payloads } = message
  const all = payloads.flatMap(p => [p, ...(p.inner ?? [])])
  const type = EXCHANGE_TYPE.name(message.exchangeType) ?? ""
  const exchange: ExchangeReport = {
    ...{ type, message_id: message.messageId, started_by: "initiator", request_frames: [], response_frames: [] },
    ...{ retransmissions: 0, complete: false, notifies: [], messages: [] },
  }
  const record: MessageReport = {
    from: (message.flags & RESPONSE) !== 0 ? "responder" : "initiator",
    payloads: all.map(p => IKEV2.get(p.type)?.notation ?? PAYLOAD_TYPE.name(p.type) ?? String(p.type)),
    notifies: findAll(all, notify).map(n => NOTIFY.name(n.type) ?? String(n.type)),
    ...{ frame: 0, time: "", fragment: null, retransmission_of: null, encrypted: false },
  }
  const opened = payloads.some(p => p.inner !== undefined)
  return notationText(messageNotation({ version: "2.0", exchanges: [] }, exchange, record, opened), TELLING).replace(
    /^HDR(, )?/,
    "",
  )
}

/** Notifications that say something, and how many others there are. */
const TELLING = 3

/** Nobody knows from one message alone who of IKEv1 started: its payloads have no suffixes. */
function textV1({ payloads, encrypted }: Message): string {
  if (encrypted !== undefined && payloads.length === 0) return "encrypted"
  const names = payloads.map(p => {
    const said = findAll([p], notification).map(n => NOTIFY_V1.name(n.type) ?? String(n.type))
    return said.length > 0
      ? `N(${said[0]})`
      : (IKEV1.get(p.type)?.notation ?? PAYLOAD_V1.name(p.type) ?? String(p.type))
  })
  const runs: [name: string, count: number][] = []
  for (const name of names) {
    const last = runs.at(-1)
    if (last?.[0] === name) last[1]++
    else runs.push([name, 1])
  }
  const texts = runs.slice(0, MAX_ITEMS).map(([name, n]) => (n > 1 ? `${name}×${n}` : name))
  return [...texts, ...(runs.length > MAX_ITEMS ? [`+${runs.length - MAX_ITEMS}`] : [])].join(", ")
}

/** Hostile chains have a thousand payloads. */
const MAX_ITEMS = 32
