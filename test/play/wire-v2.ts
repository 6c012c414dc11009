/** IKEv2 messages out of numbers and bytes, and sealed. RFC 7296 §3, RFC 7383. Written apart from the decoders that read them. */
import { concat, u16be, u32be, utf8 } from "../../src/bytes/bytes.ts"
import type { Encr, Integ } from "../../src/crypto/algorithms.ts"
import { encrOfIkev2 } from "../../src/crypto/encr.ts"
import { integOfIkev2 } from "../../src/crypto/integ.ts"
import { prfOfIkev2 } from "../../src/crypto/prf.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"

export interface Payload {
  readonly type: number
  readonly body: Uint8Array
}

export const P = {
  SA: 33,
  KE: 34,
  IDI: 35,
  IDR: 36,
  CERT: 37,
  CERTREQ: 38,
  AUTH: 39,
  NONCE: 40,
  N: 41,
  D: 42,
  V: 43,
  TSI: 44,
  TSR: 45,
  SK: 46,
  CP: 47,
  EAP: 48,
  SKF: 53,
} as const

const payload = (type: number, ...parts: Uint8Array[]): Payload => ({ type, body: concat(...parts) })
const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list)

export const keP = (group: number, value: Uint8Array): Payload => payload(P.KE, u16be(group), u16be(0), value)
export const nonceP = (value: Uint8Array): Payload => payload(P.NONCE, value)
export const idP = (type: typeof P.IDI | typeof P.IDR, text: string): Payload =>
  payload(type, bytes(2, 0, 0, 0), utf8(text))
export const authP = (method: number, data: Uint8Array): Payload => payload(P.AUTH, bytes(method, 0, 0, 0), data)
export const certP = (encoding: number, der: Uint8Array): Payload => payload(P.CERT, bytes(encoding), der)
export const notifyP = (type: number, data: Uint8Array = bytes(), protocol = 0, spi: Uint8Array = bytes()): Payload =>
  payload(P.N, bytes(protocol, spi.length), u16be(type), spi, data)
export const deleteP = (protocol: number, ...spis: Uint8Array[]): Payload =>
  payload(P.D, bytes(protocol, spis[0]?.length ?? 0), u16be(spis.length), ...spis)
export const eapP = (code: number, id: number, data: Uint8Array = bytes()): Payload =>
  payload(P.EAP, bytes(code, id), u16be(4 + data.length), data)
/** One selector for all of 10.n.0.0/16. */
export const tsP = (type: typeof P.TSI | typeof P.TSR, n: number): Payload =>
  payload(type, bytes(1, 0, 0, 0, 7, 0, 0, 16, 0, 0, 255, 255, 10, n, 0, 0, 10, n, 255, 255))

/** A transform: type, ID, and for ciphers of many key lengths their bits. */
export type TransformSpec = readonly [type: number, id: number, keyBits?: number]

function transform([type, id, keyBits]: TransformSpec, last: boolean): Uint8Array {
  const attribute = keyBits ? concat(u16be(0x800e), u16be(keyBits)) : bytes()
  return concat(bytes(last ? 0 : 3, 0), u16be(8 + attribute.length), bytes(type, 0), u16be(id), attribute)
}

export interface ProposalSpec {
  readonly protocol: number
  readonly spi: Uint8Array
  readonly transforms: readonly TransformSpec[]
}

export const saP = (...proposals: ProposalSpec[]): Payload =>
  payload(
    P.SA,
    ...proposals.map(({ protocol, spi, transforms }, i) => {
      const list = concat(...transforms.map((t, n) => transform(t, n === transforms.length - 1)))
      const head = bytes(i === proposals.length - 1 ? 0 : 2, 0)
      return concat(
        head,
        u16be(8 + spi.length + list.length),
        bytes(i + 1, protocol, spi.length, transforms.length),
        spi,
        list,
      )
    }),
  )

/** The transform of an algorithm by its contract name. */
export function transformOf(type: "encr" | "integ" | "prf", name: string): TransformSpec {
  for (let id = 1; id < 64; id++) {
    if (type === "prf" && prfOfIkev2(id)?.name === name) return [2, id]
    if (type === "integ" && integOfIkev2(id)?.name === name) return [3, id]
    if (type !== "encr") continue
    if (encrOfIkev2(id)?.name === name && !/-\d{3}$/.test(name)) return [1, id]
    const bits = Number(/-(\d{2,3})$/.exec(name)?.[1])
    if (bits && encrOfIkev2(id, bits)?.name === name) return [1, id, bits]
  }
  throw new Error(`no transform ${name}`)
}

