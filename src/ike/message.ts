/** One IKE message, either version: header, payload chain, and what stands behind it. The version picks the decoder table. */

import type { ByteSource } from "../bytes/byte-source.ts"
import { u32At } from "../bytes/bytes.ts"
import { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { plural } from "../bytes/words.ts"
import { decodeChain } from "./shared/chain.ts"
import * as f from "./shared/fields.ts"
import { decodeHeader, FLAG_ENCRYPTION, HEADER_BYTES, type IsakmpHeader } from "./shared/header.ts"
import type { DecodedPayload, Opened, WantedPayloads } from "./shared/payload.ts"
import type { Shape, Shapes } from "./shared/shapes.ts"
import { decodeEncryptedV1 } from "./v1/encrypted.ts"
import { ikev1Table } from "./v1/table.ts"
import { IKEV2 } from "./v2/table.ts"

export interface Message extends IsakmpHeader {
  readonly version: 1 | 2
  readonly src: ByteSource
  /** Range of the message in `src`, bytes: to the header's Length, or to what is there of it. */
  readonly start: number
  readonly end: number
  /** Top-level payloads. Those inside SK or SKF are in its `inner`. Of an encrypted IKEv1 body, the payloads once opened. */
  readonly payloads: readonly DecodedPayload[]
  /** IKEv1 with the Encryption bit: where the ciphertext stands in `src`. */
  readonly encrypted?: { readonly start: number; readonly end: number }
  /** What it has in common with messages that came before. */
  readonly shape?: Shape
  /** Faults of the message as a whole, in wire order; faults of payloads are with the payload. */
  readonly faults: readonly DecodeError[]
}

export interface DecodeOptions {
  /** Cleartext of the message, decoded in place of its ciphertext. */
  readonly opened?: Opened
  /** Gets the fields. */
  readonly sink?: FieldSink
  /** What is looked into; then only what is drawn counts. */
  readonly wanted?: WantedPayloads
  /** Shapes of messages that came before: what repeats is decoded once. */
  readonly shapes?: Shapes
}

/**
 * Decodes the message in `src.bytes[start, end)`. Undefined when not even a header is there. With `opened` the cleartext is
 * decoded in place of the ciphertext; with a sink the same walk draws the fields. `wanted` leaves payloads out: then only what is drawn counts.
 */
export function decodeMessage(
  src: ByteSource,
  start = 0,
  end = src.bytes.length,
  options: DecodeOptions = {},
): Message | undefined {
  if (end - start < HEADER_BYTES) return undefined
  const { opened, sink, wanted, shapes } = options
  const faults: DecodeError[] = []
  const length = u32At(src.bytes, start + 24)
  const stop = length >= HEADER_BYTES && length < end - start ? start + length : end
  sink?.open(f.isakmp, src, start, stop)
  const header = decodeHeader(new Cursor(src, start, end, "datagram", sink), wanted !== undefined)
  if (header.length < HEADER_BYTES || start + header.length > end) {
    const fault = new DecodeError(
      {
        code: "truncated",
        field: f.length,
        at: start + 24,
        need: header.length,
        have: end - start,
        limit: "datagram",
      },
      header.length < HEADER_BYTES
        ? `Length ${header.length} is less than the header's 28 bytes`
        : `Length ${header.length}, but the datagram has ${plural(end - start, "byte")} of the message`,
    )
    faults.push(fault)
    sink?.fault(fault)
  }
  const version = header.major === 1 ? 1 : 2
  const table = version === 1 ? ikev1Table(header.exchangeType) : IKEV2
  const { exchangeType, flags } = header
  const context = { version, exchangeType, flags, opened, table, wanted } as const
  const c = new Cursor(src, start + HEADER_BYTES, stop, stop === end ? "datagram" : "Length", sink)
  let payloads: readonly DecodedPayload[]
  let encrypted: Message["encrypted"]
  let shape: Shape | undefined
  if (version === 1 && (header.flags & FLAG_ENCRYPTION) !== 0) {
    encrypted = { start: c.pos, end: stop }
    payloads = decodeEncryptedV1(header.nextPayload, c, context)
  } else {
    const chain = decodeChain(table, header.nextPayload, c, context, shapes)
    if (chain.fault) faults.push(chain.fault)
    else if (c.left > 0) c.bytes(f.extraData)
    payloads = chain.payloads
    shape = chain.shape
  }
  const whole = opened?.reassembled
  // Fragments of IKEv1 make a message with a header of its own, drawn inside the one that completed it.
  if (sink && whole && version === 1)
    decodeMessage(whole.clear, 0, whole.clear.bytes.length, { opened: whole.opened, sink, wanted })
  sink?.close()
  // Written out: a spread of the header costs as much as decoding it.
  return {
    spiI: header.spiI,
    spiR: header.spiR,
    nextPayload: header.nextPayload,
    major: header.major,
    minor: header.minor,
    exchangeType: header.exchangeType,
    flags: header.flags,
    messageId: header.messageId,
    length: header.length,
    version,
    src,
    start,
    end: stop,
    payloads,
    encrypted,
    shape,
    faults,
  }
}

/** All payloads of a message with those inside SK or SKF in their place, in wire order. */
export function allPayloads(message: Message): readonly DecodedPayload[] {
  return message.payloads.some(p => p.inner) ? message.payloads.flatMap(p => [p, ...(p.inner ?? [])]) : message.payloads
}
