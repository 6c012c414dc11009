/**
 * The authenticated peer as an attacker: it negotiates, then what it says is bent and sealed again under the right keys (SK, SKF,
 * IKEv1 bodies with a HASH that holds, ESP). One seed makes one capture.
 */
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { hash1, hash2 } from "../../src/keys/hash-v1.ts"
import { random } from "../helpers/mutations.ts"
import { sealEsp } from "../open/seal.ts"
import type { Keys } from "../play/analyzed.ts"
import { type ChildV1, PHASE1, type PhaseOneSpec, PlayV1, type QuickMode } from "../play/play-v1.ts"
import { type Child, N, otherSide, PlayV2, PSK, type Side, type SuiteSpec, X } from "../play/play-v2.ts"
import { hex, ip, oneBitOff, Tape } from "../play/tape.ts"
import * as v1 from "../play/wire-v1.ts"
import * as w from "../play/wire-v2.ts"
import { below, bendChain, bendInner, type Chain, type Next, oneOf } from "./bend.ts"
import type { Donors } from "./donors.ts"

export interface Attack {
  readonly capture: Uint8Array
  readonly keys: Keys
  /** Messages and packets that were bent. */
  readonly bent: number
  /** What was done, for a failing test. */
  readonly about: string
}

/** Calls that bend something, of the attack in the making. */
const counted = { bent: 0 }

function bend(chain: Chain, next: Next, donors: readonly Chain[]): Chain {
  counted.bent++
  return bendChain(chain, next, donors)
}

/** The attack of a seed: the same bytes every time. */
export function attackOf(seed: number, donors: Donors): Attack {
  const next = random(seed)
  counted.bent = 0
  const attack = next() < 0.62 ? attackV2(next, donors) : attackV1(next, donors)
  return { ...attack, bent: counted.bent }
}

const SIDES: readonly Side[] = ["initiator", "responder"]
const KE = 31

// IKEv2 -----------------------------------------------------------------------------------------------------------------