/** Payloads with their generic headers. */
export const chain = (payloads: readonly Payload[]): Uint8Array =>
  concat(...payloads.flatMap(({ body }, i) => [bytes(payloads[i + 1]?.type ?? 0, 0), u16be(4 + body.length), body]))

export interface Head {
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly exchange: number
  readonly messageId: number
  readonly fromInitiator: boolean
  readonly response: boolean
}

export function header(h: Head, first: number, length: number): Uint8Array {
  const flags = (h.fromInitiator ? 0x08 : 0) | (h.response ? 0x20 : 0)
  return concat(h.spiI, h.spiR, bytes(first, 0x20, h.exchange, flags), u32be(h.messageId), u32be(length))
}

/** A message in the clear. */
export function clearMessage(h: Head, payloads: readonly Payload[]): Uint8Array {
  const body = chain(payloads)
  return concat(header(h, payloads[0]?.type ?? 0, 28 + body.length), body)
}

export interface SealKeys {
  readonly encr: Encr
  readonly integ: Integ | undefined
  readonly ske: Uint8Array
  readonly ska: Uint8Array
}

export interface SealOptions {
  readonly iv: Uint8Array
  /** What the Pad Length octet says, when it is to lie. */
  readonly padLength?: number
}

/** A message whose payloads are in one SK. */
export function sealedMessage(
  h: Head,
  payloads: readonly Payload[],
  keys: SealKeys,
  provider: CryptoProvider,
  options: SealOptions,
): Uint8Array {
  return seal(h, P.SK, payloads[0]?.type ?? 0, bytes(), chain(payloads), keys, provider, options)
}

/** A message cut into `total` SKF fragments. RFC 7383 §2.5. */
export function sealedFragments(
  h: Head,
  payloads: readonly Payload[],
  total: number,
  keys: SealKeys,
  provider: CryptoProvider,
  ivOf: (number: number) => Uint8Array,
): Uint8Array[] {
  const clear = chain(payloads)
  const size = Math.ceil(clear.length / total)
  return Array.from({ length: total }, (_, i) => {
    const part = clear.subarray(i * size, (i + 1) * size)
    const numbers = concat(u16be(i + 1), u16be(total))
    return seal(h, P.SKF, i === 0 ? (payloads[0]?.type ?? 0) : 0, numbers, part, keys, provider, { iv: ivOf(i + 1) })
  })
}

/** A message whose SK or SKF (`type`) holds these bytes, whatever they are; `extra` stands in front of the IV. */
export function seal(
  h: Head,
  type: number,
  first: number,
  extra: Uint8Array,
  clear: Uint8Array,
  { encr, integ, ske, ska }: SealKeys,
  provider: CryptoProvider,
  { iv, padLength }: SealOptions,
): Uint8Array {
  const padding = (encr.blockBytes - ((clear.length + 1) % encr.blockBytes)) % encr.blockBytes
  const padded = concat(clear, new Uint8Array(padding), bytes(padLength ?? padding))
  const icvBytes = encr.aead ? encr.icvBytes : (integ?.icvBytes ?? 0)
  const length = 4 + extra.length + encr.ivBytes + padded.length + icvBytes
  const head = concat(header(h, type, 28 + length), bytes(first, 0), u16be(length), extra)
  const key = ske.subarray(0, encr.keyBytes)
  const salt = ske.subarray(encr.keyBytes)
  if (encr.aead) return concat(head, iv, provider.aead[encr.aead]!.seal(key, concat(salt, iv), head, padded, icvBytes))
  const counter = concat(salt, iv, u32be(1))
  const body = encr.cipher
    ? provider.cipher[encr.cipher]!.encrypt(key, encr.cipher.endsWith("-ctr") ? counter : iv, padded)
    : padded
  const signed = concat(head, iv, body)
  return integ?.mac ? concat(signed, provider.mac[integ.mac]!(ska)(signed).subarray(0, icvBytes)) : signed
}
