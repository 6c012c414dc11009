/** Plays a key server of GDOI and its members: GROUPKEY-PULL, GROUPKEY-PUSH, and what the members send. RFC 6407. Keys and hashes are made here. */
import { createCipheriv, createHmac } from "node:crypto"
import { concat, u16be, u32be, utf8 } from "../../src/bytes/bytes.ts"
import { encrOfEspV1 } from "../../src/crypto/encr.ts"
import { integOfEspV1 } from "../../src/crypto/integ.ts"
import { sealEsp } from "../open/seal.ts"
import { PlayV1 } from "./play-v1.ts"
import { type Endpoint, ip, type Tape } from "./tape.ts"
import { type AttributeSpec, attribute, headerV1, raw, T } from "./wire-v1.ts"
import { chain, type Payload } from "./wire-v2.ts"

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list)
const MULTICAST: Endpoint = { address: [239, 1, 1, 1], port: 848 }
const PULL = 32
const PUSH = 33
const PUSH_ACK = 35
const G = { SAK: 15, SAT: 16, KD: 17, SEQ: 18, GAP: 22 } as const

/** A data SA of the group: ESP transform, key bits, authentication algorithm of RFC 2407. */
export interface TekSpec {
  readonly id?: number
  readonly keyBits?: number
  readonly auth?: number
}
export interface Tek {
  readonly spec: Required<Omit<TekSpec, "auth">> & { readonly auth: number | undefined }
  readonly spi: Uint8Array
  readonly key: Uint8Array
  readonly integKey: Uint8Array
}
export interface Kek {
  readonly spi: Uint8Array
  readonly iv: Uint8Array
  readonly key: Uint8Array
  /** SIG_ALGORITHM and SIG_HASH_ALGORITHM, the public key in DER, and the signing. */
  readonly signer?: {
    readonly algorithm: number
    readonly hash: number
    readonly spki: Uint8Array
    readonly sign: (octets: Uint8Array) => Uint8Array
  }
}

const identity = (type: number, data: Uint8Array, port = 0) =>
  concat(bytes(type), u16be(port), bytes(data.length), data)
const ANY = identity(4, new Uint8Array(8))
const GROUP = identity(1, bytes(239, 1, 1, 1))

/** SA KEK, RFC 6407 §5.3; SA TEK, §5.4. */
const sak = (kek: Kek): Payload => {
  const attributes: AttributeSpec[] = [
    [2, 3],
    [3, 8 * kek.key.length],
    [4, u32be(86400)],
    ...(kek.signer
      ? ([
          [5, kek.signer.hash],
          [6, kek.signer.algorithm],
        ] as const)
      : []),
  ]
  const ids = concat(identity(1, bytes(10, 0, 0, 2), 848), identity(1, bytes(239, 1, 1, 1), 848))
  return raw(G.SAK, concat(bytes(17), ids, kek.spi, u32be(0), ...attributes.map(attribute)))
}
const sat = ({ spec, spi }: Tek): Payload => {
  const attributes: AttributeSpec[] = [
    [1, 1],
    [2, 3600],
    [4, 1],
    [6, spec.keyBits],
    ...(spec.auth === undefined ? [] : ([[5, spec.auth]] as const)),
  ]
  return raw(G.SAT, concat(bytes(1, 0), ANY, GROUP, bytes(spec.id), spi, ...attributes.map(attribute)))
}
/** The SA payload: its own members are chained behind the situation. RFC 6407 §5.2. */
const policy = (members: readonly Payload[]): Payload =>
  raw(T.SA, concat(u32be(2), u32be(1), u16be(members[0]?.type ?? 0), u16be(0), chain(members)))

const packet = (type: number, spi: Uint8Array, attributes: readonly AttributeSpec[]): Uint8Array => {
  const body = concat(bytes(spi.length), spi, ...attributes.map(attribute))
  return concat(bytes(type, 0), u16be(4 + body.length), body)
}
const tekPacket = ({ spi, key, integKey }: Tek) =>
  packet(1, spi, [[1, key], ...(integKey.length > 0 ? ([[2, integKey]] as const) : [])])