const SUITES: readonly SuiteSpec[] = [
  { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", prf: "HMAC-SHA2-256", ke: KE },
  { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-512", ke: KE },
  { encr: "AES-CTR-128", integ: "HMAC-SHA1-96", prf: "HMAC-SHA1", ke: KE },
  { encr: "NULL", integ: "HMAC-SHA2-256-128", prf: "HMAC-SHA2-256", ke: KE },
]

const CHILDREN = [
  { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" },
  { encr: "AES-GCM-16-128" },
  { encr: "NULL", integ: "HMAC-SHA1-96" },
  { protocol: "AH", integ: "HMAC-SHA2-256-128" },
] as const

class BentV2 extends PlayV2 {
  /** How often a sealed message is bent. */
  rate = 0
  next: Next = () => 0
  chains: readonly Chain[] = []

  #bent(payloads: readonly w.Payload[]): Chain {
    const chain = { first: payloads[0]?.type ?? 0, bytes: w.chain(payloads) }
    return this.next() < this.rate ? bend(chain, this.next, this.chains) : chain
  }

  seal(head: w.Head, { first, bytes }: Chain, from: Side, padLength?: number): Uint8Array {
    const options = { iv: this.iv(), padLength }
    return w.seal(head, w.P.SK, first, new Uint8Array(0), bytes, this.sealKeys(from), this.provider, options)
  }

  override sealed(
    from: Side,
    exchange: number,
    id: number,
    response: boolean,
    payloads: readonly w.Payload[],
  ): Uint8Array {
    const padLength = this.next() < this.rate / 8 ? below(this.next, 256) : undefined
    return this.seal(this.head(from, exchange, id, response), this.#bent(payloads), from, padLength)
  }

  /** SKF fragments whose numbers and totals lie, come twice, or are missing. */
  override fragmented(
    type: number,
    request: readonly w.Payload[],
    response: readonly w.Payload[],
    total: number,
  ): void {
    const { next } = this
    const id = this.nextId.initiator++
    for (const [side, payloads] of [
      ["initiator", request],
      ["responder", response],
    ] as const) {
      const { first, bytes } = this.#bent(payloads)
      const size = Math.ceil(bytes.length / total)
      for (let n = 1; n <= total; n++) {
        const lie = () => next() < this.rate / 8
        const number = lie() ? oneOf(next, [0, 1, n + 1, total + 1, 0xffff]) : n
        const of = lie() ? oneOf(next, [0, 1, total + 3, 0xffff]) : total
        const part = lie() ? bytes : bytes.subarray((n - 1) * size, n * size)
        const head = this.head(side, type, id, side === "responder")
        const numbers = concat(u16be(number), u16be(of))
        const inside = n === 1 || lie() ? first : 0
        const message = w.seal(head, w.P.SKF, inside, numbers, part, this.sealKeys(side), this.provider, {
          iv: this.iv(),
        })
        if (!lie()) this.put(side, message)
        if (lie()) this.put(side, message)
      }
    }
  }
}

function attackV2(next: Next, donors: Donors): Omit<Attack, "bent"> {
  const tape = new Tape()
  tape.random(1 + below(next, 60), `${next()}`)
  const suite = oneOf(next, SUITES)
  const play = new BentV2(tape, { suite })
  Object.assign(play, { next, chains: donors.v2, rate: 0 })
  play.saInit(next() < 0.2 ? [w.notifyP(N.INTERMEDIATE), w.notifyP(N.FRAGMENTATION)] : [])
  play.rate = next() < 0.3 ? 0.7 : 0
  if (next() < 0.15) play.addKe(KE, below(next, 3))
  play.auth({ child: oneOf(next, CHILDREN), fragments: next() < 0.3 ? 1 + below(next, 6) : 0 })
  play.rate = 0.8
  for (let n = 2 + below(next, 5); n > 0; n--) stepV2(play, next, donors)
  const about = `IKEv2 ${suite.encr}, ${tape.packets.length} packets`
  return { capture: tape.capture(), keys: keysV2(play, next), about }
}

const EXCHANGES = [X.AUTH, X.CHILD, X.INFO, X.INFO, X.INTERMEDIATE, X.FOLLOWUP, 38, 39, 40, 41, 240] as const

function stepV2(play: BentV2, next: Next, donors: Donors): void {
  const from = oneOf(next, SIDES)
  const child = play.children.at(-1)
  const move = next()
  if (move < 0.45 || !child) {
    // What a fixture said, in an exchange of its own.
    const type = oneOf(next, EXCHANGES)
    const id = play.nextId[from]++
    for (const side of [from, otherSide(from)]) {
      const chain = bend(oneOf(next, donors.v2), next, donors.v2)
      play.put(side, play.seal(play.head(side, type, id, side !== from), chain, side))
    }
  } else if (move < 0.6) play.child(from, { ...oneOf(next, CHILDREN), rekeys: next() < 0.5 ? child : undefined })
  else if (move < 0.65) play.rekeyIke(from)
  else if (move < 0.7) play.delete(from)
  else for (let n = 1 + below(next, 4); n > 0; n--) dataV2(play, child, next, donors)
}

/** A packet of a Child SA with a bent one inside, at times in ESP within ESP. */
function dataV2(play: PlayV2, child: Child, next: Next, donors: Donors): void {
  const { spec, keys, spiI, spiR, startedBy } = child
  const starts = next() < 0.5
  if (spec.protocol === "AH" || spec.encr === undefined)
    return void play.data(child, starts ? "starter" : "other", below(next, 9))
  const encr = encrByName(spec.encr)!
  const integ = encr.aead || spec.integ === undefined ? null : integByName(spec.integ)!
  const [spi, key, integKey] = starts ? [spiR, keys.encr_i, keys.integ_i] : [spiI, keys.encr_r, keys.integ_r]
  const [from, to] = starts === (startedBy === "initiator") ? [play.left, play.right] : [play.right, play.left]
  put(play.tape, { encr, integ, key, integKey, esn: false }, spi, from, to, play.provider, next, donors)
}

type EspArguments = Parameters<typeof sealEsp>

function put(
  tape: Tape,
  keys: EspArguments[0],
  spi: Uint8Array,
  from: Parameters<typeof ip>[0],
  to: Parameters<typeof ip>[1],
  provider: EspArguments[1],
  next: Next,
  donors: Donors,
): void {
  const donor = oneOf(next, donors.inner)
  counted.bent++
  let payload: Uint8Array = bendInner(donor.bytes, next).slice(0, 9000)
  let nextHeader = next() < 0.2 ? below(next, 256) : donor.nextHeader
  const number = new DataView(spi.buffer, spi.byteOffset).getUint32(0)
  const deep = next() < 0.1 ? below(next, 9) : 0
  const sequence = oneOf(next, [1, 2, below(next, 100), 0, 0xffff_ffff, 0x8000_0000])
  for (let n = 0; n < deep; n++) {
    payload = ip(from, to, 50, sealEsp(keys, provider, payload, { spi: number, sequence, nextHeader }))
    nextHeader = 4
  }
  const padLength = next() < 0.15 ? below(next, 256) : undefined
  tape.add(ip(from, to, 50, sealEsp(keys, provider, payload, { spi: number, sequence, nextHeader, padLength })))
}

/** Right secrets of one kind or another, wrong ones, or none. */
function keysV2(play: PlayV2, next: Next): Keys {
  const psks = [{ secret: new TextDecoder().decode(PSK) }]
  const shared = play.exchanged.map(x => hex(x.shared))
  const kind = next()
  if (kind < 0.6) return { psks, dh_shared: shared }
  if (kind < 0.7) return { dh_private: play.exchanged.map(x => hex(x.privateI)) }
  if (kind < 0.85) {
    const names = ["sk_d", "sk_ai", "sk_ar", "sk_ei", "sk_er", "sk_pi", "sk_pr"]
    const values = Object.fromEntries(names.flatMap(n => (play.keys[n]?.length ? [[n, hex(play.keys[n])]] : [])))
    const { encr, integ, prf } = play.suite
    return { psks, ike_sas: [{ ...play.spis, ...values, encr, ...(integ ? { integ } : {}), prf }] }
  }
  return kind < 0.95 ? { psks, dh_shared: play.exchanged.map(x => hex(oneBitOff(x.shared))) } : {}
}

// IKEv1 -----------------------------------------------------------------------------------------------------------------

const PHASES: readonly PhaseOneSpec[] = [
  PHASE1,
  { ...PHASE1, encr: 5, keyBits: undefined, hash: 1 },
  { ...PHASE1, keyBits: 256, hash: 4 },
]

class BentV1 extends PlayV1 {
  rate = 0
  next: Next = () => 0
  chains: readonly Chain[] = []
  /** Nonce of the first message of each Quick Mode, for HASH(2). */
  readonly nonces = new Map<number, Uint8Array>()

  /** What comes behind the HASH is bent, and the HASH made anew where it covers it. */
  override encrypted(
    from: Side,
    exchange: number,
    messageId: number,
    payloads: readonly w.Payload[],
    iv: Uint8Array,
  ): Uint8Array {
    if (this.next() >= this.rate) return super.encrypted(from, exchange, messageId, payloads, iv)
    const hashed = messageId !== 0 && payloads[0]?.type === v1.T.HASH && payloads.length > 1
    const kept = hashed ? payloads.slice(1) : payloads
    const bent = bend({ first: kept[0]?.type ?? 0, bytes: w.chain(kept) }, this.next, this.chains)
    return this.sealed(
      from,
      exchange,
      messageId,
      hashed ? this.rehashed(exchange, messageId, bent, payloads[0]) : bent,
      iv,
    )
  }

  rehashed(exchange: number, messageId: number, { first, bytes }: Chain, before?: w.Payload): Chain {
    const { context, keys } = this
    const nonce = exchange === v1.XV1.QUICK ? this.nonces.get(messageId) : undefined
    const second = nonce !== undefined && before !== undefined && this.ivs.has(messageId)
    const hash = second
      ? hash2(context, keys.skeyid_a, u32be(messageId), nonce, bytes)
      : hash1(context, keys.skeyid_a, u32be(messageId), bytes)
    return { first: v1.T.HASH, bytes: concat(Uint8Array.of(first, 0), u16be(4 + hash.length), hash, bytes) }
  }

  /** Encrypts bytes whatever they are, at times in fragments (payload 132) whose numbers lie; the last block of the ciphertext. */
  sealed(from: Side, exchange: number, messageId: number, { first, bytes }: Chain, iv: Uint8Array): Uint8Array {
    const { next } = this
    const block = this.encr.blockBytes
    const padded = concat(bytes, new Uint8Array((block - (bytes.length % block)) % block))
    const sealed = this.provider.cipher[this.encr.cipher!]!.encrypt(this.keys.encryption_key, iv, padded)
    const spis = [this.ckyI, this.ckyR] as const
    const message = concat(v1.headerV1(spis, first, exchange, 1, messageId, 28 + sealed.length), sealed)
    if (next() < 0.15) {
      const size = Math.ceil(message.length / (1 + below(next, 5)))
      const id = below(next, 0x10000)
      for (let n = 1, at = 0; at < message.length; n++, at += size) {
        const part = message.subarray(at, at + size)
        const number = next() < 0.1 ? below(next, 256) : n
        const last = next() < 0.1 ? below(next, 3) : at + size >= message.length ? 1 : 0
        const body = concat(Uint8Array.of(0, 0), u16be(8 + part.length), u16be(id), Uint8Array.of(number, last), part)
        if (next() > 0.05)
          this.put(from, concat(v1.headerV1(spis, 132, exchange, 0, messageId, 28 + body.length), body))
      }
    } else this.put(from, message)
    return sealed.length > 0 ? sealed.slice(-block) : iv
  }

  /** A message behind phase 1 that is made of bytes. */
  say(from: Side, exchange: number, messageId: number, chain: Chain): void {
    const iv = this.ivs.get(messageId) ?? this.ivOf(messageId)
    this.ivs.set(messageId, this.sealed(from, exchange, messageId, this.rehashed(exchange, messageId, chain), iv))
  }

  ivOf(messageId: number): Uint8Array {
    return this.hashFunction(concat(this.iv, u32be(messageId))).slice(0, this.encr.blockBytes)
  }
}

function attackV1(next: Next, donors: Donors): Omit<Attack, "bent"> {
  const tape = new Tape()
  tape.random(1 + below(next, 60), `${next()}`)
  const play = new BentV1(tape, { spec: oneOf(next, PHASES) })
  Object.assign(play, { next, chains: donors.v1, rate: next() < 0.15 ? 0.5 : 0 })
  const mode = next()
  if (mode < 0.6) play.main()
  else if (mode < 0.9) play.aggressive({ encrypted: next() < 0.5 })
  else play.base()
  play.rate = 0
  const quick = play.quick("initiator")
  if (next() < 0.8) noted(play, quick).all()
  play.rate = 0.8
  for (let n = 2 + below(next, 5); n > 0; n--) stepV1(play, next, donors)
  return { capture: tape.capture(), keys: keysV1(play, next), about: `IKEv1, ${tape.packets.length} packets` }
}

function noted(play: BentV1, quick: QuickMode): QuickMode {
  play.nonces.set(quick.id, quick.ni)
  return quick
}

const EXCHANGES_V1 = [v1.XV1.INFO, v1.XV1.TRANSACTION, v1.XV1.QUICK, v1.XV1.NEW_GROUP, 34, 240] as const

function stepV1(play: BentV1, next: Next, donors: Donors): void {
  const from = oneOf(next, SIDES)
  const child = play.children.at(-1)
  const move = next()
  if (move < 0.5 || !child) {
    const type = oneOf(next, EXCHANGES_V1)
    const id = play.messageId()
    for (let n = 1 + below(next, 3); n > 0; n--)
      play.say(n % 2 ? from : otherSide(from), type, id, bend(oneOf(next, donors.v1), next, donors.v1))
  } else if (move < 0.7) noted(play, play.quick(from)).all()
  else if (move < 0.8) play.informational(from, v1.deleteV1(3, child.spiI), v1.notifyV1(24576))
  else for (let n = 1 + below(next, 4); n > 0; n--) dataV1(play, child, next, donors)
}

function dataV1(play: PlayV1, child: ChildV1, next: Next, donors: Donors): void {
  const { encr, integ, keys, spiR, startedBy } = child
  if (!encr) return
  const [from, to] = startedBy === "initiator" ? [play.left, play.right] : [play.right, play.left]
  const espKeys = {
    encr,
    integ: encr.aead ? null : (integ ?? null),
    key: keys.encr_i,
    integKey: keys.integ_i,
    esn: false,
  }
  put(play.tape, espKeys, spiR, from, to, play.provider, next, donors)
}

function keysV1(play: PlayV1, next: Next): Keys {
  const psks = [{ secret: new TextDecoder().decode(PSK) }]
  const shared = play.exchanged.map(x => hex(x.shared))
  const kind = next()
  if (kind < 0.7) return { psks, dh_shared: shared }
  if (kind < 0.85) {
    const { skeyid_d, skeyid_a, skeyid_e } = play.keys
    return { ike_sas: [{ ...play.spis, skeyid_d: hex(skeyid_d), skeyid_a: hex(skeyid_a), skeyid_e: hex(skeyid_e) }] }
  }
  return kind < 0.95 ? { psks, dh_shared: shared.map(() => "aa".repeat(32)) } : {}
}
