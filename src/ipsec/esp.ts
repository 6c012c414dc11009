/** ESP and what a key made of it, drawn under Wireshark's names. RFC 4303 §2. */
import type { ByteSource } from "../bytes/byte-source.ts"
import { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import { field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { decodeEspHeader, esp } from "../net/headers/esp.ts"
import { decodeWesp } from "../net/headers/wesp.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { readTrailer } from "./esp-trailer.ts"
import { decodeInner, type InnerOptions } from "./inner.ts"
import type { Inner } from "./inner-line.ts"
import { readWesp } from "./wesp.ts"

/** What became of an ICV; `unchecked` is an algorithm that is not known, `none` a suite without integrity. */
export type IcvStatus = "ok" | "bad" | "unchecked" | "none"

/** Whether the ICV holds, undefined when nobody can say. */
export const icvHolds = (status: IcvStatus | undefined): boolean | undefined =>
  status === "ok" ? true : status === "bad" ? false : undefined

/** An ESP packet that a key (or RFC 5879 without one) opened. */
export interface OpenedEsp {
  /** Bytes of IV and ICV on the wire. */
  readonly ivBytes: number
  readonly icvBytes: number
  readonly icv: IcvStatus
  /** Cleartext with padding, Pad Length and Next Header, the whole source. Undefined when it was not decrypted. */
  readonly clear: ByteSource | undefined
  /** High half of an extended sequence number. */
  readonly sequenceHigh?: number
}

/** What Wireshark remarks of a sequence number that is not one more than the last of its SPI. */
export interface SequenceRemark {
  readonly expected: number
  readonly previousFrame: number
}

export interface DissectOptions extends InnerOptions {
  readonly remark?: SequenceRemark
}

const sequenceHigh = field("esp.sequence_high", "ESP Sequence, inferred high half")
const expected = field("esp.sequence-analysis.expected-sn", "Expected SN")
const previousFrame = field("esp.sequence-analysis.previous-frame", "Previous Frame")
const iv = field("esp.iv", "ESP IV", { kind: "bytes" })
const encrypted = field("esp.encrypted_data", "ESP Encrypted Data", { kind: "bytes" })
const decrypted = field("esp.decrypted_data", "ESP Decrypted Data", { kind: "bytes" })
const contained = field("esp.contained_data", "ESP Contained Data", { kind: "bytes" })
const pad = field("esp.pad", "Pad", { kind: "bytes" })
const padLength = field("esp.pad_len", "ESP Pad Length")
const protocol = field("esp.protocol", "ESP Next Header", { kind: "hex", names: IP_PROTOCOL })
const icv = field("esp.icv", "ESP ICV", { kind: "bytes" })
const icvGood = field("esp.icv_good", "Good", { kind: "bool" })
const icvBad = field("esp.icv_bad", "Bad", { kind: "bool" })
/** Not a field of Wireshark's: what no key opened. */
const opaque = field("", "Encrypted data and ICV", { kind: "bytes" })

/**
 * Draws the ESP packet `src.bytes[start, end)`, and what is inside it when it was opened. Returns the inner packet then. Never
 * throws on what it reads.
 */
export function dissectEsp(
  src: ByteSource,
  start: number,
  end: number,
  opened: OpenedEsp | undefined,
  options: DissectOptions,
): Inner | undefined {
  const { sink } = options
  const c = new Cursor(src, start, end, "datagram", sink)
  sink?.open(esp.heading, src, start, end)
  let inside: { next: number; end: number } | undefined
  try {
    decodeEspHeader(c)
    if (opened?.sequenceHigh !== undefined) c.note(sequenceHigh, c.pos - 4, c.pos, opened.sequenceHigh)
    if (options.remark) {
      c.note(expected, c.pos - 4, c.pos, options.remark.expected)
      c.note(previousFrame, c.pos - 4, c.pos, options.remark.previousFrame)
    }
    inside = opened && drawBody(c, opened)
    if (c.left > 0) c.bytes(opaque)
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    sink?.fault(e)
  } finally {
    sink?.close()
  }
  if (!inside || !opened?.clear) return undefined
  return decodeInner(opened.clear, 0, inside.end, inside.next, options)
}

/** IV, ciphertext, cleartext with its trailer, ICV. Returns where the payload data end in the cleartext, and their type. */
function drawBody(c: Cursor, opened: OpenedEsp): { next: number; end: number } | undefined {
  if (opened.ivBytes > 0) c.bytes(iv, opened.ivBytes)
  const inside = drawEncrypted(c, opened)
  if (opened.icvBytes > 0) {
    const at = c.pos
    c.bytes(icv, opened.icvBytes)
    c.note(icvGood, at, c.pos, opened.icv === "ok")
    c.note(icvBad, at, c.pos, opened.icv === "bad")
  }
  return inside
}

function drawEncrypted(c: Cursor, opened: OpenedEsp): { next: number; end: number } | undefined {
  c.bytes(encrypted, c.left - opened.icvBytes)
  const { clear } = opened
  if (!clear || clear.bytes.length < 2) return undefined
  const length = clear.bytes.length
  const trailer = readTrailer(clear.bytes, 0, length)
  const t = new Cursor(clear, 0, length, "cleartext", c.sink)
  c.sink?.open(decrypted, clear, 0, length, clear.bytes)
  if (trailer.dataEnd > 0) t.bytes(contained, trailer.dataEnd)
  if (trailer.fits && trailer.padLength > 0) t.bytes(pad, trailer.padLength)
  else t.pos = length - 2
  t.u8(padLength)
  t.u8(protocol)
  c.sink?.close()
  return trailer.fits ? { next: trailer.nextHeader, end: trailer.dataEnd } : undefined
}

/** Draws a WESP header at `start` and returns where the ESP header stands behind it; undefined when it is cut off. RFC 5840 §2. */
export function dissectWesp(
  src: ByteSource,
  start: number,
  end: number,
  sink: FieldSink | undefined,
): number | undefined {
  const header = readWesp(src.bytes, start, end)
  if (!header) return undefined
  decodeWesp(new Cursor(src, start, end, "datagram", sink))
  return header.espAt
}
