/** Plays both ends of IKEv1: phase 1 in all its modes and methods, Quick Modes and the rest, each message with its IV. RFC 2409. */
import { constants, createPublicKey, publicEncrypt } from "node:crypto"
import { concat, u32be } from "../../src/bytes/bytes.ts"
import type { Encr, HashAlgorithm, Prf } from "../../src/crypto/algorithms.ts"
import { encrOfEspV1, encrOfIkev1 } from "../../src/crypto/encr.ts"
import { integOfAhV1, integOfEspV1 } from "../../src/crypto/integ.ts"
import { hashOfIkev1 } from "../../src/crypto/prf.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"
import { hash1, hash2, hash3, hashI, hashR } from "../../src/keys/hash-v1.ts"
import {
  deriveSkeyids,
  encryptionKey,
  phase1Iv,
  phase2Iv,
  revisedEncryptionKey,
  skeyidPsk,
  skeyidPublicKey,
  skeyidSignature,
} from "../../src/keys/ikev1.ts"
import { deriveQuickModeKeys } from "../../src/keys/keymat-v1.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { sealEsp } from "../open/seal.ts"
import { type Played, playKe } from "./key-exchange.ts"
import { otherSide, PSK, type Side, sealAh } from "./play-v2.ts"
import { type Endpoint, hex, ip, LEFT, RIGHT, type Tape } from "./tape.ts"
import * as v1 from "./wire-v1.ts"
import { chain, type Payload } from "./wire-v2.ts"

export interface PhaseOneSpec {
  /** Numbers of RFC 2409 App. A. */
  readonly encr: number
  readonly keyBits?: number
  readonly hash: number
  readonly method: number
  readonly group: number
  /** The negotiated PRF attribute. */
  readonly prf?: number
}

/** AES-CBC-128, SHA1, pre-shared key, Curve25519 (a group that is quick). */
export const PHASE1: PhaseOneSpec = { encr: 7, keyBits: 128, hash: 2, method: 1, group: 31 }

/** How a side proves itself: HASH, or a signature over it with its certificate. */
export interface Signer {
  readonly certificate?: Uint8Array
  readonly sign: (hash: Uint8Array) => Uint8Array
}

export interface ChildV1 {
  readonly protocol: "ESP" | "AH"
  readonly startedBy: Side
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly encr: Encr | undefined
  readonly integ: ReturnType<typeof integOfEspV1>
  readonly keys: Record<"encr_i" | "integ_i" | "encr_r" | "integ_r", Uint8Array>
}

/** One protocol of a Quick Mode: ESP transform and key bits with an authentication algorithm, or AH. */
export interface QuickSpec {
  readonly esp?: { readonly id: number; readonly keyBits?: number; readonly auth?: number }
  readonly ah?: { readonly id: number; readonly auth: number }
}

const ESP_AES_SHA1: QuickSpec = { esp: { id: 12, keyBits: 128, auth: 2 } }
const NO_SPI = new Uint8Array(8)
const ENCRYPTED = 1

export class PlayV1 {
  readonly provider: CryptoProvider
  readonly spec: PhaseOneSpec
  readonly encr: Encr
  readonly hash: HashAlgorithm
  readonly prf: Prf
  readonly ckyI: Uint8Array
  readonly ckyR: Uint8Array
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  readonly ke: Played
  readonly sai: Uint8Array
  readonly idI = v1.fqdnBody("left.lab")
  readonly idR = v1.fqdnBody("right.lab")
  keys: Record<"skeyid" | "skeyid_d" | "skeyid_a" | "skeyid_e" | "encryption_key", Uint8Array>
  /** IV of the next message of phase 1, and of each exchange of phase 2. */
  iv: Uint8Array
  readonly ivs = new Map<number, Uint8Array>()
  readonly children: ChildV1[] = []
  readonly exchanged: Played[] = []
  readonly psk: Uint8Array

