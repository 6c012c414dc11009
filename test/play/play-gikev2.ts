/** Plays a key server of G-IKEv2 and its members: registration, rekeys by multicast, what members send. RFC 9838. Keys are derived and wrapped here. */
import { createCipheriv, createHmac } from "node:crypto"
import { concat, u16be, u32be, utf8 } from "../../src/bytes/bytes.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { sealEsp } from "../open/seal.ts"
import { PlayV2, SUITE } from "./play-v2.ts"
import { type Endpoint, ip, type Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list)
const IDG = 50
const GSA = 51
const KD = 52
const GROUP: Endpoint = { address: [239, 1, 1, 1], port: 848 }
const SERVER: Endpoint = { address: [10, 0, 0, 2], port: 848 }
const AES_GCM = 20

/** RFC 5649 as OpenSSL has it. */
const wrap = (key: Uint8Array, value: Uint8Array): Uint8Array => {
  const cipher = createCipheriv(`id-aes${8 * key.length}-wrap-pad`, key, Buffer.from("a65959a6", "hex"))
  return new Uint8Array(Buffer.concat([cipher.update(value), cipher.final()]))
}

export interface DataSaSpec {
  readonly spi: Uint8Array
  /** AES-GCM-16-128 with its salt. */
  readonly key: Uint8Array
}
export interface Rekey {
  readonly spi: Uint8Array
  /** AES-GCM-16-128 with its salt, and GSK_w of 128 bits. */
  readonly ske: Uint8Array
  readonly gskW: Uint8Array
  readonly signer?: {
    /** The AlgorithmIdentifier in DER, SubjectPublicKeyInfo, and the signing. */
    readonly algorithm: Uint8Array
    readonly spki: Uint8Array
    readonly sign: (octets: Uint8Array) => Uint8Array
  }
}
export interface Handing {
  readonly data?: readonly DataSaSpec[]
  readonly rekey?: Rekey
  readonly senders?: { readonly bits: number; readonly ids: readonly number[] }
  /** Keys of a tree: [Key ID, key, KWK ID, wrap key] from the leaf on, the last wraps the rekey SA's key. */
  readonly tree?: readonly {
    readonly id: number
    readonly key: Uint8Array
    readonly kwkId: number
    readonly kwk: Uint8Array
  }[]
}

const transform = (type: number, id: number, attributes: Uint8Array, last: boolean): Uint8Array =>
  concat(bytes(last ? 0 : 3, 0), u16be(8 + attributes.length), bytes(type, 0), u16be(id), attributes)
const KEY_128 = concat(u16be(0x800e), u16be(128))
const tlv = (type: number, value: Uint8Array): Uint8Array => concat(u16be(type), u16be(value.length), value)
const selector = (from: number[], to: number[], protocol = 0, port?: number): Uint8Array =>
  concat(
    bytes(7, protocol),
    u16be(16),
    u16be(port ?? 0),
    u16be(port ?? 65535),
    Uint8Array.from(from),
    Uint8Array.from(to),
  )

const policy = (protocol: number, spi: Uint8Array, body: Uint8Array): Uint8Array =>
  concat(bytes(protocol, spi.length), u16be(4 + spi.length + body.length), spi, body)
const MANY = selector([0, 0, 0, 0], [255, 255, 255, 255])
const TO_GROUP = selector([239, 1, 1, 1], [239, 1, 1, 1])

function gsa({ data = [], rekey, senders }: Handing, registering: boolean): w.Payload {
  const esp = data.map(({ spi }) =>
    policy(3, spi, concat(MANY, TO_GROUP, transform(1, AES_GCM, KEY_128, false), transform(5, 2, bytes(), true))),
  )
  const gcauth = rekey?.signer
    ? transform(14, 2, tlv(18, rekey.signer.algorithm), true)
    : transform(14, 1, bytes(), true)
  const kek = rekey
    ? [
        policy(
          6,
          rekey.spi,
          concat(
            selector([10, 0, 0, 2], [10, 0, 0, 2], 17, 848),
            selector([239, 1, 1, 1], [239, 1, 1, 1], 17, 848),
            transform(1, AES_GCM, KEY_128, false),
            transform(13, 1, bytes(), !registering),
            ...(registering ? [gcauth] : []),
            tlv(1, u32be(86400)),
          ),
        ),
      ]
    : []
  const wide = senders ? [policy(0, bytes(), concat(u16be(0x8003), u16be(senders.bits)))] : []
  return { type: GSA, body: concat(...kek, ...esp, ...wide) }
}

function kd(handing: Handing, kwk: Uint8Array): w.Payload {
  const { data = [], rekey, senders, tree = [] } = handing
  const bag = (protocol: number, spi: Uint8Array, ...attributes: Uint8Array[]) =>
    policy(protocol, spi, concat(...attributes))
  const wrapped = (id: number, kwkId: number, by: Uint8Array, key: Uint8Array) =>
    concat(u32be(id), u32be(kwkId), wrap(by, key))
  const top = tree.at(-1)
  const bags = data.map(d => bag(3, d.spi, tlv(1, wrapped(0, 0, kwk, d.key))))
  if (rekey)
    bags.push(bag(6, rekey.spi, tlv(1, wrapped(0, top?.id ?? 0, top?.key ?? kwk, concat(rekey.ske, rekey.gskW)))))
  const member = [
    // The one that wraps comes behind the one that it wraps.
    ...[...tree].reverse().map(t => tlv(1, wrapped(t.id, t.kwkId, t.kwkId === 0 ? kwk : t.kwk, t.key))),
    ...(rekey?.signer ? [tlv(2, rekey.signer.spki)] : []),
    ...(senders?.ids ?? []).map(id => tlv(3, bytes(id))),
  ]
  if (member.length > 0) bags.push(policy(0, bytes(), concat(...member)))
  return { type: KD, body: concat(...bags) }
}

