/**
 * The JSON text of one IKE SA, written straight from the tracker's object: the same bytes that JSON.stringify makes of
 * `ikeSaReport`. In a stream of SAs lists of names, suites and offers repeat, and so does what stands around frames and times;
 * their bytes are kept.
 */
import { safeJson } from "../bytes/safe-json.ts"
import { encoded, type TextBuffer } from "../bytes/text-buffer.ts"
import { secondText } from "../net/time.ts"
import type { Exchange, MessageRecord } from "../track/exchange.ts"
import type { Check } from "../track/ike-sa.ts"
import { type Moment, momentText } from "../track/moment.ts"
import type { Peer, Side } from "../track/peer.ts"
import {
  capturesOf,
  childReport,
  communityOf,
  exchangeName,
  exchangeNotifies,
  findingCodes,
  keysReport,
  suiteReport,
} from "./build.ts"
import type { Conclusion } from "./conclusion.ts"

/** Pieces kept of one kind; all are let go when there are more. */
const MAX_PIECES = 4096

/** Remembers what `make` made for a key. */
function kept<K, V>(make: (key: K) => V): (key: K) => V {
  const all = new Map<K, V>()
  return key => {
    let value = all.get(key)
    if (value === undefined) {
      if (all.size >= MAX_PIECES) all.clear()
      all.set(key, (value = make(key)))
    }
    return value
  }
}

const json = (value: unknown): string => safeJson(value)

/** JSON of an object that is never changed, and that many SAs share. Each place in which such objects stand has its own. */
const sharedAt = () => {
  const all = kept((value: object) => encoded(json(value)))
  let last: object | undefined
  let bytes = encoded("")
  return (value: object): Uint8Array => {
    if (value !== last) {
      bytes = all(value)
      last = value
    }
    return bytes
  }
}
const suiteJson = sharedAt()
const offerJson = sharedAt()
const listsFrom = (side: Side) => ({
  head: encoded(`,"from":"${side}","payloads":`),
  payloads: sharedAt(),
  notifies: sharedAt(),
})
const fromInitiator = listsFrom("initiator")
const fromResponder = listsFrom("responder")

const P = {
  id: encoded('"id":"'),
  firstTime: encoded('","first_time":"'),
  lastTime: encoded('","last_time":"'),
  version: encoded('","version":"'),
  spiI: encoded('.0","spi_i":"'),
  spiR: encoded('","spi_r":"'),
  initiator: encoded('","initiator":{"address":"'),
  responder: encoded('},"responder":{"address":"'),
  port: encoded('","port":'),
  state: encoded('},"state":"'),
  suite: encoded('","suite":'),
  offered: encoded(',"offered":['),
  auth: encoded('],"auth":'),
  ids: encoded(',"ids":'),
  exchanges: encoded(',"exchanges":['),
  children: encoded('],"child_sas":['),
  keys: encoded('],"keys":'),
  checks: encoded(',"checks":['),
  rekeys: encoded('],"rekeys":'),
  captures: encoded(',"captures":'),
  firstCapture: encoded("[0]"),
  community: encoded(',"community_id":'),
  verdict: encoded(',"verdict":'),
  diagnostics: encoded(',"diagnostics":'),
  messageId: encoded(',"message_id":'),
  byInitiator: encoded(',"started_by":"initiator","request_frames":['),
  byResponder: encoded(',"started_by":"responder","request_frames":['),
  responseFrames: encoded('],"response_frames":['),
  retransmissions: encoded('],"retransmissions":'),
  complete: encoded(',"complete":true,"notifies":'),
  incomplete: encoded(',"complete":false,"notifies":'),
  messages: encoded(',"messages":['),
  frame: encoded('{"frame":'),
  time: encoded(',"time":"'),
  notifies: encoded(',"notifies":'),
  fragment: encoded(',"fragment":'),
  retransmissionOf: encoded(',"retransmission_of":'),
  encrypted: encoded(',"encrypted":true}'),
  clear: encoded(',"encrypted":false}'),
  plain: encoded(',"fragment":null,"retransmission_of":null,"encrypted":false}'),
  plainEncrypted: encoded(',"fragment":null,"retransmission_of":null,"encrypted":true}'),
  listEnd: encoded("]}"),
  zone: encoded("Z"),
  quote: encoded('"'),
  comma: encoded(","),
  close: encoded("}"),
  null: encoded("null"),
  nobody: encoded('{"initiator":null,"responder":null}'),
  noKeys: encoded('{"status":"none","from":null,"epochs":[]}'),
  none: encoded("[]"),
}

