/** Walks the chain of payloads: generic header, body by the version's decoder table, on to the next whatever became of this one. */

import type { ByteSource } from "../../bytes/byte-source.ts"
import { Cursor } from "../../bytes/cursor.ts"
import { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { plural } from "../../bytes/words.ts"
import { isGdoiExchange, NOT_GDOI, PAYLOAD_TYPE as PAYLOAD_TYPE_V1 } from "../../registry/ikev1/payload-types.ts"
import { PAYLOAD_TYPE, PAYLOAD_TYPE as PAYLOAD_TYPE_V2 } from "../../registry/ikev2/payload-types.ts"
import * as f from "./fields.ts"
import { nextPayloadField } from "./header.ts"
import type { DecodeContext, DecodedPayload, DecoderTable, PayloadDecoder, WantedPayloads } from "./payload.ts"
import type { Shape, Shapes } from "./shapes.ts"

const GENERIC_HEADER_BYTES = 4
/** A chain longer than any honest one; the rest is reported, not walked. */
const MAX_PAYLOADS = 1024

const typeV1 = field("isakmp.typepayload", "Type Payload", { names: PAYLOAD_TYPE_V1 })
const typeV2 = field("isakmp.typepayload", "Type Payload", { names: PAYLOAD_TYPE_V2 })
const typeNoGdoi = field("isakmp.typepayload", "Type Payload", { names: NOT_GDOI })

/** A payload's type in the number space of the IKE version, and of the exchange: only GDOI's have GDOI's payloads. */
export const typePayloadField = (version: 1 | 2, exchangeType = 0) =>
  version === 2 ? typeV2 : isGdoiExchange(exchangeType) ? typeV1 : typeNoGdoi

export interface Chain {
  readonly payloads: DecodedPayload[]
  /** Why the walk ended before the bytes did. */
  readonly fault?: DecodeError
  /** Set when messages of the same shape came before. */
  readonly shape?: Shape
}

interface GenericHeader {
  /** Of this payload, which the one before it said, and where it starts. */
  readonly type: number
  readonly start: number
  readonly next: number
  readonly critical: boolean
  /** Payload Length with these four octets, bytes. */
  readonly length: number
}

/**
 * Generic payload header. RFC 7296 §3.2, RFC 2408 §3.2.
 *
 *      0                   1                   2                   3
 *     | Next Payload  |C|  RESERVED   |         Payload Length        |
 */
function decodeGenericHeader(
  c: Cursor,
  type: number,
  { version, exchangeType }: Pick<DecodeContext, "version" | "exchangeType">,
): GenericHeader {
  const start = c.pos
  const next = c.u8(nextPayloadField(version, exchangeType))
  let bits = 0
  if (version === 1) bits = c.bytes(f.reserved, 1)[0]
  else {
    bits = c.u8(f.critical8)
    c.note(f.critical, c.pos - 1, c.pos, (bits & 0x80) !== 0)
    c.note(f.reserved7, c.pos - 1, c.pos, bits & 0x7f)
  }
  const length = c.u16(f.payloadLength)
  return { type, start, next, critical: version === 2 && (bits & 0x80) !== 0, length }
}

/**
 * Walks from a payload of type `first` at the cursor to the end of its window or of the chain. Never throws for what
 * the wire says: a payload whose body is bad carries its fault; a length that leads outside ends the walk with `fault`.
 * `shapes` are those of messages that came before: what repeats is decoded once.
 */
export function decodeChain(
  table: DecoderTable,
  first: number,
  c: Cursor,
  context: DecodeContext,
  shapes?: Shapes,
): Chain {
  // What is drawn has to be drawn each time; what is inside others, or encrypted, hardly ever repeats.
  if (!shapes || c.sink || context.wanted || context.opened || table !== context.table)
    return walk(table, first, c, context)
  const { src, pos, end } = c
  const shape = shapes.find(src, pos, end, first, context)
  if (shape) return again(shape, c, context)
  const chain = walk(table, first, c, context)
  if (chain.fault) return chain
  const decode = (own: ByteSource) => walk(table, first, new Cursor(own, pos, end, c.limit), context).payloads
  return { payloads: chain.payloads, shape: shapes.learn(src, first, context, decode) }
}

/** The payloads of a chain whose shape is known. */
function again(shape: Shape, c: Cursor, context: DecodeContext): Chain {
  const { src } = c
  const payloads = shape.payloads.slice()
  for (let i = 0; i < payloads.length; i++) {
    const known = payloads[i]
    const { start, end } = known
    if (shape.fixedEnds[i] === end) continue
    const body = new Cursor(src, start + GENERIC_HEADER_BYTES, end, "Payload Length")
    payloads[i] = decodeBody(shape.table, known, body, context)
  }
  c.pos = c.end
  return { payloads, shape }
}

function walk(table: DecoderTable, first: number, c: Cursor, context: DecodeContext): Chain {
  const payloads: DecodedPayload[] = []
  let type = context.wanted?.headers === false ? skim(table, first, c, context, context.wanted) : first
  while (type !== 0) {
    if (payloads.length === MAX_PAYLOADS)
      return { payloads, fault: c.invalid(f.payloadLength, c.pos, `more than ${MAX_PAYLOADS} payloads in one chain`) }
    const start = c.pos
    const length = c.left >= GENERIC_HEADER_BYTES ? ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0) : 0
    const whole = length >= GENERIC_HEADER_BYTES && length <= c.left
    c.sink?.open(
      typePayloadField(context.version, context.exchangeType),
      c.src,
      start,
      whole ? start + length : c.end,
      type,
    )
    try {
      const header = decodeGenericHeader(c, type, context)
      if (header.length < GENERIC_HEADER_BYTES)
        throw c.invalid(f.payloadLength, c.pos - 2, `Payload Length ${header.length} is less than its own header of 4`)
      const body = header.length - GENERIC_HEADER_BYTES
      // A length past the window: what is there is still decoded, then the walk ends.
      const end = Math.min(c.pos + body, c.end)
      const bodyCursor = new Cursor(c.src, c.pos, end, whole ? "Payload Length" : c.limit, c.sink)
      payloads.push(decodeBody(table, header, bodyCursor, context))
      if (!whole)
        throw new DecodeError(
          { code: "truncated", field: f.payloadLength, at: c.pos - 2, need: body, have: c.left, limit: c.limit },
          `Payload Length ${header.length} of payload ${type} at offset ${start} leads ${plural(body - c.left, "byte")} past the end by ${c.limit}`,
        )
      c.pos = end
      type = context.version === 2 && (type === PAYLOAD_TYPE.SK || type === PAYLOAD_TYPE.SKF) ? 0 : header.next
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e
      c.sink?.fault(e)
      return { payloads, fault: e }
    } finally {
      c.sink?.close()
    }
  }
  return { payloads }
}