  constructor(
    readonly tape: Tape,
    options: {
      spec?: PhaseOneSpec
      provider?: CryptoProvider
      psk?: Uint8Array
      left?: Endpoint
      right?: Endpoint
    } = {},
  ) {
    const { spec = PHASE1, provider = nodeProvider, psk = PSK } = options
    this.left = options.left ?? LEFT
    this.right = options.right ?? RIGHT
    this.psk = psk
    this.spec = spec
    this.provider = provider
    this.encr = encrOfIkev1(spec.encr, spec.keyBits)!
    this.hash = hashOfIkev1(spec.hash)!
    this.prf = this.hash.prf!
    this.ckyI = tape.random(8, "cky")
    this.ckyR = tape.random(8, "cky")
    this.ni = tape.random(20, "ni")
    this.nr = tape.random(20, "nr")
    this.ke = playKe(spec.group, provider, n => tape.random(n, "private"))
    this.exchanged.push(this.ke)
    this.sai = this.saBody()
    this.keys = this.derive()
    this.iv = phase1Iv(this.hashFunction, this.ke.publicI, this.ke.publicR, this.encr.blockBytes)
  }

  left: Endpoint
  right: Endpoint

  get hashFunction() {
    return this.provider.hash[this.hash.hash!]!
  }
  get context() {
    return { provider: this.provider, prf: this.prf, ckyI: this.ckyI, ckyR: this.ckyR }
  }
  get spis(): { spi_i: string; spi_r: string } {
    return { spi_i: hex(this.ckyI), spi_r: hex(this.ckyR) }
  }

  saBody(): Uint8Array {
    const { encr, keyBits, hash, method, group, prf } = this.spec
    const attributes: v1.AttributeSpec[] = [
      [1, encr],
      [2, hash],
      [3, method],
      [4, group],
      [11, 1],
      [12, 3600],
    ]
    if (keyBits) attributes.push([14, keyBits])
    if (prf) attributes.push([13, prf])
    return v1.saBody({ protocol: 1, spi: new Uint8Array(0), transforms: [[1, attributes]] })
  }

  derive(): PlayV1["keys"] {
    const { context, spec, ni, nr, ke } = this
    const nonces = { ni, nr }
    const isPsk = [1, 65001, 65002].includes(spec.method)
    const isPublicKey = [4, 5, 65007, 65008, 65009, 65010].includes(spec.method)
    const skeyid = isPsk
      ? skeyidPsk(context, this.psk, nonces)
      : isPublicKey
        ? skeyidPublicKey(context, this.hashFunction, nonces)
        : skeyidSignature(context, nonces, ke.shared)
    const { values } = deriveSkeyids(context, skeyid.out, ke.shared)
    return { ...values, encryption_key: encryptionKey(context, values.skeyid_e, this.encr).out }
  }

  // Messages ---------------------------------------------------------------------------------------------------------------

  put(from: Side, message: Uint8Array): number {
    return from === "initiator"
      ? this.tape.ike(this.left, this.right, message)
      : this.tape.ike(this.right, this.left, message)
  }

  clear(from: Side, exchange: number, payloads: readonly Payload[], answered = true, messageId = 0): number {
    const body = chain(payloads)
    const spis = [this.ckyI, answered ? this.ckyR : NO_SPI] as const
    return this.put(from, concat(v1.headerV1(spis, payloads[0].type, exchange, 0, messageId, 28 + body.length), body))
  }

  /** Encrypts with an IV; the chain goes on from the last block. */
  encrypted(from: Side, exchange: number, messageId: number, payloads: readonly Payload[], iv: Uint8Array): Uint8Array {
    const body = chain(payloads)
    const block = this.encr.blockBytes
    const padded = concat(body, new Uint8Array((block - (body.length % block)) % block))
    const sealed = this.provider.cipher[this.encr.cipher!]!.encrypt(this.keys.encryption_key, iv, padded)
    const head = v1.headerV1(
      [this.ckyI, this.ckyR],
      payloads[0].type,
      exchange,
      ENCRYPTED,
      messageId,
      28 + sealed.length,
    )
    this.put(from, concat(head, sealed))
    return sealed.slice(-block)
  }