export class PlayGikev2 {
  readonly member: PlayV2

  constructor(
    readonly tape: Tape,
    left: Endpoint = { address: [10, 0, 0, 1], port: 848 },
  ) {
    this.member = new PlayV2(tape, { left, right: SERVER })
    const { member } = this
    const transforms = member.transforms.bind(member)
    // KW_5649_128 beside the suite. RFC 9838 §4.4.2.1.2.
    member.transforms = (suite = SUITE) => [...transforms(suite), [13, 1]]
    member.saInit()
  }

  /** prf+(SK_d, "Key Wrap for G-IKEv2"), its first 16 octets: one block of HMAC-SHA2-256. */
  get gskW(): Uint8Array {
    const mac = createHmac("sha256", this.member.keys.sk_d)
    return new Uint8Array(mac.update(concat(utf8("Key Wrap for G-IKEv2"), bytes(1))).digest()).slice(0, 16)
  }

  dataSa(): DataSaSpec {
    return { spi: this.tape.random(4, "spi"), key: this.tape.random(20, "tek") }
  }
  rekey(signer?: Rekey["signer"]): Rekey {
    const { tape } = this
    return { spi: tape.random(16, "kek"), ske: tape.random(20, "kek"), gskW: tape.random(16, "kek"), signer }
  }

  /** GSA_AUTH with both proofs. RFC 9838 §2.3.1. `wrongWrap` wraps with another key. */
  register(handing: Handing, wrongWrap?: Uint8Array): this {
    const { member } = this
    const psk = { psk: utf8("swordfish") }
    const idg: w.Payload = { type: IDG, body: concat(bytes(11, 0, 0, 0), utf8("group-42")) }
    member.exchange(
      "initiator",
      39,
      [member.id.initiator, ...member.prove("initiator", member.id.initiator, psk), idg],
      [
        member.id.responder,
        ...member.prove("responder", member.id.responder, psk),
        gsa(handing, true),
        kd(handing, wrongWrap ?? this.gskW),
      ],
    )
    return this
  }

  /** GSA_INBAND_REKEY by the key server. RFC 9838 §2.4.2. */
  inband(handing: Handing): this {
    this.member.exchange("responder", 42, [gsa(handing, false), kd(handing, this.gskW)], [])
    return this
  }

  /** GSA_REKEY under a rekey SA, whole or in fragments. RFC 9838 §2.4.1. Returns its last frame. */
  push(
    under: Rekey,
    messageId: number,
    handing: Handing,
    options: { readonly forge?: boolean; readonly unsigned?: boolean; readonly fragments?: number } = {},
  ): number {
    const head: w.Head = {
      spiI: under.spi.slice(0, 8),
      spiR: under.spi.slice(8),
      exchange: 41,
      messageId,
      fromInitiator: true,
      response: false,
    }
    const inner = [gsa(handing, false), kd(handing, under.gskW)]
    const { signer } = under
    let payloads = inner
    if (signer && !options.unsigned) {
      const prefix = concat(bytes(14, 0, 0, 0, signer.algorithm.length), signer.algorithm)
      const size = signer.sign(bytes()).length
      const p = w.chain([...inner, { type: w.P.AUTH, body: concat(prefix, new Uint8Array(size)) }])
      const a = concat(w.header(head, w.P.SK, 28 + 4 + p.length), bytes(GSA, 0), u16be(4 + p.length))
      const value = signer.sign(concat(a, p))
      if (options.forge) value[value.length - 1] ^= 1
      payloads = [...inner, { type: w.P.AUTH, body: concat(prefix, value) }]
    }
    const keys: w.SealKeys = { encr: encrByName("AES-GCM-16-128")!, integ: undefined, ske: under.ske, ska: bytes() }
    const iv = () => this.tape.random(8, "iv")
    const messages = options.fragments
      ? w.sealedFragments(head, payloads, options.fragments, keys, nodeProvider, iv)
      : [w.sealedMessage(head, payloads, keys, nodeProvider, { iv: iv() })]
    let frame = 0
    for (const message of messages) frame = this.tape.ike(SERVER, GROUP, message)
    return frame
  }

  /** An ESP packet of one sender to the group. */
  send({ spi, key }: DataSaSpec, from: Endpoint, sequence: number, senderId = 0): number {
    const number = new DataView(spi.buffer, spi.byteOffset).getUint32(0)
    const encr = encrByName("AES-GCM-16-128")!
    const inner = ip(from, GROUP, 17, this.tape.random(24))
    const iv = bytes(senderId, 0, 0, 0, 0, 0, 0, sequence)
    const sealed = sealEsp({ encr, key, integ: null, integKey: bytes(), esn: false }, nodeProvider, inner, {
      spi: number,
      sequence,
      iv,
    })
    return this.tape.add(ip(from, GROUP, 50, sealed))
  }
}
