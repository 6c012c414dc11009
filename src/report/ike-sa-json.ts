/**
 * The JSON text of one IKE SA, written straight from the tracker's object: the same bytes that JSON.stringify makes of
 * `ikeSaReport`. In a stream of SAs lists of names, suites and offers repeat, and so does what stands around frames and times;
 * their bytes are kept.
 */
import { BoundedMap } from "../bytes/bounded-map.ts"
import type { Diagnostic } from "../bytes/diagnostic.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { encoded, type TextBuffer } from "../bytes/text-buffer.ts"
import { secondText } from "../net/time.ts"
import type { Exchange, MessageRecord } from "../track/exchange.ts"
import type { Check } from "../track/ike-sa.ts"
import { type Moment, momentText } from "../track/moment.ts"
import type { Peer, Side } from "../track/peer.ts"
import {
  authReport,
  capturesOf,
  childReport,
  communityOf,
  exchangeNameIn,
  exchangeNotifies,
  findingCodes,
  groupReport,
  keysReport,
  type Naming,
  namingOf,
  suiteReport,
} from "./build.ts"
import type { Conclusion } from "./conclusion.ts"
import { FindingsWriter } from "./findings-json.ts"

/** Pieces kept of one kind. */
const MAX_PIECES = 4096

const json = (value: unknown): string => safeJson(value)

/** Remembers what `make` made for a key. */
function kept<K, V>(make: (key: K) => V): (key: K) => V {
  const all = new BoundedMap<K, V>(MAX_PIECES)
  return key => all.getOrMake(key, () => make(key))
}

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

/** What stands behind frame and time of a message that is no fragment and repeats nothing, by its lists. */
const plainMessages = (side: Side, encrypted: boolean) => {
  const make = (payloads: readonly string[], notifies: readonly string[]) =>
    encoded(`,${json({ from: side, payloads, notifies, fragment: null, retransmission_of: null, encrypted }).slice(1)}`)
  return ofPairs(make)
}

/** The bytes of what two lists make together, which are never changed, and which many SAs share. */
function ofPairs(make: (one: readonly string[], other: readonly string[]) => Uint8Array) {
  const all = kept((one: readonly string[]) => kept((other: readonly string[]) => make(one, other)))
  let [lastOne, lastOther]: (readonly string[] | undefined)[] = []
  let bytes = P.none
  return (one: readonly string[], other: readonly string[]): Uint8Array => {
    if (one !== lastOne || other !== lastOther) {
      bytes = all(one)(other)
      lastOne = one
      lastOther = other
    }
    return bytes
  }
}

const listsFrom = (side: Side) => ({
  head: encoded(`,"from":"${side}","payloads":`),
  payloads: sharedAt(),
  notifies: sharedAt(),
  clear: plainMessages(side, false),
  encrypted: plainMessages(side, true),
})

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
  listEnd: encoded("]}"),
  zone: encoded("Z"),
  quote: encoded('"'),
  comma: encoded(","),
  close: encoded("}"),
  noGroup: encoded(',"group":null}'),
  null: encoded("null"),
  nobody: encoded('{"initiator":null,"responder":null}'),
  noKeys: encoded('{"status":"none","from":null,"epochs":[]}'),
  none: encoded("[]"),
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
const exchangeHeads = (naming: Naming) =>
  kept((type: number) => encoded(`{"type":${json(exchangeNameIn(naming, type))}`))