  /** An encrypted message of phase 1. */
  phase1(from: Side, exchange: number, payloads: readonly Payload[]): number {
    this.iv = this.encrypted(from, exchange, 0, payloads, this.iv)
    return this.tape.packets.length
  }

  /** An encrypted message behind phase 1, with the next IV of its exchange. */
  phase2(from: Side, exchange: number, messageId: number, payloads: readonly Payload[]): number {
    const iv = this.ivs.get(messageId) ?? phase2Iv(this.hashFunction, this.iv, u32be(messageId), this.encr.blockBytes)
    this.ivs.set(messageId, this.encrypted(from, exchange, messageId, payloads, iv))
    return this.tape.packets.length
  }

  // Phase 1 ----------------------------------------------------------------------------------------------------------------

  get transcript() {
    const { ke, ckyI, ckyR, sai } = this
    return { gxi: ke.publicI, gxr: ke.publicR, ckyI, ckyR, sai }
  }
  get hashI(): Uint8Array {
    return hashI(this.context, this.keys.skeyid, this.transcript, this.idI)
  }
  get hashR(): Uint8Array {
    return hashR(this.context, this.keys.skeyid, this.transcript, this.idR)
  }

  proof(side: Side, signer: Signer | undefined): Payload[] {
    const value = side === "initiator" ? this.hashI : this.hashR
    if (!signer) return [v1.raw(v1.T.HASH, value)]
    const certificate = signer.certificate ? [v1.raw(v1.T.CERT, concat(Uint8Array.of(4), signer.certificate))] : []
    return [...certificate, v1.raw(v1.T.SIG, signer.sign(value))]
  }

  /** Main Mode: messages 1 and 2 negotiate, 3 and 4 exchange keys, 5 and 6 authenticate. RFC 2409 §5. */
  main(signers: { initiator?: Signer; responder?: Signer } = {}): this {
    this.clear("initiator", v1.XV1.MAIN, [v1.raw(v1.T.SA, this.sai)], false)
    this.clear("responder", v1.XV1.MAIN, [v1.raw(v1.T.SA, this.sai)])
    for (const side of ["initiator", "responder"] as const) this.clear(side, v1.XV1.MAIN, this.keyExchange(side))
    this.phase1("initiator", v1.XV1.MAIN, [v1.raw(v1.T.ID, this.idI), ...this.proof("initiator", signers.initiator)])
    this.phase1("responder", v1.XV1.MAIN, [v1.raw(v1.T.ID, this.idR), ...this.proof("responder", signers.responder)])
    return this
  }

  keyExchange(side: Side): Payload[] {
    const [value, nonce] = side === "initiator" ? [this.ke.publicI, this.ni] : [this.ke.publicR, this.nr]
    return [v1.raw(v1.T.KE, value), v1.raw(v1.T.NONCE, nonce)]
  }

  /** Aggressive Mode; the third message encrypted or not. RFC 2409 §5. */
  aggressive(options: { initiator?: Signer; responder?: Signer; encrypted?: boolean } = {}): this {
    const sa = v1.raw(v1.T.SA, this.sai)
    const id = (body: Uint8Array) => v1.raw(v1.T.ID, body)
    this.clear("initiator", v1.XV1.AGGRESSIVE, [sa, ...this.keyExchange("initiator"), id(this.idI)], false)
    this.clear("responder", v1.XV1.AGGRESSIVE, [
      sa,
      ...this.keyExchange("responder"),
      id(this.idR),
      ...this.proof("responder", options.responder),
    ])
    const last = this.proof("initiator", options.initiator)
    if (options.encrypted) this.phase1("initiator", v1.XV1.AGGRESSIVE, last)
    else this.clear("initiator", v1.XV1.AGGRESSIVE, last)
    return this
  }

