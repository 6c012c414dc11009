/** IKEv1 messages out of numbers and bytes. RFC 2408 §3, RFC 2407, RFC 2409 App. A. Written apart from the decoders that read them. */
import { concat, u16be, u32be, utf8 } from "../../src/bytes/bytes.ts"
import type { Payload } from "./wire-v2.ts"

export const T = { SA: 1, KE: 4, ID: 5, CERT: 6, HASH: 8, SIG: 9, NONCE: 10, N: 11, D: 12, VID: 13, ATTR: 14 } as const
export const XV1 = {
  BASE: 1,
  MAIN: 2,
  AGGRESSIVE: 4,
  INFO: 5,
  TRANSACTION: 6,
  QUICK: 32,
  NEW_GROUP: 33,
} as const

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list)
const payload = (type: number, ...parts: Uint8Array[]): Payload => ({ type, body: concat(...parts) })
export const raw = (type: number, body: Uint8Array): Payload => ({ type, body })

/** A short attribute, or a long one of bytes. */
export type AttributeSpec = readonly [type: number, value: number | Uint8Array]
export const attribute = ([type, value]: AttributeSpec): Uint8Array =>
  typeof value === "number"
    ? concat(u16be(0x8000 | type), u16be(value))
    : concat(u16be(type), u16be(value.length), value)

export interface ProposalV1 {
  readonly number?: number
  readonly protocol: number
  readonly spi: Uint8Array
  /** Transform ID and attributes of each transform. */
  readonly transforms: readonly (readonly [id: number, attributes: readonly AttributeSpec[]])[]
}

/** The body of an SA payload: DOI, situation, proposals. */
export function saBody(...proposals: readonly ProposalV1[]): Uint8Array {
  return concat(
    u32be(1),
    u32be(1),
    ...proposals.map(({ number = 1, protocol, spi, transforms }, i) => {
      const list = concat(
        ...transforms.map(([id, attributes], n) => {
          const body = concat(bytes(n + 1, id, 0, 0), ...attributes.map(attribute))
          return concat(bytes(n === transforms.length - 1 ? 0 : 3, 0), u16be(4 + body.length), body)
        }),
      )
      const head = bytes(i === proposals.length - 1 ? 0 : 2, 0)
      return concat(
        head,
        u16be(8 + spi.length + list.length),
        bytes(number, protocol, spi.length, transforms.length),
        spi,
        list,
      )
    }),
  )
}

/** ID_FQDN of a text; in Quick Mode a subnet 10.n.0.0/16. */
export const fqdnBody = (text: string): Uint8Array => concat(bytes(2, 0, 0, 0), utf8(text))
export const subnetBody = (n: number): Uint8Array => bytes(4, 0, 0, 0, 10, n, 0, 0, 255, 255, 0, 0)
export const notifyV1 = (type: number, protocol = 1, spi: Uint8Array = bytes(), data: Uint8Array = bytes()): Payload =>
  payload(T.N, u32be(1), bytes(protocol, spi.length), u16be(type), spi, data)
export const deleteV1 = (protocol: number, spi: Uint8Array): Payload =>
  payload(T.D, u32be(1), bytes(protocol, spi.length), u16be(1), spi)
/** A configuration transaction: 1 request, 2 reply, 3 set, 4 acknowledge. */
export const attributesV1 = (type: number, ...list: AttributeSpec[]): Payload =>
  payload(T.ATTR, bytes(type, 0), u16be(7), ...list.map(attribute))

export function headerV1(
  spis: readonly [Uint8Array, Uint8Array],
  first: number,
  exchange: number,
  flags: number,
  messageId: number,
  length: number,
): Uint8Array {
  return concat(...spis, bytes(first, 0x10, exchange, flags), u32be(messageId), u32be(length))
}