const kekPacket = ({ spi, iv, key, signer }: Kek) =>
  packet(2, spi, [[1, concat(iv, key)], ...(signer ? ([[2, signer.spki]] as const) : [])])
const kd = (packets: readonly Uint8Array[]): Payload => raw(G.KD, concat(u16be(packets.length), u16be(0), ...packets))

export interface Handing {
  readonly teks: readonly Tek[]
  readonly kek?: Kek
  /** Sender IDs and their bits. */
  readonly senders?: { readonly bits: number; readonly ids: readonly number[] }
  readonly gap?: boolean
  readonly sequence?: number
}

const policyOf = ({ teks, kek, gap }: Handing): Payload =>
  policy([...(kek ? [sak(kek)] : []), ...(gap ? [raw(G.GAP, attribute([1, 5]))] : []), ...teks.map(sat)])
const keysOf = ({ teks, kek, senders }: Handing): Payload =>
  kd([
    ...teks.map(tekPacket),
    ...(kek ? [kekPacket(kek)] : []),
    ...(senders ? [packet(4, bytes(), [[1, senders.bits], ...senders.ids.map(id => [2, u32be(id)] as const)])] : []),
  ])

export class PlayGdoi {
  readonly member: PlayV1

  constructor(
    readonly tape: Tape,
    left: Endpoint = { address: [10, 0, 0, 1], port: 848 },
  ) {
    this.member = new PlayV1(tape, { left, right: { address: [10, 0, 0, 2], port: 848 } }).main()
  }

  tek(spec: TekSpec = {}): Tek {
    const { id = 12, keyBits = 128 } = spec
    const auth = id === 12 ? (spec.auth ?? 5) : undefined
    const encr = encrOfEspV1(id, keyBits)!
    const integ = auth === undefined ? undefined : integOfEspV1(auth)
    return {
      spec: { id, keyBits, auth },
      spi: this.tape.random(4, "tek"),
      key: this.tape.random(encr.keyBytes + encr.saltBytes, "tek"),
      integKey: this.tape.random(integ?.keyBytes ?? 0, "tek"),
    }
  }

  kek(signer?: Kek["signer"]): Kek {
    const { tape } = this
    return { spi: tape.random(16, "kek"), iv: tape.random(16, "kek"), key: tape.random(16, "kek"), signer }
  }

  /** GROUPKEY-PULL. RFC 6407 §3.2. `wrong` changes HASH(4). */
  pull(handing: Handing, wrong = false): this {
    const { member, tape } = this
    const id = member.messageId()
    const [ni, nr] = [tape.random(16, "pull"), tape.random(16, "pull")]
    const hashed = (before: Uint8Array, payloads: readonly Payload[]): Payload[] => {
      const hmac = createHmac("sha1", member.keys.skeyid_a)
      const value = hmac.update(concat(u32be(id), before, chain(payloads))).digest()
      if (wrong && payloads.some(p => p.type === G.KD)) value[0] ^= 1
      return [raw(T.HASH, new Uint8Array(value)), ...payloads]
    }
    const group = concat(bytes(11, 0, 0, 0), utf8("group-42"))
    const both = concat(ni, nr)
    const send = (from: "initiator" | "responder", payloads: Payload[]) => member.phase2(from, PULL, id, payloads)
    send("initiator", hashed(bytes(), [raw(T.NONCE, ni), raw(T.ID, group)]))
    send("responder", hashed(ni, [raw(T.NONCE, nr), policyOf(handing)]))
    send("initiator", hashed(both, handing.gap ? [raw(G.GAP, attribute([3, 1]))] : []))
    const seq = handing.sequence === undefined ? [] : [raw(G.SEQ, u32be(handing.sequence))]
    send("responder", hashed(both, [...seq, keysOf(handing)]))
    return this
  }