  /** Base Mode: nothing of it is encrypted. RFC 2408 §4.4. */
  base(): this {
    const [sa, n] = [v1.raw(v1.T.SA, this.sai), (b: Uint8Array) => v1.raw(v1.T.NONCE, b)]
    this.clear("initiator", v1.XV1.BASE, [sa, n(this.ni)], false)
    this.clear("responder", v1.XV1.BASE, [sa, n(this.nr)])
    const last = (side: Side) => [
      v1.raw(v1.T.KE, side === "initiator" ? this.ke.publicI : this.ke.publicR),
      v1.raw(v1.T.ID, side === "initiator" ? this.idI : this.idR),
      ...this.proof(side, undefined),
    ]
    this.clear("initiator", v1.XV1.BASE, last("initiator"))
    this.clear("responder", v1.XV1.BASE, last("responder"))
    return this
  }

  /** Main or Aggressive Mode with public-key encryption (RFC 2409 §5.2), or revised (§5.3); `keys` are PEM public keys. */
  publicKey(
    keys: { initiator: string; responder: string },
    options: { aggressive?: boolean; certHash?: Uint8Array } = {},
  ): this {
    const revised = [5, 65009, 65010].includes(this.spec.method)
    const type = options.aggressive ? v1.XV1.AGGRESSIVE : v1.XV1.MAIN
    const sa = v1.raw(v1.T.SA, this.sai)
    const certHash = options.certHash ? [v1.raw(v1.T.HASH, this.hashFunction(options.certHash))] : []
    const flight = (side: Side): Payload[] => {
      const mine = side === "initiator"
      const [gx, id, nonce] = mine ? [this.ke.publicI, this.idI, this.ni] : [this.ke.publicR, this.idR, this.nr]
      const seal = (body: Uint8Array) => rsaEncrypt(mine ? keys.responder : keys.initiator, body)
      const named = mine ? certHash : []
      if (!revised) return [v1.raw(v1.T.KE, gx), ...named, v1.raw(v1.T.ID, seal(id)), v1.raw(v1.T.NONCE, seal(nonce))]
      const ephemeral = this.ephemeral(nonce, mine ? this.ckyI : this.ckyR)
      return [...named, v1.raw(v1.T.NONCE, seal(nonce)), v1.raw(v1.T.KE, ephemeral(gx)), v1.raw(v1.T.ID, ephemeral(id))]
    }
    const hash = (side: Side) => this.proof(side, undefined)
    if (options.aggressive) {
      this.clear("initiator", type, [sa, ...flight("initiator")], false)
      this.clear("responder", type, [sa, ...flight("responder"), ...hash("responder")])
      this.clear("initiator", type, hash("initiator"))
    } else {
      this.clear("initiator", type, [sa], false)
      this.clear("responder", type, [sa])
      this.clear("initiator", type, flight("initiator"))
      this.clear("responder", type, flight("responder"))
      this.phase1("initiator", type, hash("initiator"))
      this.phase1("responder", type, hash("responder"))
    }
    return this
  }

  /** Bodies encrypted with Ke, chained from an IV of zero; padded with zeros and the count of all but the last. RFC 2409 §5.3. */
  ephemeral(nonce: Uint8Array, cookie: Uint8Array): (body: Uint8Array) => Uint8Array {
    const key = revisedEncryptionKey(this.context, nonce, cookie, this.encr)
    const block = this.encr.blockBytes
    let iv: Uint8Array = new Uint8Array(block)
    return body => {
      const padding = block - (body.length % block)
      const padded = concat(body, new Uint8Array(padding))
      padded[padded.length - 1] = padding - 1
      const out = this.provider.cipher[this.encr.cipher!]!.encrypt(key, iv, padded)
      iv = out.slice(-block)
      return out
    }
  }