/** Writes IKE SAs into its buffer, one after another. */
export class IkeSaWriter {
  readonly #suites = sharedAt()
  readonly #offers = sharedAt()
  readonly #lists = { initiator: listsFrom("initiator"), responder: listsFrom("responder") }
  readonly #exchangeHeads = {
    1: exchangeHeads(1),
    2: exchangeHeads(2),
    gdoi: exchangeHeads("gdoi"),
  }
  readonly #codeLists = new BoundedMap<string, Uint8Array>(MAX_PIECES)
  readonly #checkPieces = new Map<string, CheckPieces>()
  readonly #notifiesOfPair = ofPairs((first, second) => encoded(json([...new Set([...first, ...second])])))
  // The last second, and where frame and time of what was written last stand: all of them repeat.
  #seconds = Number.NaN
  #second = encoded("")
  #frame = 0
  #moment: Moment | undefined
  #start = 0
  #end = 0

  readonly #findings: FindingsWriter

  constructor(readonly to: TextBuffer) {
    this.#findings = new FindingsWriter(to)
  }

  /** Appends `JSON.stringify(ikeSaReport(conclusion, showKeys))` without its first brace: others put members in front. Secrets only with `showKeys`. */
  members(conclusion: Conclusion, showKeys: boolean): void {
    const { to } = this
    const { sa, checks, findings, verdict } = conclusion
    // Between SAs the buffer may have been emptied.
    this.#moment = undefined
    to.piece(P.id)
    to.text(sa.id)
    to.piece(P.firstTime)
    this.#time(sa.first)
    to.piece(P.lastTime)
    this.#time(sa.last)
    to.piece(P.version)
    to.number(sa.version)
    to.piece(P.spiI)
    to.text(sa.spiI)
    to.piece(P.spiR)
    to.text(sa.spiR)
    this.#peer(P.initiator, sa.initiator)
    this.#peer(P.responder, sa.responder)
    to.piece(P.state)
    to.text(conclusion.state)
    to.piece(P.suite)
    to.piece(this.#suites(suiteReport(sa)))
    to.piece(P.offered)
    this.#list(sa.offered, offer => to.piece(this.#offers(offer)))
    to.piece(P.auth)
    this.#perSide(authReport(sa))
    to.piece(P.ids)
    this.#perSide(sa.ids)
    to.piece(P.exchanges)
    this.#list(sa.exchanges, x => this.#exchange(namingOf(sa), x))
    to.piece(P.children)
    this.#list(sa.children, c => to.text(json(childReport(c, showKeys))))
    to.piece(P.keys)
    if (sa.keyStatus === "none" && sa.keysFrom === null && sa.epochs.length === 0) to.piece(P.noKeys)
    else to.text(json(keysReport(sa, showKeys)))
    to.piece(P.checks)
    this.#list(checks, c => this.#check(c))
    to.piece(P.rekeys)
    if (sa.parent === null) to.piece(P.null)
    else to.text(json(sa.parent.id))
    to.piece(P.captures)
    const captures = capturesOf(sa)
    if (captures.length === 1 && captures[0] === 0) to.piece(P.firstCapture)
    else to.text(json(captures))
    to.piece(P.community)
    to.quotedOrNull(communityOf(sa))
    to.piece(P.verdict)
    this.#findings.verdict(verdict)
    to.piece(P.diagnostics)
    if (findings.length === 0) to.piece(P.none)
    else to.piece(this.#codes(findings))
    if (sa.group) to.text(`,"group":${json(groupReport(sa.group))}}`)
    else to.piece(P.noGroup)
  }

  /** Codes of findings: most SAs have one or two, and the same as others. */
  #codes(findings: readonly Diagnostic[]): Uint8Array {
    const codes = findings.length === 1 ? findings[0].code : findings.map(f => f.code).join()
    let piece = this.#codeLists.get(codes)
    if (!piece) this.#codeLists.set(codes, (piece = encoded(json(findingCodes(findings)))))
    return piece
  }

  /** A time without quotes, as `momentText`. */
  #time({ seconds, nanos }: Moment): void {
    const { to } = this
    if (seconds !== this.#seconds) {
      this.#second = encoded(`${secondText(seconds)}.`)
      this.#seconds = seconds
    }
    to.piece(this.#second)
    to.digits(nanos, 9)
    to.piece(P.zone)
  }

  #list<T>(items: readonly T[], write: (item: T) => void): void {
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.to.piece(P.comma)
      write(items[i])
    }
  }

  /** Names of an exchange's notifications. Most exchanges are two messages, whose lists of names repeat. */
  #exchangeNotifies(x: Exchange): void {
    if (x.messages.length === 2) this.to.piece(this.#notifiesOfPair(x.messages[0].notifies, x.messages[1].notifies))
    else this.to.text(json(exchangeNotifies(x)))
  }

  /** `12,"time":"…"`: several checks are of one message. */
  #frameAndTime(frame: number, moment: Moment): void {
    const { to } = this
    if (this.#moment === moment && this.#frame === frame) {
      to.repeat(this.#start, this.#end)
      return
    }
    this.#start = to.length
    to.number(frame)
    to.piece(P.time)
    this.#time(moment)
    to.piece(P.quote)
    this.#frame = frame
    this.#moment = moment
    this.#end = to.length
  }

  #message(m: MessageRecord): void {
    const { to } = this
    to.piece(P.frame)
    this.#frameAndTime(m.frame, m.time)
    const mine = this.#lists[m.from]
    if (m.fragment === null && m.retransmissionOf === null) {
      to.piece((m.encrypted ? mine.encrypted : mine.clear)(m.payloads, m.notifies))
      return
    }
    to.piece(mine.head)
    to.piece(mine.payloads(m.payloads))
    to.piece(P.notifies)
    to.piece(mine.notifies(m.notifies))
    to.piece(P.fragment)
    to.text(json(m.fragment))
    to.piece(P.retransmissionOf)
    to.text(json(m.retransmissionOf))
    to.piece(m.encrypted ? P.encrypted : P.clear)
  }

  #frames(messages: readonly MessageRecord[], requests: boolean): void {
    let first = true
    for (const m of messages) {
      if (m.request !== requests) continue
      if (!first) this.to.piece(P.comma)
      first = false
      this.to.number(m.frame)
    }
  }

  #exchange(naming: Naming, x: Exchange): void {
    const { to } = this
    let repeats = x.omitted ?? 0
    for (const m of x.messages) if (m.retransmissionOf !== null) repeats++
    to.piece(this.#exchangeHeads[naming](x.type))
    to.piece(P.messageId)
    to.number(x.messageId)
    to.piece(x.startedBy === "initiator" ? P.byInitiator : P.byResponder)
    this.#frames(x.messages, true)
    to.piece(P.responseFrames)
    this.#frames(x.messages, false)
    to.piece(P.retransmissions)
    to.number(repeats)
    to.piece(x.complete ? P.complete : P.incomplete)
    this.#exchangeNotifies(x)
    to.piece(P.messages)
    this.#list(x.messages, m => this.#message(m))
    to.piece(P.listEnd)
  }

  /** Pieces of a check; nearly every kind of check always cites the same RFC. */
  #piecesOf({ id, rfc }: Check): CheckPieces {
    const known = this.#checkPieces.get(id)
    if (known?.rfc === rfc) return known
    const made = piecesOf(id, rfc)
    this.#checkPieces.set(id, made)
    return made
  }

  #check(c: Check): void {
    const { to } = this
    const pieces = this.#piecesOf(c)
    to.piece(pieces.head)
    if (c.frame !== null && c.time !== null) this.#frameAndTime(c.frame, c.time)
    else to.text(`${c.frame},"time":${c.time === null ? "null" : json(momentText(c.time))}`)
    if (c.reason === null) to.piece(c.status === "pass" ? pieces.pass : pieces[c.status])
    else to.text(`,"status":"${c.status}","reason":${json(c.reason)},"rfc":"${c.rfc}"}`)
  }

  #perSide(both: { readonly initiator: unknown; readonly responder: unknown }): void {
    if (both.initiator === null && both.responder === null) this.to.piece(P.nobody)
    else this.to.text(json(both))
  }

  #peer(name: Uint8Array, { address, port }: Peer): void {
    const { to } = this
    to.piece(name)
    to.text(address)
    to.piece(P.port)
    to.number(port)
  }
}