  /** GROUPKEY-PUSH under a KEK, in the order SEQ, D, SA, KD, SIG. RFC 6407 §4. Returns its frame. */
  push(
    kek: Kek,
    sequence: number,
    handing: Handing,
    options: {
      readonly iv?: Uint8Array
      readonly unsigned?: boolean
      readonly deletes?: Uint8Array
      readonly forge?: boolean
    } = {},
  ): { readonly frame: number; readonly lastBlock: Uint8Array } {
    const gone = options.deletes ? [raw(T.D, concat(u32be(2), bytes(1, 4), u16be(1), options.deletes))] : []
    const inner = [raw(G.SEQ, u32be(sequence)), ...gone, policyOf(handing), keysOf(handing)]
    const { signer } = kek
    const size = (payloads: readonly Payload[]) => Math.ceil(chain(payloads).length / 16) * 16
    const headed = (length: number) => headerV1([kek.spi.slice(0, 8), kek.spi.slice(8)], G.SEQ, PUSH, 1, 0, 28 + length)
    let payloads: Payload[] = inner
    if (signer && !options.unsigned) {
      // A signature of as many octets as the real one, so that lengths are right.
      const blank = [...inner, raw(T.SIG, new Uint8Array(signer.sign(bytes()).length))]
      const clear = chain(blank)
      const before = clear.subarray(0, clear.length - blank[blank.length - 1].body.length - 4)
      const value = signer.sign(concat(utf8("rekey"), headed(size(blank)), before))
      if (options.forge) value[value.length - 1] ^= 1
      payloads = [...inner, raw(T.SIG, value)]
    }
    const clear = concat(chain(payloads), new Uint8Array(size(payloads) - chain(payloads).length))
    const cipher = createCipheriv(`aes-${8 * kek.key.length}-cbc`, kek.key, options.iv ?? kek.iv).setAutoPadding(false)
    const sealed = new Uint8Array(Buffer.concat([cipher.update(clear), cipher.final()]))
    const frame = this.tape.ike({ address: [10, 0, 0, 2], port: 848 }, MULTICAST, concat(headed(sealed.length), sealed))
    return { frame, lastBlock: sealed.slice(-16) }
  }

  /** A member acknowledges a PUSH. RFC 8263 §4. */
  acknowledge(kek: Kek, sequence: number, from: Endpoint, wrong = false): void {
    const key = createHmac("sha256", kek.key)
      .update(concat(utf8("GROUPKEY-PUSH ACK"), kek.spi, u16be(256)))
      .digest()
    const rest = [raw(G.SEQ, u32be(sequence)), raw(T.ID, concat(bytes(1, 0, 0, 0), Uint8Array.from(from.address)))]
    const hash = new Uint8Array(createHmac("sha256", key).update(chain(rest)).digest())
    if (wrong) hash[0] ^= 1
    const body = chain([raw(T.HASH, hash), ...rest])
    const spis = [kek.spi.slice(0, 8), kek.spi.slice(8)] as const
    this.tape.ike(
      from,
      { address: [10, 0, 0, 2], port: 848 },
      concat(headerV1(spis, T.HASH, PUSH_ACK, 0, 0, 28 + body.length), body),
    )
  }

  /** An ESP packet of one sender to the group. */
  send({ spec, spi, key, integKey }: Tek, from: Endpoint, sequence: number, iv?: Uint8Array): number {
    const encr = encrOfEspV1(spec.id, spec.keyBits)!
    const integ = spec.auth === undefined ? null : integOfEspV1(spec.auth)!
    const inner = ip(from, MULTICAST, 17, this.tape.random(24))
    const number = new DataView(spi.buffer, spi.byteOffset).getUint32(0)
    const sealed = sealEsp({ encr, key, integ, integKey, esn: false }, this.member.provider, inner, {
      spi: number,
      sequence,
      ...(iv ? { iv } : {}),
    })
    return this.tape.add(ip(from, MULTICAST, 50, sealed))
  }
}