let lastSeconds = Number.NaN
let lastSecond = encoded("")

/** A time without quotes, as `momentText`. */
function time(to: TextBuffer, { seconds, nanos }: Moment): void {
  if (seconds !== lastSeconds) {
    lastSecond = encoded(`${secondText(seconds)}.`)
    lastSeconds = seconds
  }
  to.piece(lastSecond)
  to.digits(nanos, 9)
  to.piece(P.zone)
}

function list<T>(to: TextBuffer, items: readonly T[], write: (to: TextBuffer, item: T) => void): void {
  for (let i = 0; i < items.length; i++) {
    if (i > 0) to.piece(P.comma)
    write(to, items[i])
  }
}

const notifiesOfPairs = kept((first: readonly string[]) =>
  kept((second: readonly string[]) => encoded(json([...new Set([...first, ...second])]))),
)
interface PairJson {
  first: readonly string[] | undefined
  second: readonly string[] | undefined
  json: Uint8Array
}
const lastPair: PairJson = { first: undefined, second: undefined, json: P.none }

function notifiesOfPair(first: readonly string[], second: readonly string[]): Uint8Array {
  if (lastPair.first !== first || lastPair.second !== second) {
    lastPair.first = first
    lastPair.second = second
    lastPair.json = notifiesOfPairs(first)(second)
  }
  return lastPair.json
}

/** Names of an exchange's notifications. Most exchanges are two messages, whose lists of names repeat. */
function exchangeNotifiesJson(to: TextBuffer, x: Exchange): void {
  if (x.messages.length === 2) to.piece(notifiesOfPair(x.messages[0].notifies, x.messages[1].notifies))
  else to.text(json(exchangeNotifies(x)))
}

/** Where frame and time of what was written last stand: several checks are of one message. */
const latest = {
  to: undefined as TextBuffer | undefined,
  frame: 0,
  time: undefined as Moment | undefined,
  start: 0,
  end: 0,
}

/** `12,"time":"…"`. */
function frameAndTime(to: TextBuffer, frame: number, moment: Moment): void {
  if (latest.to === to && latest.frame === frame && latest.time === moment) {
    to.repeat(latest.start, latest.end)
    return
  }
  latest.start = to.length
  to.number(frame)
  to.piece(P.time)
  time(to, moment)
  to.piece(P.quote)
  latest.to = to
  latest.frame = frame
  latest.time = moment
  latest.end = to.length
}

function message(to: TextBuffer, m: MessageRecord): void {
  to.piece(P.frame)
  frameAndTime(to, m.frame, m.time)
  const mine = m.from === "initiator" ? fromInitiator : fromResponder
  to.piece(mine.head)
  to.piece(mine.payloads(m.payloads))
  to.piece(P.notifies)
  to.piece(mine.notifies(m.notifies))
  if (m.fragment === null && m.retransmissionOf === null) {
    to.piece(m.encrypted ? P.plainEncrypted : P.plain)
    return
  }
  to.piece(P.fragment)
  to.text(json(m.fragment))
  to.piece(P.retransmissionOf)
  to.text(json(m.retransmissionOf))
  to.piece(m.encrypted ? P.encrypted : P.clear)
}

const exchangeHead = {
  1: kept((type: number) => encoded(`{"type":${json(exchangeName(1, type))}`)),
  2: kept((type: number) => encoded(`{"type":${json(exchangeName(2, type))}`)),
}

function frames(to: TextBuffer, messages: readonly MessageRecord[], requests: boolean): void {
  let first = true
  for (const m of messages) {
    if (m.request !== requests) continue
    if (!first) to.piece(P.comma)
    first = false
    to.number(m.frame)
  }
}

function exchange(to: TextBuffer, version: 1 | 2, x: Exchange): void {
  let repeats = x.omitted ?? 0
  for (const m of x.messages) if (m.retransmissionOf !== null) repeats++
  to.piece(exchangeHead[version](x.type))
  to.piece(P.messageId)
  to.number(x.messageId)
  to.piece(x.startedBy === "initiator" ? P.byInitiator : P.byResponder)
  frames(to, x.messages, true)
  to.piece(P.responseFrames)
  frames(to, x.messages, false)
  to.piece(P.retransmissions)
  to.number(repeats)
  to.piece(x.complete ? P.complete : P.incomplete)
  exchangeNotifiesJson(to, x)
  to.piece(P.messages)
  list(to, x.messages, message)
  to.piece(P.listEnd)
}

