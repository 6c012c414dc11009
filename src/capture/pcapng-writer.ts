/** pcapng written, block by block: little-endian, times to the nanosecond. draft-ietf-opsawg-pcapng. */
import { concat, utf8 } from "../bytes/bytes.ts"
import { BLOCK, BYTE_ORDER_MAGIC, SECTION_HEADER } from "./pcapng.ts"

const OPTION = {
  END: 0,
  COMMENT: 1,
  /** In a section header. */
  APPLICATION: 4,
  /** In an interface description. */
  NAME: 2,
  DESCRIPTION: 3,
  RESOLUTION: 9,
} as const
const NANOSECONDS = 9

export interface NewInterface {
  readonly linkType: number
  readonly name?: string
  readonly description?: string
  /** Longest captured length; 0, the default, is no limit. */
  readonly snapBytes?: number
}

export interface NewPacket {
  /** Number of the interface: they count from 0 in the order of their blocks. */
  readonly interfaceId: number
  /** Seconds since 1970, not negative, and nanoseconds. */
  readonly seconds: number
  readonly nanos: number
  readonly bytes: Uint8Array
  /** Length on the wire; by default that of `bytes`. */
  readonly originalBytes?: number
  readonly comments?: readonly string[]
}

/** A Section Header Block: the file begins with it. */
export function sectionBlock(options: { application?: string; comments?: readonly string[] } = {}): Uint8Array {
  const lengthUnknown = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255)
  const texts: [number, Uint8Array][] = (options.comments ?? []).map(text => [OPTION.COMMENT, utf8(text)])
  if (options.application) texts.push([OPTION.APPLICATION, utf8(options.application)])
  return block(SECTION_HEADER, u32(BYTE_ORDER_MAGIC), u16(1), u16(0), lengthUnknown, optionList(texts))
}

/** An Interface Description Block with nanosecond times. */
export function interfaceBlock({ linkType, name, description, snapBytes = 0 }: NewInterface): Uint8Array {
  const list: [number, Uint8Array][] = [[OPTION.RESOLUTION, Uint8Array.of(NANOSECONDS)]]
  if (name) list.push([OPTION.NAME, utf8(name)])
  if (description) list.push([OPTION.DESCRIPTION, utf8(description)])
  return block(BLOCK.INTERFACE, u16(linkType), u16(0), u32(snapBytes), optionList(list))
}

/** Bytes of the block's header and fixed fields, and of its trailing length. */
const PACKET_HEAD = 28
const PACKET_TAIL = 4

/**
 * An Enhanced Packet Block. Written in one piece, into what `allocate` gives for its length (which may have been used before): a decrypted
 * capture has one for each packet.
 */
export function packetBlock(packet: NewPacket, allocate: (bytes: number) => Uint8Array = zeros): Uint8Array {
  const { interfaceId, bytes, originalBytes = bytes.length, comments = NO_COMMENTS } = packet
  const texts = comments.map(text => utf8(text).subarray(0, MOST_OPTION_BYTES))
  const optionBytes = texts.reduce((sum, text) => sum + 4 + aligned(text.length), texts.length > 0 ? 4 : 0)
  const length = PACKET_HEAD + aligned(bytes.length) + optionBytes + PACKET_TAIL
  const out = allocate(length)
  putU32(out, 0, BLOCK.ENHANCED_PACKET)
  putU32(out, 4, length)
  putU32(out, 8, interfaceId)
  putNanoseconds(out, 12, packet.seconds, packet.nanos)
  putU32(out, 20, bytes.length)
  putU32(out, 24, originalBytes)
  let at = putPadded(out, PACKET_HEAD, bytes)
  for (const text of texts) {
    putU32(out, at, OPTION.COMMENT | (text.length << 16))
    at = putPadded(out, at + 4, text)
  }
  if (texts.length > 0) putU32(out, at, OPTION.END)
  putU32(out, length - PACKET_TAIL, length)
  return out
}

const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes)
const NO_COMMENTS: readonly string[] = []
const aligned = (length: number): number => (length + 3) & ~3

/** Writes bytes and zeros up to 32 bits; returns where they end. */
function putPadded(out: Uint8Array, at: number, bytes: Uint8Array): number {
  const end = at + aligned(bytes.length)
  out.set(bytes, at)
  out.fill(0, at + bytes.length, end)
  return end
}

function putU32(out: Uint8Array, at: number, value: number): void {
  out[at] = value
  out[at + 1] = value >>> 8
  out[at + 2] = value >>> 16
  out[at + 3] = value >>> 24
}

/** Nanoseconds since 1970 as two 32-bit halves, the high one first: in 16-bit steps, since a double is too short and BigInt slow. */
function putNanoseconds(out: Uint8Array, at: number, seconds: number, nanos: number): void {
  const s = Math.max(0, seconds)
  const upper = Math.floor(s / 0x10000) * 1e9
  const lower = (upper % 0x10000) * 0x10000 + (s % 0x10000) * 1e9 + nanos
  putU32(out, at, Math.floor(upper / 0x10000) + Math.floor(lower / 0x1_0000_0000))
  putU32(out, at + 4, lower % 0x1_0000_0000)
}

/**
 * A Custom Block of the Private Enterprise Number. Its data get padded to 32 bits: they must say their own length. With `copied` false
 * tools that do not know it leave it out of what they write.
 */
export const customBlock = (pen: number, bytes: Uint8Array, copied = true): Uint8Array =>
  block(copied ? BLOCK.CUSTOM : BLOCK.CUSTOM_NO_COPY, u32(pen), padded(bytes))

function block(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  const length = u32(body.reduce((sum, part) => sum + part.length, 12))
  return concat(u32(type), length, ...body, length)
}

const MOST_OPTION_BYTES = 0xffff

function optionList(list: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array {
  if (list.length === 0) return new Uint8Array(0)
  const parts = list.map(([code, value]) => {
    const kept = value.subarray(0, MOST_OPTION_BYTES)
    return concat(u16(code), u16(kept.length), padded(kept))
  })
  return concat(...parts, u16(OPTION.END), u16(0))
}

const padded = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array(-bytes.length & 3))
const u16 = (n: number): Uint8Array => Uint8Array.of(n, n >>> 8)
const u32 = (n: number): Uint8Array => Uint8Array.of(n, n >>> 8, n >>> 16, n >>> 24)
