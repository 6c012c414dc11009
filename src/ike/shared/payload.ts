/** What a payload decoder is, and what the chain walker makes of a payload. IKEv1 and IKEv2 share this shape, not the numbers. */
import type { ByteSource } from "../../bytes/byte-source.ts"
import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import type { FieldSink } from "../../bytes/field-sink.ts"

/** Decodes the body of one payload type, after the generic header. The same function draws the tree when the cursor has a sink. */
export interface PayloadDecoder<T = unknown> {
  readonly type: number
  /** The RFC's words: `Key Exchange`. */
  readonly name: string
  /** How the RFC abbreviates it in exchanges, and how reports list it: `SA`, `KE`, `Nonce`, `TSi`. */
  readonly notation: string
  readonly rfc: string
  /** Often the same bytes in many messages, and what is drawn of them depends on nothing else but the exchange type. */
  readonly repeats?: boolean
  /**
   * Where in the body `bytes[start, end)` that begins which is random in every message: `end` where nothing is. Messages of which all
   * payloads have this are looked for among those that came before (`shapes.ts`).
   */
  fixed?(bytes: Uint8Array, start: number, end: number): number
  /** The decoder of another payload that drafts gave this number, when the body `bytes[start, end)` is one of those. */
  other?(bytes: Uint8Array, start: number, end: number): PayloadDecoder | undefined
  decode(c: Cursor, context: DecodeContext): T
}

/** The decoders of one IKE version, by payload type. */
export type DecoderTable = ReadonlyMap<number, PayloadDecoder>

export const decoderTable = (...decoders: readonly PayloadDecoder[]): DecoderTable =>
  new Map(decoders.map(d => [d.type, d]))

/** Cleartext of an SK, SKF or IKEv1 body: where it stands on the wire, and the bytes that came out. */
export interface Opened {
  /** Bytes of IV before, and of ICV behind, the ciphertext on the wire. */
  readonly ivBytes: number
  readonly icvBytes: number
  /** Whether the ICV held; undefined when the suite has none. */
  readonly icvOk: boolean | undefined
  /** What was decrypted: payloads, then padding (and for IKEv2 Pad Length). Empty when only a fragment of many. */
  readonly clear: ByteSource
  /** End of the payloads in `clear`, bytes; padding follows. */
  readonly end: number
  /** Value of the Pad Length octet (IKEv2); for IKEv1 the bytes behind the last payload. */
  readonly padLength: number
  /** Type of the first payload in `clear`. */
  readonly first: number
  /** What keys opened further inside, in its EAP payload. */
  readonly inside?: DrawInside
  /** IKEv1: the IV that was used, which is not on the wire. */
  readonly iv?: Uint8Array
  /** Set on the fragment that completed a message (RFC 7383): the payloads of all fragments in order, and the frames they came in. */
  readonly reassembled?: {
    readonly clear: ByteSource
    readonly first: number
    readonly frames: readonly number[]
    /** IKEv1 fragments: the cleartext of the whole message, when it was encrypted and opened. */
    readonly opened?: Opened
  }
}

/** Draws what was decrypted inside a payload of a message: TLS inside EAP. */
type DrawInside = (sink: FieldSink) => void

/** What of a message is looked into, for a sink that passes over the rest. */
export interface WantedPayloads {
  /** Whether fields of the generic headers are wanted. */
  readonly headers: boolean
  /** Whether fields inside Notification Data are wanted. */
  readonly notifyData: boolean
  /** Payload types that are decoded. */
  has(version: 1 | 2, type: number): boolean
}

/** What a decoder may know beside the bytes. */
export interface DecodeContext {
  readonly version: 1 | 2
  readonly exchangeType: number
  /** Message flags octet. */
  readonly flags: number
  /** Cleartext of this message, once keys opened it. */
  readonly opened?: Opened
  /** What was decrypted inside its EAP payload. */
  readonly inside?: DrawInside
  /** What payloads inside a payload are decoded with. */
  readonly table?: DecoderTable
  /** What is looked into, when only some fields count; everything by default. */
  readonly wanted?: WantedPayloads
}

/** One payload as the chain walker found it; a fault keeps the payload and its range, so that the walk goes on. */
export interface DecodedPayload {
  /** The decoder's; the number on the wire where there is none, or where only drafts use it otherwise. */
  readonly type: number
  /** Type of the payload that follows (for SK and SKF: of the first payload inside). */
  readonly next: number
  readonly critical: boolean
  readonly src: ByteSource
  /** Range with the generic header, absolute in `src`, bytes. */
  readonly start: number
  readonly end: number
  /** What the decoder returned; undefined after a fault or for an unknown type. */
  readonly value?: unknown
  readonly fault?: DecodeError
  /** Payloads inside an SK or SKF that was opened. */
  readonly inner?: readonly DecodedPayload[]
}

/** The value of a payload if it is of this decoder's type and was decoded. */
export function payloadValue<T>(payload: DecodedPayload | undefined, decoder: PayloadDecoder<T>): T | undefined {
  return payload?.type === decoder.type ? (payload.value as T | undefined) : undefined
}

// Loops, and one empty list for all: these are asked a dozen times for every message.

/** Value of the first payload of this decoder's type. */
export function find<T>(payloads: readonly DecodedPayload[], decoder: PayloadDecoder<T>): T | undefined {
  for (let i = 0; i < payloads.length; i++) {
    const value = payloadValue(payloads[i], decoder)
    if (value !== undefined) return value
  }
  return undefined
}

const NONE: readonly never[] = Object.freeze([])

/** Values of all payloads of this decoder's type, in order. */
export function findAll<T>(payloads: readonly DecodedPayload[], decoder: PayloadDecoder<T>): readonly T[] {
  let all: T[] | undefined
  for (let i = 0; i < payloads.length; i++) {
    const value = payloadValue(payloads[i], decoder)
    if (value === undefined) continue
    if (all === undefined) all = [value]
    else all.push(value)
  }
  return all ?? NONE
}