  // Behind phase 1 ---------------------------------------------------------------------------------------------------------

  messageId(): number {
    const b = this.tape.random(4, "mid")
    return new DataView(b.buffer).getUint32(0)
  }

  /** HASH(1) and the payloads that it covers. */
  hashed(messageId: number, payloads: readonly Payload[]): Payload[] {
    return [v1.raw(v1.T.HASH, hash1(this.context, this.keys.skeyid_a, u32be(messageId), chain(payloads))), ...payloads]
  }

  informational(from: Side, ...payloads: Payload[]): number {
    const id = this.messageId()
    return this.phase2(from, v1.XV1.INFO, id, this.hashed(id, payloads))
  }

  /** A Transaction (or New Group) exchange: each message with HASH(1). */
  transaction(from: Side, messages: readonly (readonly Payload[])[], exchange: number = v1.XV1.TRANSACTION): number {
    const id = this.messageId()
    for (const [i, payloads] of messages.entries())
      this.phase2(i % 2 === 0 ? from : otherSide(from), exchange, id, this.hashed(id, payloads))
    return id
  }

  /** A Quick Mode, message by message, so that tests can interleave several. RFC 2409 §5.5. */
  quick(
    from: Side,
    specs: readonly QuickSpec[] = [ESP_AES_SHA1],
    options: { group?: number; ke?: Played; net?: number; commit?: boolean; separate?: boolean } = {},
  ): QuickMode {
    return new QuickMode(this, from, specs, options)
  }
}

/** Quick Mode under way; `one`, `two`, `three` send its messages. */
export class QuickMode {
  readonly id: number
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  readonly ke: Played | undefined
  readonly parts: { protocol: 2 | 3; spiI: Uint8Array; spiR: Uint8Array; spec: QuickSpec }[]

  constructor(
    readonly play: PlayV1,
    readonly from: Side,
    specs: readonly QuickSpec[],
    readonly options: { group?: number; ke?: Played; net?: number; commit?: boolean; separate?: boolean },
  ) {
    const { tape } = play
    this.id = play.messageId()
    this.ni = tape.random(16, "qm")
    this.nr = tape.random(16, "qm")
    this.ke =
      options.ke ??
      (options.group === undefined ? undefined : playKe(options.group, play.provider, n => tape.random(n, "pfs")))
    if (this.ke) play.exchanged.push(this.ke)
    this.parts = specs.map(spec => ({
      protocol: spec.ah ? 2 : 3,
      spiI: tape.random(4, "spi"),
      spiR: tape.random(4, "spi"),
      spec,
    }))
  }

  sa(side: "spiI" | "spiR"): Payload[] {
    const proposals = this.parts.map(({ protocol, spec, ...spis }): v1.ProposalV1 => {
      const attributes: v1.AttributeSpec[] = [
        [1, 1],
        [2, 3600],
        [4, 1],
      ]
      if (this.ke) attributes.push([3, this.ke.group])
      const auth = spec.ah?.auth ?? spec.esp?.auth
      if (auth) attributes.push([5, auth])
      if (spec.esp?.keyBits) attributes.push([6, spec.esp.keyBits])
      return { protocol, spi: spis[side], transforms: [[spec.ah?.id ?? spec.esp?.id ?? 0, attributes]] }
    })
    // Each SA payload is a negotiation of its own; proposals of one number are agreed together.
    return this.options.separate
      ? proposals.map(p => v1.raw(v1.T.SA, v1.saBody(p)))
      : [v1.raw(v1.T.SA, v1.saBody(...proposals))]
  }

  rest(nonce: Uint8Array, value: Uint8Array | undefined): Payload[] {
    const net = this.options.net ?? 1
    return [
      v1.raw(v1.T.NONCE, nonce),
      ...(value ? [v1.raw(v1.T.KE, value)] : []),
      v1.raw(v1.T.ID, v1.subnetBody(net)),
      v1.raw(v1.T.ID, v1.subnetBody(net + 100)),
    ]
  }

