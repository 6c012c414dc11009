/**
 * What the expressions of a rules file see: every type with its members, in CEL's types. The environment, the objects and
 * `ikedump check --schema` are all made from this table; the compiler holds it against the report's types.
 */
import { keysOf } from "../bytes/typed.ts"
import type * as R from "../report/types.ts"

export interface Member {
  readonly type: string
  /** Null where the report does not know it. */
  readonly nullable: boolean
  readonly about: string
  /** Not in the report's JSON: a parent, or a value worked out from others. */
  readonly derived?: true
}

export type Members = Readonly<Record<string, Member>>

const is = (type: string, about: string): Member => ({ type, nullable: false, about })
const maybe = (type: string, about: string): Member => ({ type, nullable: true, about })
const derived = (member: Member): Member => ({ ...member, derived: true })

/** Members of a report's interface, each named; those in `Hidden` are kept from expressions because they are secrets. */
type Of<T, Hidden extends keyof T = never> = Readonly<Record<Exclude<keyof T, Hidden>, Member>>

const FIRST = "RFC 3339 time of its first frame, with nanoseconds"
const LAST = "RFC 3339 time of its last frame"
const CAPTURES = "indexes of the captures where it was seen"
const COMMUNITY = "Community ID, version 1, of its first path"
const TOOK = derived(maybe("duration", "from first_time to last_time"))
const IKE_SA = derived(is("IkeSa", "the IKE SA it belongs to"))