/** What stands around frame and time of a check that has no reason. */
interface CheckPieces {
  readonly rfc: string
  readonly head: Uint8Array
  readonly pass: Uint8Array
  readonly fail: Uint8Array
  readonly skipped: Uint8Array
}

const tail = (status: string, rfc: string) => encoded(`,"status":"${status}","reason":null,"rfc":"${rfc}"}`)
const piecesOf = (id: string, rfc: string): CheckPieces => ({
  rfc,
  head: encoded(`{"id":"${id}","frame":`),
  pass: tail("pass", rfc),
  fail: tail("fail", rfc),
  skipped: tail("skipped", rfc),
})
const checkPieces = new Map<string, CheckPieces>()

/** Pieces of a check; nearly every kind of check always cites the same RFC. */
function piecesFor({ id, rfc }: Check): CheckPieces {
  const known = checkPieces.get(id)
  if (known?.rfc === rfc) return known
  const made = piecesOf(id, rfc)
  checkPieces.set(id, made)
  return made
}

function check(to: TextBuffer, c: Check): void {
  const pieces = piecesFor(c)
  to.piece(pieces.head)
  if (c.frame !== null && c.time !== null) frameAndTime(to, c.frame, c.time)
  else to.text(`${c.frame},"time":${c.time === null ? "null" : json(momentText(c.time))}`)
  if (c.reason === null) to.piece(c.status === "pass" ? pieces.pass : pieces[c.status])
  else to.text(`,"status":"${c.status}","reason":${json(c.reason)},"rfc":"${c.rfc}"}`)
}

function perSide(to: TextBuffer, both: { readonly initiator: unknown; readonly responder: unknown }): void {
  if (both.initiator === null && both.responder === null) to.piece(P.nobody)
  else to.text(json(both))
}

function peer(to: TextBuffer, name: Uint8Array, { address, port }: Peer): void {
  to.piece(name)
  to.text(address)
  to.piece(P.port)
  to.number(port)
}

/** Appends `JSON.stringify(ikeSaReport(conclusion, showKeys))` without its first brace: others put members in front. Secrets only with `showKeys`. */
export function writeIkeSaMembers(to: TextBuffer, conclusion: Conclusion, showKeys: boolean): void {
  const { sa, checks, findings, verdict } = conclusion
  // Between SAs the buffer may have been emptied.
  latest.to = undefined
  to.piece(P.id)
  to.text(sa.id)
  to.piece(P.firstTime)
  time(to, sa.first)
  to.piece(P.lastTime)
  time(to, sa.last)
  to.piece(P.version)
  to.number(sa.version)
  to.piece(P.spiI)
  to.text(sa.spiI)
  to.piece(P.spiR)
  to.text(sa.spiR)
  peer(to, P.initiator, sa.initiator)
  peer(to, P.responder, sa.responder)
  to.piece(P.state)
  to.text(conclusion.state)
  to.piece(P.suite)
  to.piece(suiteJson(suiteReport(sa)))
  to.piece(P.offered)
  list(to, sa.offered, (_, offer) => to.piece(offerJson(offer)))
  to.piece(P.auth)
  perSide(to, sa.auth)
  to.piece(P.ids)
  perSide(to, sa.ids)
  to.piece(P.exchanges)
  list(to, sa.exchanges, (_, x) => exchange(to, sa.version, x))
  to.piece(P.children)
  list(to, sa.children, (_, c) => to.text(json(childReport(c, showKeys))))
  to.piece(P.keys)
  if (sa.keyStatus === "none" && sa.keysFrom === null && sa.epochs.length === 0) to.piece(P.noKeys)
  else to.text(json(keysReport(sa, showKeys)))
  to.piece(P.checks)
  list(to, checks, check)
  to.piece(P.rekeys)
  if (sa.parent === null) to.piece(P.null)
  else to.text(json(sa.parent.id))
  to.piece(P.captures)
  const captures = capturesOf(sa)
  if (captures.length === 1 && captures[0] === 0) to.piece(P.firstCapture)
  else to.text(json(captures))
  to.piece(P.community)
  to.text(json(communityOf(sa)))
  to.piece(P.verdict)
  to.text(json(verdict))
  to.piece(P.diagnostics)
  if (findings.length === 0) to.piece(P.none)
  else to.text(json(findingCodes(findings)))
  to.piece(P.close)
}
