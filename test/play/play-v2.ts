/** Plays both ends of IKEv2 SAs: each exchange is recorded on a tape, and what was agreed and derived stays here as the truth. */
import { concat, u32be, utf8 } from "../../src/bytes/bytes.ts"
import type { Encr, Integ, Prf } from "../../src/crypto/algorithms.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { prfByName } from "../../src/crypto/prf.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"
import {
  intAuth,
  intermediateAuth,
  intermediateOctets,
  macedId,
  sharedSecretAuth,
  signedOctets,
} from "../../src/keys/auth-v2.ts"
import { type Nonces, prfFunction } from "../../src/keys/context.ts"
import {
  deriveIkeKeys,
  skeyseedInitial,
  skeyseedIntermediate,
  skeyseedPpkIntermediate,
  skeyseedRekey,
  skeyseedResumption,
} from "../../src/keys/ikev2.ts"
import { deriveChildKeys } from "../../src/keys/keymat-v2.ts"
import { mixPpk, skDWithPpk } from "../../src/keys/ppk.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { sealEsp } from "../open/seal.ts"
import { type Played, playKe } from "./key-exchange.ts"
import { type Endpoint, hex, ip, LEFT, RIGHT, type Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

export type Side = "initiator" | "responder"
export const otherSide = (side: Side): Side => (side === "initiator" ? "responder" : "initiator")
export const X = { INIT: 34, AUTH: 35, CHILD: 36, INFO: 37, RESUME: 38, INTERMEDIATE: 43, FOLLOWUP: 44 } as const
export const N = {
  INVALID_KE_PAYLOAD: 17,
  COOKIE: 16390,
  USE_TRANSPORT_MODE: 16391,
  REKEY_SA: 16393,
  TICKET_LT_OPAQUE: 16409,
  TICKET_REQUEST: 16410,
  TICKET_OPAQUE: 16413,
  CHILDLESS: 16418,
  MULTIPLE_AUTH_SUPPORTED: 16404,
  ANOTHER_AUTH_FOLLOWS: 16405,
  FRAGMENTATION: 16430,
  USE_PPK: 16435,
  PPK_IDENTITY: 16436,
  NO_PPK_AUTH: 16437,
  INTERMEDIATE: 16438,
  ADDITIONAL_KE: 16441,
  USE_PPK_INT: 16445,
  PPK_IDENTITY_KEY: 16446,
  FULL_TRANSCRIPT: 16447,
} as const

export interface SuiteSpec {
  readonly encr: string
  /** Absent with an AEAD. */
  readonly integ?: string
  readonly prf: string
  readonly ke: number
  /** Additional key exchanges (RFC 9370) in order. */
  readonly additional?: readonly number[]
}

export const SUITE: SuiteSpec = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", prf: "HMAC-SHA2-256", ke: 31 }
export const PSK = utf8("swordfish")

export interface PlayOptions {
  readonly suite?: SuiteSpec
  readonly provider?: CryptoProvider
  readonly left?: Endpoint
  readonly right?: Endpoint
}

export interface ChildSpec {
  readonly protocol?: "ESP" | "AH"
  readonly encr?: string
  readonly integ?: string
  /** Key exchange method of its own (PFS), then additional ones. */
  readonly ke?: readonly number[]
  readonly transport?: boolean
  /** The second octet of the selectors: 10.n.0.0/16. */
  readonly net?: number
  /** A PPK that the exchange agrees on (RFC 9867 §3.2). */
  readonly ppk?: Uint8Array
  /** SPI of a Child SA that it replaces. */
  readonly rekeys?: Child
  /** Packets sent each way. */
  readonly packets?: number
}

export interface Child {
  readonly spec: ChildSpec
  readonly startedBy: Side
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly keys: Record<"encr_i" | "integ_i" | "encr_r" | "integ_r", Uint8Array>
  readonly secrets: readonly Played[]
}

/** How one side proves itself. `sign` gets the signed octets. */
export type Proof =
  | { readonly psk: Uint8Array }
  | { readonly none: true }
  /** Of a resumed session: prf(SK_px, octets). RFC 5723 §5.1. */
  | { readonly resumed: true }
  | {
      readonly method: number
      readonly sign: (octets: Uint8Array) => Uint8Array
      readonly certificates?: readonly w.Payload[]
    }

const DEFAULT_CHILD: ChildSpec = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" }
const EMPTY: Uint8Array = new Uint8Array(0)

export class PlayV2 {
  readonly provider: CryptoProvider
  readonly encr: Encr
  readonly integ: Integ | undefined
  readonly prf: Prf
  spiI: Uint8Array
  spiR: Uint8Array
  nonces: Nonces = { ni: EMPTY, nr: EMPTY }
  /** IKE_SA_INIT as sent. */
  readonly init = { request: EMPTY, response: EMPTY }
  /** Keys in force, and those before. */
  keys: Record<string, Uint8Array> = {}
  readonly epochs: Record<string, Uint8Array>[] = []
  readonly exchanged: Played[] = []
  readonly children: Child[] = []
  readonly nextId: Record<Side, number> = { initiator: 0, responder: 0 }
  /** IntAuth so far, of each side. */
  readonly intermediate: Record<Side, Uint8Array> = { initiator: EMPTY, responder: EMPTY }
  #intermediates = 0
  left: Endpoint
  right: Endpoint
  readonly suite: SuiteSpec

  constructor(
    readonly tape: Tape,
    options: PlayOptions = {},
  ) {
    const { suite = SUITE, provider = nodeProvider, left = LEFT, right = RIGHT } = options
    this.suite = suite
    this.provider = provider
    this.left = left
    this.right = right
    this.encr = encrByName(suite.encr)!
    this.integ = suite.integ === undefined ? undefined : integByName(suite.integ)!
    this.prf = prfByName(suite.prf)!
    this.spiI = tape.random(8, "spi")
    this.spiR = tape.random(8, "spi")
  }

  get context() {
    return { provider: this.provider, prf: this.prf }
  }
  get spis(): { spi_i: string; spi_r: string } {
    return { spi_i: hex(this.spiI), spi_r: hex(this.spiR) }
  }

  // What the wire carries ------------------------------------------------------------------------------------------------

  head(from: Side, exchange: number, messageId: number, response: boolean): w.Head {
    return { spiI: this.spiI, spiR: this.spiR, exchange, messageId, fromInitiator: from === "initiator", response }
  }

  sealKeys(from: Side, keys = this.keys): w.SealKeys {
    const [ske, ska] = from === "initiator" ? [keys.sk_ei, keys.sk_ai] : [keys.sk_er, keys.sk_ar]
    return { encr: this.encr, integ: this.integ, ske, ska }
  }

  put(from: Side, message: Uint8Array): number {
    return from === "initiator"
      ? this.tape.ike(this.left, this.right, message)
      : this.tape.ike(this.right, this.left, message)
  }

  iv = (): Uint8Array => this.tape.random(this.encr.ivBytes, "iv")

  sealed(
    from: Side,
    exchange: number,
    id: number,
    response: boolean,
    payloads: readonly w.Payload[],
    options: { padLength?: number; keys?: Record<string, Uint8Array> } = {},
  ): Uint8Array {
    const { padLength, keys } = options
    const head = this.head(from, exchange, id, response)
    return w.sealedMessage(head, payloads, this.sealKeys(from, keys), this.provider, { iv: this.iv(), padLength })
  }

  /** One encrypted exchange that `from` starts; frames of request and response. */
  exchange(from: Side, type: number, request: readonly w.Payload[], response: readonly w.Payload[]): [number, number] {
    const id = this.nextId[from]++
    const q = this.put(from, this.sealed(from, type, id, false, request))
    const r = this.put(otherSide(from), this.sealed(otherSide(from), type, id, true, response))
    return [q, r]
  }

  transforms(suite = this.suite): w.TransformSpec[] {
    const list = [w.transformOf("encr", suite.encr), w.transformOf("prf", suite.prf)]
    if (suite.integ) list.push(w.transformOf("integ", suite.integ))
    list.push([4, suite.ke])
    for (const [i, group] of (suite.additional ?? []).entries()) list.push([6 + i, group])
    return list
  }

  ke(group: number): Played {
    const played = playKe(group, this.provider, n => this.tape.random(n, "private"))
    this.exchanged.push(played)
    return played
  }

  /** Makes the keys of a SKEYSEED those in force. */
  take(seed: Uint8Array): void {
    const { encr, integ, nonces, spiI, spiR } = this
    const { values } = deriveIkeKeys({ ...this.context, encr, integ, nonces, spiI, spiR }, seed)
    this.keys = { skeyseed: seed, ...values }
    this.epochs.push(this.keys)
  }

  // Exchanges ------------------------------------------------------------------------------------------------------------

  /** IKE_SA_INIT. RFC 7296 §1.2. */
  saInit(extra: readonly w.Payload[] = []): this {
    const ke = this.ke(this.suite.ke)
    this.nonces = { ni: this.tape.random(32, "ni"), nr: this.tape.random(32, "nr") }
    const sa = w.saP({ protocol: 1, spi: EMPTY, transforms: this.transforms() })
    const request = [sa, w.keP(ke.group, ke.publicI), w.nonceP(this.nonces.ni), ...extra]
    const response = [sa, w.keP(ke.group, ke.publicR), w.nonceP(this.nonces.nr), ...extra]
    this.clearExchange(X.INIT, request, response)
    this.take(skeyseedInitial(this.context, this.nonces, ke.shared).out)
    return this
  }

  /** IKE_SESSION_RESUME with the SK_d of an earlier SA. RFC 5723 §4.3. */
  resume(ticket: Uint8Array, oldSkD: Uint8Array): this {
    this.nonces = { ni: this.tape.random(32, "ni"), nr: this.tape.random(32, "nr") }
    this.clearExchange(
      X.RESUME,
      [w.nonceP(this.nonces.ni), w.notifyP(N.TICKET_OPAQUE, ticket)],
      [w.nonceP(this.nonces.nr)],
    )
    this.take(skeyseedResumption(this.context, oldSkD, this.nonces).out)
    return this
  }

  clearExchange(type: number, request: readonly w.Payload[], response: readonly w.Payload[]): void {
    const spiR = this.spiR
    this.spiR = new Uint8Array(8)
    this.init.request = w.clearMessage(this.head("initiator", type, 0, false), request)
    this.spiR = spiR
    this.init.response = w.clearMessage(this.head("responder", type, 0, true), response)
    this.put("initiator", this.init.request)
    this.put("responder", this.init.response)
    this.nextId.initiator = 1
  }

  /** IKE_INTERMEDIATE with an additional key exchange. RFC 9370 §2.2.2. */
  addKe(group: number, fragments = 0): this {
    const ke = this.ke(group)
    this.intermediateExchange([w.keP(group, ke.publicI)], [w.keP(group, ke.publicR)], fragments)
    this.take(skeyseedIntermediate(this.context, this.keys.sk_d, this.nonces, ke.shared).out)
    return this
  }

  /** IKE_INTERMEDIATE that agrees on a PPK. RFC 9867 §3.1. */
  addPpk(id: string, ppk: Uint8Array): this {
    const name = concat(Uint8Array.of(2), utf8(id))
    this.intermediateExchange(
      [w.notifyP(N.PPK_IDENTITY_KEY, concat(name, this.tape.random(8)))],
      [w.notifyP(N.PPK_IDENTITY, name)],
    )
    this.take(skeyseedPpkIntermediate(this.context, ppk, this.keys.sk_d).out)
    return this
  }

  intermediateExchange(request: readonly w.Payload[], response: readonly w.Payload[], fragments = 0): void {
    const id = this.nextId.initiator
    const { sk_pi, sk_pr } = this.keys
    if (fragments > 0) this.fragmented(X.INTERMEDIATE, request, response, fragments)
    else this.exchange("initiator", X.INTERMEDIATE, request, response)
    for (const [side, skP, payloads] of [
      ["initiator", sk_pi, request],
      ["responder", sk_pr, response],
    ] as const) {
      const head = w.header(this.head(side, X.INTERMEDIATE, id, side === "responder"), w.P.SK, 0)
      const octets = intermediateOctets({
        header: head,
        unencrypted: EMPTY,
        firstPayload: payloads[0].type,
        plaintext: w.chain(payloads),
      })
      this.intermediate[side] = intermediateAuth(this.context, skP, this.intermediate[side], octets)
    }
    this.#intermediates++
  }

  /** RealMessage | Nonce | prf(SK_px, IDx') [| IntAuth] of a side. */
  octets(from: Side, id: w.Payload, keys = this.keys, authMessageId = this.nextId.initiator): Uint8Array {
    const mine = from === "initiator"
    const skP = mine ? keys.sk_pi : keys.sk_pr
    return signedOctets({
      message: mine ? this.init.request : this.init.response,
      nonce: mine ? this.nonces.nr : this.nonces.ni,
      macedId: macedId(this.context, skP, id.body),
      intAuth:
        this.#intermediates > 0
          ? intAuth(this.intermediate.initiator, this.intermediate.responder, authMessageId)
          : undefined,
    })
  }

  /** The AUTH payload of a proof, with the certificates in front of it. */
  prove(from: Side, id: w.Payload, proof: Proof, keys = this.keys, authMessageId?: number): w.Payload[] {
    const octets = this.octets(from, id, keys, authMessageId)
    if ("psk" in proof) return [w.authP(2, sharedSecretAuth(this.context, proof.psk, octets))]
    if ("resumed" in proof) {
      const skP = from === "initiator" ? keys.sk_pi : keys.sk_pr
      return [w.authP(2, prfFunction(this.context)(skP)(octets))]
    }
    if ("none" in proof) {
      const skP = from === "initiator" ? keys.sk_pi : keys.sk_pr
      return [w.authP(13, sharedSecretAuth(this.context, skP, octets))]
    }
    return [...(proof.certificates ?? []), w.authP(proof.method, proof.sign(octets))]
  }

  id = { initiator: w.idP(w.P.IDI, "left.lab"), responder: w.idP(w.P.IDR, "right.lab") }

  /** IKE_AUTH with both proofs and the first Child SA (none when `child` is null: RFC 6023). */
  auth(
    options: {
      initiator?: Proof
      responder?: Proof
      child?: ChildSpec | null
      ppk?: { id: string; secret: Uint8Array; optional?: boolean; accepted?: boolean }
      extra?: { request?: readonly w.Payload[]; response?: readonly w.Payload[] }
      fragments?: number
    } = {},
  ): this {
    const { initiator = { psk: PSK }, responder = { psk: PSK }, child = DEFAULT_CHILD, ppk, extra } = options
    const accepted = ppk?.accepted ?? true
    const before = this.keys
    const mixed = ppk && { ...before, ...mixPpk(this.context, ppk.secret, before as never).values }
    const inForce = mixed && accepted ? mixed : before
    const ppkName = ppk && w.notifyP(N.PPK_IDENTITY, concat(Uint8Array.of(2), utf8(ppk.id)))
    const noPpk = (): w.Payload[] => {
      if (!ppk?.optional) return []
      const auth = this.prove("initiator", this.id.initiator, initiator, before).at(-1)!
      return [w.notifyP(N.NO_PPK_AUTH, auth.body.subarray(4))]
    }
    const request = [
      this.id.initiator,
      ...this.prove("initiator", this.id.initiator, initiator, mixed ?? before),
      ...(ppkName ? [ppkName, ...noPpk()] : []),
      ...(extra?.request ?? []),
    ]
    const response = [
      this.id.responder,
      ...this.prove("responder", this.id.responder, responder, inForce),
      ...(ppkName && accepted ? [w.notifyP(N.PPK_IDENTITY)] : []),
      ...(extra?.response ?? []),
    ]
    if (mixed && accepted) {
      this.keys = mixed
      this.epochs[this.epochs.length - 1] = mixed
    }
    const offer = child && this.childOffer("initiator", child)
    if (offer) {
      request.push(...offer.request)
      response.push(...offer.response)
    }
    if (options.fragments) this.fragmented(X.AUTH, request, response, options.fragments)
    else this.exchange("initiator", X.AUTH, request, response)
    if (offer) this.install("initiator", offer, this.nonces, [])
    return this
  }

  /** An exchange in SKF fragments; the order of the frames is the test's to change. */
  fragmented(type: number, request: readonly w.Payload[], response: readonly w.Payload[], total: number): void {
    const id = this.nextId.initiator++
    for (const [side, payloads] of [
      ["initiator", request],
      ["responder", response],
    ] as const) {
      const head = this.head(side, type, id, side === "responder")
      for (const m of w.sealedFragments(head, payloads, total, this.sealKeys(side), this.provider, this.iv))
        this.put(side, m)
    }
  }

  childOffer(from: Side, spec: ChildSpec) {
    const spiI = this.tape.random(4, "child")
    const spiR = this.tape.random(4, "child")
    const protocol = spec.protocol === "AH" ? 2 : 3
    const transforms: w.TransformSpec[] = []
    if (spec.encr) transforms.push(w.transformOf("encr", spec.encr))
    if (spec.integ) transforms.push(w.transformOf("integ", spec.integ))
    for (const [i, group] of (spec.ke ?? []).entries()) transforms.push([i === 0 ? 4 : 5 + i, group])
    transforms.push([5, 0])
    const sa = (spi: Uint8Array) => w.saP({ protocol, spi, transforms })
    const net = spec.net ?? 1
    const rest = [
      w.tsP(w.P.TSI, net),
      w.tsP(w.P.TSR, net + 100),
      ...(spec.transport ? [w.notifyP(N.USE_TRANSPORT_MODE)] : []),
    ]
    const replaced = spec.rekeys
    const rekey = replaced
      ? [w.notifyP(N.REKEY_SA, EMPTY, protocol, replaced.startedBy === from ? replaced.spiI : replaced.spiR)]
      : []
    return { spec, spiI, spiR, request: [...rekey, sa(spiI), ...rest], response: [sa(spiR), ...rest] }
  }

  install(
    from: Side,
    offer: ReturnType<PlayV2["childOffer"]>,
    nonces: Nonces,
    secrets: readonly Played[],
    skD = this.keys.sk_d,
  ): Child {
    const { spec, spiI, spiR } = offer
    const encr = spec.encr === undefined ? undefined : encrByName(spec.encr)
    const integ = spec.integ === undefined ? undefined : integByName(spec.integ)
    const shared = secrets.map(s => s.shared)
    const keys = deriveChildKeys(this.context, skD, nonces, { encr, integ }, shared).values
    const child: Child = { spec, startedBy: from, spiI, spiR, keys, secrets }
    this.children.push(child)
    for (let n = 1; n <= (spec.packets ?? 1); n++) {
      this.data(child, "starter", n)
      this.data(child, "other", n)
    }
    return child
  }

  /** One packet of a Child SA. */
  data(child: Child, by: "starter" | "other", sequence: number): number {
    const { spec, keys } = child
    const [spi, key, integKey] =
      by === "starter" ? [child.spiR, keys.encr_i, keys.integ_i] : [child.spiI, keys.encr_r, keys.integ_r]
    const fromLeft = (by === "starter") === (child.startedBy === "initiator")
    const [from, to] = fromLeft ? [this.left, this.right] : [this.right, this.left]
    const inner = ip(from, to, 17, this.tape.random(24))
    const integ = spec.integ === undefined ? undefined : integByName(spec.integ)!
    if (spec.protocol === "AH")
      return this.tape.add(sealAh(from, to, spi, sequence, inner, integ!, integKey, this.provider))
    const encr = encrByName(spec.encr!)!
    const number = new DataView(spi.buffer, spi.byteOffset).getUint32(0)
    const packet = sealEsp(
      { encr, key, integ: encr.aead ? null : (integ ?? null), integKey, esn: false },
      this.provider,
      inner,
      { spi: number, sequence },
    )
    return this.tape.add(ip(from, to, 50, packet))
  }

  /** CREATE_CHILD_SA for a Child SA; further key exchanges of `spec.ke` go on in IKE_FOLLOWUP_KE. RFC 9370 §2.2.4. */
  child(from: Side, spec: ChildSpec = DEFAULT_CHILD): Child {
    const offer = this.childOffer(from, spec)
    const nonces = { ni: this.tape.random(32, "ni"), nr: this.tape.random(32, "nr") }
    const { request, response } = offer
    const secrets = this.createExchange(from, spec.ke ?? [], nonces, request, [...response, ...agreedPpk(spec.ppk)])
    return this.install(from, offer, nonces, secrets, this.skD(spec.ppk))
  }

  /** SK_d, mixed with a PPK when one was agreed. */
  skD(ppk: Uint8Array | undefined): Uint8Array {
    return ppk ? skDWithPpk(this.context, ppk, this.keys.sk_d).out : this.keys.sk_d
  }

  /** CREATE_CHILD_SA and its IKE_FOLLOWUP_KEs. */
  createExchange(
    from: Side,
    groups: readonly number[],
    nonces: Nonces,
    request: readonly w.Payload[],
    response: readonly w.Payload[],
  ): Played[] {
    const secrets = groups.map(group => this.ke(group))
    const [first, ...more] = secrets
    const link = (n: number): w.Payload[] =>
      n < more.length ? [w.notifyP(N.ADDITIONAL_KE, utf8(`link ${hex(nonces.ni).slice(0, 8)} ${n}`))] : []
    this.exchange(
      from,
      X.CHILD,
      [...request, w.nonceP(nonces.ni), ...(first ? [w.keP(first.group, first.publicI)] : [])],
      [...response, w.nonceP(nonces.nr), ...(first ? [w.keP(first.group, first.publicR)] : []), ...link(0)],
    )
    for (const [n, ke] of more.entries())
      this.exchange(
        from,
        X.FOLLOWUP,
        [w.keP(ke.group, ke.publicI), ...link(n)],
        [w.keP(ke.group, ke.publicR), ...link(n + 1)],
      )
    return secrets
  }

  /** CREATE_CHILD_SA that replaces this IKE SA, with a suite of its own; returns the new SA. RFC 7296 §2.18. */
  rekeyIke(from: Side, suite: SuiteSpec = this.suite, ppk?: Uint8Array): PlayV2 {
    const [left, right] = from === "initiator" ? [this.left, this.right] : [this.right, this.left]
    const next = new PlayV2(this.tape, { suite, provider: this.provider, left, right })
    next.nonces = { ni: this.tape.random(32, "ni"), nr: this.tape.random(32, "nr") }
    const sa = (spi: Uint8Array) => w.saP({ protocol: 1, spi, transforms: next.transforms() })
    const groups = [...(suite.ke ? [suite.ke] : []), ...(suite.additional ?? [])]
    const secrets = this.createExchange(from, groups, next.nonces, [sa(next.spiI)], [sa(next.spiR), ...agreedPpk(ppk)])
    next.exchanged.push(...secrets)
    const shared = secrets.map(s => s.shared)
    next.take(skeyseedRekey(this.context, this.skD(ppk), next.nonces, shared).out)
    return next
  }

  /** INFORMATIONAL. */
  info(from: Side, request: readonly w.Payload[] = [], response: readonly w.Payload[] = []): [number, number] {
    return this.exchange(from, X.INFO, request, response)
  }

  delete(from: Side = "initiator"): this {
    this.info(from, [w.deleteP(1)])
    return this
  }
}

const agreedPpk = (ppk: Uint8Array | undefined): w.Payload[] =>
  ppk ? [w.notifyP(N.PPK_IDENTITY, concat(Uint8Array.of(2), utf8("ppk-1")))] : []

/** An AH packet in tunnel mode. RFC 4302 §3.3. */
export function sealAh(
  from: Endpoint,
  to: Endpoint,
  spi: Uint8Array,
  sequence: number,
  inner: Uint8Array,
  integ: Integ,
  key: Uint8Array,
  provider: CryptoProvider,
): Uint8Array {
  const head = concat(Uint8Array.of(4, (12 + integ.icvBytes) / 4 - 2, 0, 0), spi, u32be(sequence))
  const packet = ip(from, to, 51, concat(head, new Uint8Array(integ.icvBytes), inner))
  const covered = packet.slice()
  // What routers change is zero under the ICV: DSCP, flags and offset, TTL, checksum (RFC 4302 §3.3.3.1.1.1).
  for (const at of [1, 6, 7, 8, 10, 11]) covered[at] = 0
  packet.set(provider.mac[integ.mac!]!(key)(covered).subarray(0, integ.icvBytes), 20 + 12)
  return packet
}