/** The object types by name. `values` of keys are secrets, and no member. */
export const TYPES = {
  Report: {
    schema: is("string", "the report's version"),
    captures: is("list<Capture>", "the captures, in the order given"),
    counts: is("Counts", "frames and messages of all captures"),
    ike_sas: is("list<IkeSa>", "all IKE SAs"),
    esp_sas: is("list<EspSa>", "all ESP and AH SAs"),
    secrets: is("list<SecretUse>", "the secrets given, and what they opened"),
    diagnostics: is("list<Diagnostic>", "all findings"),
    verdict: is("Verdicts", "the worst of the IKE SAs, and how many have which"),
  } satisfies Of<R.Report>,
  Verdicts: {
    outcome: maybe("string", "the worst outcome; null without an IKE SA"),
    counts: is("map<string, int>", "how many IKE SAs have which outcome"),
  } satisfies Of<R.VerdictSummary>,
  Verdict: {
    outcome: is("string", "failed, no-answer, no-tunnel, lost, degraded, partial, up or closed"),
    certainty: is("string", "proven, seen or inferred"),
    cause: maybe("string", "code of the cause; null for up and closed"),
    frames: is("list<int>", "the frames that decided"),
    headline: is("string", "what happened, in 60 characters"),
    why: is("string", "why, with its measure"),
    remedy: maybe("string", "what to do"),
  } satisfies Of<R.Verdict>,
  Capture: {
    path: is("string", "the file as named on the command line"),
    format: is("string", "pcap, pcapng …"),
    frames: is("int", "frames in it"),
    bytes: is("int", "bytes captured"),
    first_time: maybe("string", FIRST),
    last_time: maybe("string", LAST),
    complete: is("bool", "false when it could not be read to its end"),
    took: TOOK,
  } satisfies Of<R.CaptureInfo> & Members,
  Counts: {
    frames: is("int", "all frames"),
    isakmp: is("int", "IKE messages; a fragment is one"),
    esp: is("int", "ESP packets"),
    ah: is("int", "AH packets"),
    keepalive: is("int", "NAT keepalives"),
    other: is("int", "other frames"),
  } satisfies Of<R.Counts>,
  Endpoint: {
    address: is("string", "IP address"),
    port: is("int", "UDP or TCP port"),
  } satisfies Of<R.Endpoint>,
  IkeSuite: {
    encr: maybe("string", "encryption algorithm, AES-CBC-256"),
    integ: maybe("string", "integrity algorithm; null with an AEAD"),
    prf: maybe("string", "pseudorandom function"),
    ke: is("list<string>", "key exchange methods in use, MODP-2048"),
    hash: maybe("string", "IKEv1's hash, SHA2-256"),
  } satisfies Of<R.IkeSuite>,
  Offer: {
    number: is("int", "proposal number"),
    encr: is("list<string>", "encryption algorithms"),
    integ: is("list<string>", "integrity algorithms"),
    prf: is("list<string>", "pseudorandom functions"),
    ke: is("list<string>", "key exchange methods"),
  } satisfies Of<R.Offer>,
  Auth: {
    initiator: maybe("string", "the initiator's authentication method, once decrypted"),
    responder: maybe("string", "the responder's"),
  } satisfies Of<R.IkeSaReport["auth"]>,
  Identity: {
    type: is("string", "ID_FQDN, ID_IPV4_ADDR …"),
    value: is("string", "the identity as text"),
  } satisfies Of<R.Identity>,
  Ids: {
    initiator: maybe("Identity", "the initiator's identity, once decrypted"),
    responder: maybe("Identity", "the responder's"),
  } satisfies Of<R.IkeSaReport["ids"]>,
  IkeKeys: {
    status: is("string", "derived, given, partial or none"),
    from: maybe("string", "the kind of secret they come from"),
    epochs: is("list<KeyEpoch>", "one each time the keys changed"),
  } satisfies Of<R.IkeSaReport["keys"]>,
  KeyEpoch: {
    from_message_id: is("int", "the first Message ID under these keys"),
  } satisfies Of<R.KeyEpoch, "values">,
  IkeSa: {
    id: is("string", "ike/0"),
    first_time: is("string", FIRST),
    last_time: is("string", LAST),
    version: is("string", "2.0 or 1.0"),
    spi_i: is("string", "the initiator's SPI, 16 hex digits"),
    spi_r: is("string", "the responder's SPI"),
    initiator: is("Endpoint", "who began"),
    responder: is("Endpoint", "who answered"),
    state: is("string", "half-open, established, rekeyed, deleted, failed or unknown"),
    suite: is("IkeSuite", "the algorithms chosen"),
    offered: is("list<Offer>", "the proposals of the initiator"),
    auth: is("Auth", "how both sides authenticated"),
    ids: is("Ids", "who they said they were"),
    exchanges: is("list<Exchange>", "its exchanges, in order"),
    child_sas: is("list<ChildSa>", "its Child SAs"),
    keys: is("IkeKeys", "whether its keys are known"),
    checks: is("list<Check>", "the cryptographic checks of its messages and data SAs"),
    rekeys: maybe("string", "id of the IKE SA that it replaces"),
    captures: is("list<int>", CAPTURES),
    community_id: maybe("string", COMMUNITY),
    verdict: is("Verdict", "what became of it, and why"),
    diagnostics: is("list<string>", "codes of the findings about it"),
    group: maybe("Group", "what it is to a group; null where it has to do with none"),
    took: TOOK,
  } satisfies Of<R.IkeSaReport> & Members,
  Group: {
    role: is("string", "member: by it a member registers; rekey: under it new keys come for all members"),
    id: maybe("Identity", "the group as the member asks for it"),
    from: maybe("string", "id of the IKE SA by which the keys of a rekey SA came"),
    rekey_spis: is("list<string>", "SPIs of rekey SAs whose keys came by it, 32 hex digits"),
    sender_ids: is("list<int>", "sender IDs that the member got"),
    sender_id_bits: maybe("int", "bits of an IV that a sender ID takes"),
  } satisfies Of<R.GroupReport>,
  Exchange: {
    type: is("string", "IKE_SA_INIT, IKE_AUTH, CREATE_CHILD_SA, Quick Mode …"),
    message_id: is("int", "Message ID"),
    started_by: is("string", "initiator or responder of the IKE SA"),
    request_frames: is("list<int>", "frames that its starter sent"),
    response_frames: is("list<int>", "frames that the other side sent"),
    retransmissions: is("int", "messages sent again"),
    complete: is("bool", "false while an answer is missing"),
    notifies: is("list<string>", "notifications of all its messages"),
    messages: is("list<Message>", "its messages, in order"),
    took: derived(maybe("duration", "from its first message to its last")),
    ike_sa: IKE_SA,
  } satisfies Of<R.ExchangeReport> & Members,
  Fragment: {
    number: is("int", "Fragment Number"),
    total: is("int", "Total Fragments"),
  } satisfies Of<NonNullable<R.MessageReport["fragment"]>>,
  Message: {
    frame: is("int", "frame number"),
    time: is("string", "RFC 3339 with nanoseconds"),
    from: is("string", "initiator or responder of the IKE SA"),
    payloads: is("list<string>", "payloads in wire order, those inside SK after it: SA, KE, Nonce, SK, IDi …"),
    notifies: is("list<string>", "notifications by name"),
    fragment: maybe("Fragment", "which fragment of a message it is"),
    retransmission_of: maybe("int", "frame of the message that it repeats"),
    encrypted: is("bool", "sent under SK, SKF or IKEv1 encryption"),
    exchange: derived(is("Exchange", "the exchange it is part of")),
    ike_sa: IKE_SA,
  } satisfies Of<R.MessageReport> & Members,
  ChildSuite: {
    encr: maybe("string", "encryption algorithm"),
    integ: maybe("string", "integrity algorithm; null with an AEAD"),
    ke: is("list<string>", "key exchange methods of a CREATE_CHILD_SA or of Quick Mode"),
    esn: is("bool", "extended sequence numbers"),
  } satisfies Of<R.ChildSuite>,
  ChildKeys: {
    status: is("string", "derived, given, partial or none"),
  } satisfies Of<R.ChildSaReport["keys"], "values">,
  ChildSa: {
    id: is("string", "child/0"),
    first_time: maybe("string", FIRST),
    last_time: maybe("string", LAST),
    protocol: is("string", "ESP, AH or IPCOMP"),
    spi_i: maybe("string", "the SPI that the exchange's initiator chose, 8 hex digits"),
    spi_r: maybe("string", "the other side's"),
    mode: maybe("string", "tunnel, transport or beet"),
    suite: is("ChildSuite", "the algorithms chosen"),
    ts_i: is("list<string>", "the initiator's traffic selectors, 10.1.0.0/16"),
    ts_r: is("list<string>", "the responder's"),
    state: is("string", "installed, rekeyed, deleted or failed"),
    pfs: is("bool", "its keys come from a key exchange of their own"),
    rekeys: maybe("string", "id of the Child SA that it replaces"),
    keys: is("ChildKeys", "whether its keys are known"),
    took: TOOK,
    ike_sa: IKE_SA,
    esp_sas: derived(is("list<EspSa>", "its ESP and AH SAs")),
  } satisfies Of<R.ChildSaReport> & Members,
  Sequence: {
    first: is("int", "first sequence number seen"),
    last: is("int", "highest seen"),
    missing: is("int", "numbers between them that never came"),
    duplicate: is("int", "numbers that came twice"),
    out_of_order: is("int", "packets behind a later one"),
  } satisfies Of<R.EspSaReport["sequence"]>,
  EspSa: {
    id: is("string", "esp/0"),
    child_sa: maybe("string", "id of its Child SA"),
    owner: maybe("string", "id of its IKE SA; without a Child SA an inference"),
    first_time: is("string", FIRST),
    last_time: is("string", LAST),
    protocol: is("string", "ESP or AH"),
    spi: is("string", "8 hex digits"),
    source: is("string", "address it comes from"),
    destination: is("string", "address it goes to"),
    encapsulation: is("string", "none, udp or tcp"),
    paths: is("list<string>", "other addresses its packets took"),
    packets: is("int", "packets seen"),
    bytes: is("int", "bytes of them"),
    sequence: is("Sequence", "its sequence numbers"),
    keys: is("string", "derived, given, partial or none"),
    decrypted: is("int", "packets opened"),
    icv_ok: is("int", "packets whose ICV verified"),
    icv_failed: is("int", "packets whose ICV did not"),
    captures: is("list<int>", CAPTURES),
    community_id: maybe("string", COMMUNITY),
    verdict: maybe("Verdict", "what became of it; null where its IKE SA has the verdict"),
    took: TOOK,
    child: derived(maybe("ChildSa", "its Child SA")),
    ike_sa: derived(maybe("IkeSa", "the IKE SA that made it")),
  } satisfies Of<R.EspSaReport> & Members,
  Check: {
    id: is("string", "sk-integrity, auth-initiator, esp-icv …"),
    frame: maybe("int", "the frame that was checked"),
    time: maybe("string", "its time"),
    status: is("string", "pass, fail or skipped"),
    reason: maybe("string", "why it failed or was skipped"),
    rfc: is("string", "where the check is written"),
    ike_sa: IKE_SA,
  } satisfies Of<R.CheckReport> & Members,
  SecretUse: {
    kind: is("string", "psks, dh_private, ike_sas …"),
    index: is("int", "which of its kind, from 0"),
    file: is("string", "name of its file, without folders"),
    line: maybe("int", "its line in the file"),
    used_by: is("list<string>", "ids of the SAs that it opened"),
  } satisfies Of<R.SecretUse>,
  Diagnostic: {
    code: is("string", "no-proposal-chosen …"),
    severity: is("string", "error, warning or info"),
    frame: maybe("int", "the frame it was seen in"),
    time: maybe("string", "its time"),
    message: is("string", "one sentence"),
    sa: maybe("string", "id of the SA it speaks of"),
    remedy: maybe("string", "what to do"),
    captures: is("list<int>", CAPTURES),
    ike_sa: derived(maybe("IkeSa", "the IKE SA it is about")),
  } satisfies Of<R.DiagnosticReport> & Members,
} as const