/**
 * The walk for a sink that wants no generic headers: draws the payloads that it wants, jumps over the others and keeps nothing.
 * Ends before the first payload whose length leads outside, and returns its type; 0 at the end of the chain.
 */
function skim(table: DecoderTable, first: number, c: Cursor, context: DecodeContext, wanted: WantedPayloads): number {
  const { version } = context
  const { bytes } = c.src
  let type = first
  for (let drawn = 0; type !== 0 && drawn < MAX_PAYLOADS; ) {
    const { pos: start } = c
    const length = c.left >= GENERIC_HEADER_BYTES ? (bytes[start + 2] << 8) | bytes[start + 3] : 0
    if (length < GENERIC_HEADER_BYTES || length > c.left) return type
    c.pos = start + length
    if (wanted.has(version, type)) {
      drawn++
      skimBody(
        decoderOf(table, type, bytes, start + GENERIC_HEADER_BYTES, c.pos),
        c,
        start + GENERIC_HEADER_BYTES,
        context,
      )
    }
    type = version === 2 && (type === PAYLOAD_TYPE.SK || type === PAYLOAD_TYPE.SKF) ? 0 : bytes[start]
  }
  return 0
}

/** Draws the body that ends where `c` stands. */
function skimBody(decoder: PayloadDecoder | undefined, c: Cursor, start: number, context: DecodeContext): void {
  const { src, pos: end, sink } = c
  const body = new Cursor(src, start, end, "Payload Length", sink)
  if (!decoder) body.pass(f.opaque)
  else if (decoder.repeats && sink?.repeat)
    sink.repeat(decoder, context.exchangeType, body, () => drawBody(decoder, body, context))
  else drawBody(decoder, body, context)
}

function drawBody(decoder: PayloadDecoder, c: Cursor, context: DecodeContext): void {
  try {
    decoder.decode(c, context)
    if (c.left > 0) c.pass(f.extraData)
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    c.sink?.fault(e)
  }
}

function decoderOf(
  table: DecoderTable,
  type: number,
  b: Uint8Array,
  start: number,
  end: number,
): PayloadDecoder | undefined {
  const decoder = table.get(type)
  return decoder?.other?.(b, start, end) ?? decoder
}

function decodeBody(
  table: DecoderTable,
  { type: wireType, start, next, critical }: Omit<GenericHeader, "length">,
  c: Cursor,
  context: DecodeContext,
): DecodedPayload {
  const { src, end } = c
  if (context.wanted?.has(context.version, wireType) === false)
    return { type: wireType, next, critical, src, start, end }
  const decoder = decoderOf(table, wireType, src.bytes, c.pos, end)
  if (!decoder) {
    c.pass(f.opaque)
    return { type: wireType, next, critical, src, start, end }
  }
  const { type } = decoder
  // Literals of one shape: a spread costs more than decoding the payload.
  let value: unknown
  let fault: DecodeError | undefined
  try {
    value = decoder.decode(c, context)
    if (c.left > 0) c.pass(f.extraData)
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    c.sink?.fault(e)
    fault = e
  }
  const inner = (value as { inner?: readonly DecodedPayload[] } | undefined)?.inner
  return { type, next, critical, src, start, end, value, fault, inner }
}
