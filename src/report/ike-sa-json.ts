/**
 * The JSON text of one IKE SA, written straight from the tracker's object: the same bytes that JSON.stringify makes of
 * `ikeSaReport`. In a stream of SAs lists of names, suites and offers repeat; their texts are kept.
 */
import type { Exchange, MessageRecord } from "../track/exchange.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import { type Moment, momentText } from "../track/moment.ts"
import { childReport, exchangeName, exchangeNotifies, findingCodes, keysReport, suiteReport } from "./build.ts"

/** Texts kept; all are let go when there are more. */
const MAX_TEXTS = 4096
const texts = new Map<object, string>()

/** JSON of an object that is never changed, and that many SAs share. */
function shared(value: object): string {
  let text = texts.get(value)
  if (text === undefined) {
    text = JSON.stringify(value)
    if (texts.size >= MAX_TEXTS) texts.clear()
    texts.set(value, text)
  }
  return text
}

let lastMoment: Moment | undefined
let lastTime = ""

/** A time in quotes. Several things happen with one message. */
function time(moment: Moment): string {
  if (moment !== lastMoment) {
    lastTime = `"${momentText(moment)}"`
    lastMoment = moment
  }
  return lastTime
}

function list<T>(items: readonly T[], text: (item: T) => string): string {
  let out = "["
  for (let i = 0; i < items.length; i++) out += i === 0 ? text(items[i]) : `,${text(items[i])}`
  return `${out}]`
}

const pairs = new Map<object, Map<object, string>>()
let pairCount = 0

/** JSON of the names of an exchange's notifications. Most exchanges are two messages, whose lists of names repeat. */
function notifiesJson(x: Exchange): string {
  if (x.messages.length !== 2) return object(exchangeNotifies(x))
  const [{ notifies: a }, { notifies: b }] = x.messages
  const known = pairs.get(a)?.get(b)
  if (known !== undefined) return known
  if (pairCount++ >= MAX_TEXTS) {
    pairs.clear()
    pairCount = 1
  }
  const text = object(exchangeNotifies(x))
  const seconds = pairs.get(a)
  if (seconds) seconds.set(b, text)
  else pairs.set(a, new Map([[b, text]]))
  return text
}

const object = (value: unknown): string => JSON.stringify(value)

const messageJson = (m: MessageRecord): string =>
  `{"frame":${m.frame},"time":${time(m.time)},"from":"${m.from}","payloads":${shared(m.payloads)},"notifies":${shared(m.notifies)},"fragment":${m.fragment ? object(m.fragment) : "null"},"retransmission_of":${m.retransmissionOf},"encrypted":${m.encrypted}}`

function exchangeJson(version: 1 | 2, x: Exchange): string {
  let requests = ""
  let responses = ""
  let repeats = 0
  for (const m of x.messages) {
    if (m.request) requests += requests === "" ? m.frame : `,${m.frame}`
    else responses += responses === "" ? m.frame : `,${m.frame}`
    if (m.retransmissionOf !== null) repeats++
  }
  return `{"type":${object(exchangeName(version, x.type))},"message_id":${x.messageId},"started_by":"${x.startedBy}","request_frames":[${requests}],"response_frames":[${responses}],"retransmissions":${repeats},"complete":${x.complete},"notifies":${notifiesJson(x)},"messages":${list(x.messages, messageJson)}}`
}

const checkJson = (c: Check): string =>
  `{"id":"${c.id}","frame":${c.frame},"time":${c.time === null ? "null" : time(c.time)},"status":"${c.status}","reason":${c.reason === null ? "null" : object(c.reason)},"rfc":"${c.rfc}"}`

const NOBODY = '{"initiator":null,"responder":null}'
const perSide = (both: { readonly initiator: unknown; readonly responder: unknown }): string =>
  both.initiator === null && both.responder === null ? NOBODY : object(both)

const NO_KEYS = '{"status":"none","from":null,"epochs":[]}'
const keysJson = (sa: IkeSa, showKeys: boolean): string =>
  sa.keyStatus === "none" && sa.keysFrom === null && sa.epochs.length === 0 ? NO_KEYS : object(keysReport(sa, showKeys))

const idJson = (id: string | null): string => (id === null ? "null" : `"${id}"`)

/** `JSON.stringify(ikeSaReport(sa, showKeys))` without its first brace: others put members in front. Secrets only with `showKeys`. */
export function ikeSaMembers(sa: IkeSa, showKeys: boolean): string {
  const { initiator, responder } = sa
  const head = `"id":"${sa.id}","first_time":${time(sa.first)},"last_time":${time(sa.last)},"version":"${sa.version}.0","spi_i":"${sa.spiI}","spi_r":"${sa.spiR}","initiator":{"address":"${initiator.address}","port":${initiator.port}},"responder":{"address":"${responder.address}","port":${responder.port}},"state":"${sa.state}"`
  const agreed = `,"suite":${shared(suiteReport(sa))},"offered":${list(sa.offered, shared)},"auth":${perSide(sa.auth)},"ids":${perSide(sa.ids)}`
  const story = `,"exchanges":${list(sa.exchanges, x => exchangeJson(sa.version, x))},"child_sas":${list(sa.children, c => object(childReport(c, showKeys)))},"keys":${keysJson(sa, showKeys)}`
  const verdict = `,"checks":${list(sa.checks, checkJson)},"rekeys":${idJson(sa.rekeys)},"diagnostics":${list(findingCodes(sa), object)}}`
  return head + agreed + story + verdict
}