export type TypeName = keyof typeof TYPES

/** The members of a type. */
export const membersOf = (type: TypeName): Members => TYPES[type]

/** What a rule may be `for`, and the type of its objects. */
export const KINDS = {
  capture: "Capture",
  ike_sa: "IkeSa",
  exchange: "Exchange",
  message: "Message",
  child_sa: "ChildSa",
  esp_sa: "EspSa",
  check: "Check",
  diagnostic: "Diagnostic",
} as const satisfies Readonly<Record<string, TypeName>>

export type Kind = keyof typeof KINDS

export const KIND_NAMES = keysOf(KINDS)

/** Kinds that an object of a kind holds: what `order` and `within` may select inside it. */
export const INSIDE: Readonly<Record<Kind, readonly Kind[]>> = {
  capture: [],
  ike_sa: ["ike_sa", "exchange", "message", "child_sa", "esp_sa", "check", "diagnostic"],
  exchange: ["exchange", "message"],
  message: [],
  child_sa: ["child_sa", "esp_sa"],
  esp_sa: [],
  check: [],
  diagnostic: [],
}

/** A type's name without `list<…>`. */
export const elementOf = (type: string): string => /^list<(.+)>$/.exec(type)?.[1] ?? type

export const isTypeName = (name: string): name is TypeName => Object.hasOwn(TYPES, name)