  one(): number {
    const payloads = [...this.sa("spiI"), ...this.rest(this.ni, this.ke?.publicI)]
    return this.play.phase2(this.from, v1.XV1.QUICK, this.id, this.play.hashed(this.id, payloads))
  }

  two(): number {
    const { play, id } = this
    const payloads = [...this.sa("spiR"), ...this.rest(this.nr, this.ke?.publicR)]
    const hash = hash2(play.context, play.keys.skeyid_a, u32be(id), this.ni, chain(payloads))
    return play.phase2(otherSide(this.from), v1.XV1.QUICK, id, [v1.raw(v1.T.HASH, hash), ...payloads])
  }

  three(): number {
    const { play, id } = this
    const hash = hash3(play.context, play.keys.skeyid_a, u32be(id), this.ni, this.nr)
    const frame = play.phase2(this.from, v1.XV1.QUICK, id, [v1.raw(v1.T.HASH, hash)])
    this.install()
    return frame
  }

  /** The answer that the commit bit asks for: CONNECTED under the exchange's Message ID. RFC 2408 §3.1. */
  connected(exchange: number = v1.XV1.QUICK): number {
    const { play, id } = this
    const notify = v1.notifyV1(16384, 3, this.parts[0].spiR)
    return play.phase2(otherSide(this.from), exchange, id, play.hashed(id, [notify]))
  }

  all(): this {
    this.one()
    this.two()
    this.three()
    return this
  }

  install(): void {
    const { play } = this
    for (const { protocol, spiI, spiR, spec } of this.parts) {
      const encr = spec.esp && encrOfEspV1(spec.esp.id, spec.esp.keyBits)
      const integ = spec.ah ? integOfAhV1(spec.ah.id) : spec.esp?.auth ? integOfEspV1(spec.esp.auth) : undefined
      const keys = deriveQuickModeKeys(play.context, play.keys.skeyid_d, {
        nonces: { ni: this.ni, nr: this.nr },
        protocol,
        spiI,
        spiR,
        suite: { encr, integ },
        shared: this.ke?.shared,
      }).values
      const child: ChildV1 = {
        protocol: spec.ah ? "AH" : "ESP",
        startedBy: this.from,
        spiI,
        spiR,
        encr,
        integ,
        keys,
      }
      play.children.push(child)
      data(play, child, "starter")
      data(play, child, "other")
    }
  }
}

/** One packet of a Child SA. */
function data(play: PlayV1, child: ChildV1, by: "starter" | "other"): void {
  const { keys, integ } = child
  const [spi, key, integKey] =
    by === "starter" ? [child.spiR, keys.encr_i, keys.integ_i] : [child.spiI, keys.encr_r, keys.integ_r]
  const fromLeft = (by === "starter") === (child.startedBy === "initiator")
  const [from, to] = fromLeft ? [play.left, play.right] : [play.right, play.left]
  const inner = ip(from, to, 17, play.tape.random(24))
  if (child.protocol === "AH") {
    play.tape.add(sealAh(from, to, spi, 1, inner, integ!, integKey, play.provider))
    return
  }
  const number = new DataView(spi.buffer, spi.byteOffset).getUint32(0)
  const encr = child.encr!
  const packet = sealEsp(
    { encr, key, integ: encr.aead ? null : (integ ?? null), integKey, esn: false },
    play.provider,
    inner,
    { spi: number, sequence: 1 },
  )
  play.tape.add(ip(from, to, 50, packet))
}

/** RSA with PKCS#1 v1.5 padding, as RFC 2409 §5.2 encrypts payload bodies. */
function rsaEncrypt(publicPem: string, body: Uint8Array): Uint8Array {
  const key = { key: createPublicKey(publicPem), padding: constants.RSA_PKCS1_PADDING }
  return new Uint8Array(publicEncrypt(key, body))
}
