/**
 * Messages that came before with the same bytes but for what is random in them (KE values, nonces, hashes of addresses): most of a
 * capture repeats a few. Their payloads are decoded once; of each further message only the random ones are.
 */
import { type ByteSource, byteSource, viewOf } from "../../bytes/byte-source.ts"
import { hash32 } from "../../bytes/digest.ts"
import { DecodeError } from "../../bytes/errors.ts"
import type { DecodeContext, DecodedPayload, DecoderTable, PayloadDecoder } from "./payload.ts"

/** What messages of one shape have in common. What is worked out about one of them may be remembered for all. */
export interface Shape {
  readonly table: DecoderTable
  readonly exchangeType: number
  readonly flags: number
  readonly first: number
  readonly view: DataView
  readonly start: number
  readonly end: number
  /** Of the first message of the shape. Those that end in something random stand for their places only. */
  readonly payloads: readonly DecodedPayload[]
  /** Where the random bytes of each payload begin; its end when it has none. */
  readonly fixedEnds: readonly number[]
}

/** Places for shapes, a power of two; the newest takes its place. */
const PLACES = 1024
/** Longer chains are rare, and not looked for. */
const MAX_PAYLOADS = 32
const GENERIC_HEADER_BYTES = 4
/** Bytes at each end of a payload by which its shape is looked for. */
const END_BYTES = 24
/** Messages that end further behind the beginning of their source are not kept: bytes. */
const MAX_END = 8192

/** Remembers shapes of chains, and finds the shape of a chain without decoding it. */
export class Shapes {
  readonly #shapes: (Shape | undefined)[] = new Array(PLACES).fill(undefined)
  /** Hashes of what came once: only what comes again is kept. */
  readonly #cameOnce = new Int32Array(PLACES)
  // The chain that was looked for last.
  #hash = 0
  #made = 0
  #start = 0
  #end = 0
  #count = 0
  readonly #fixedEnds = new Int32Array(MAX_PAYLOADS)
  #table: DecoderTable | undefined
  #fixed: readonly PayloadDecoder["fixed"][] = []
  readonly #tables = new Map<DecoderTable, readonly PayloadDecoder["fixed"][]>()

  /** The shape of the chain in `src.bytes[start, end)`, if it came before. */
  find(src: ByteSource, start: number, end: number, first: number, context: DecodeContext): Shape | undefined {
    const { table } = context
    this.#hash = 0
    if (!table || !this.#outline(table, src, start, end, first)) return undefined
    this.#hash = Math.imul(this.#hash ^ (context.exchangeType << 8) ^ context.flags, 0x9e3779b1) | 1
    this.#made = DecodeError.made
    this.#start = start
    this.#end = end
    const shape = this.#shapes[this.#hash >>> 22]
    if (shape?.start !== start || shape.end !== end || shape.first !== first) return undefined
    return isOf(shape, viewOf(src), context) ? shape : undefined
  }

  /**
   * Keeps the shape of the chain that `find` did not find, once it was decoded without a fault, if it came twice. `decode` decodes it
   * again from bytes that nobody changes: those of a packet may be read over.
   */
  learn(
    { bytes }: ByteSource,
    first: number,
    context: DecodeContext,
    decode: (src: ByteSource) => readonly DecodedPayload[],
  ): Shape | undefined {
    const { table, exchangeType, flags } = context
    const [start, end] = [this.#start, this.#end]
    if (this.#hash === 0 || !table || end > MAX_END || DecodeError.made !== this.#made) return undefined
    const place = this.#hash >>> 22
    if (this.#cameOnce[place] !== this.#hash) {
      this.#cameOnce[place] = this.#hash
      return undefined
    }
    const own = byteSource(bytes.slice(0, end), "a message of this shape")
    const fixedEnds = [...this.#fixedEnds.subarray(0, this.#count)]
    const shape = { table, exchangeType, flags, first, view: viewOf(own), start, end, payloads: decode(own), fixedEnds }
    this.#shapes[place] = shape
    return shape
  }

  /** `fixed` of the decoders of a table by payload type. */
  #fixedOf(table: DecoderTable): readonly PayloadDecoder["fixed"][] {
    if (table === this.#table) return this.#fixed
    let list = this.#tables.get(table)
    if (!list) this.#tables.set(table, (list = Array.from({ length: 256 }, (_, type) => table.get(type)?.fixed)))
    this.#table = table
    this.#fixed = list
    return list
  }

  /** Walks the chain by its lengths. False for one that is not looked for: broken, long, encrypted, or with something behind it. */
  #outline(table: DecoderTable, src: ByteSource, start: number, end: number, first: number): boolean {
    const { bytes } = src
    const view = viewOf(src)
    const fixedOf = this.#fixedOf(table)
    let at = start
    let type = first
    let hash = first
    this.#count = 0
    while (type !== 0) {
      if (this.#count === MAX_PAYLOADS || end - at < GENERIC_HEADER_BYTES) return false
      const stop = at + ((bytes[at + 2] << 8) | bytes[at + 3])
      const fixed = fixedOf[type]
      if (stop < at + GENERIC_HEADER_BYTES || stop > end || fixed === undefined) return false
      const fixedEnd = Math.min(stop, fixed(bytes, at + GENERIC_HEADER_BYTES, stop))
      // Of long ones the ends will do: they say where to look, not what is the same.
      if (fixedEnd - at <= 2 * END_BYTES) hash = hash32(view, at, fixedEnd, hash)
      else hash = hash32(view, fixedEnd - END_BYTES, fixedEnd, hash32(view, at, at + END_BYTES, hash))
      this.#fixedEnds[this.#count++] = fixedEnd
      type = bytes[at]
      at = stop
    }
    this.#hash = hash
    return at === end
  }
}

/** Whether a chain has the shape, byte by byte. */
function isOf(shape: Shape, view: DataView, { table, exchangeType, flags }: DecodeContext): boolean {
  if (shape.table !== table || shape.exchangeType !== exchangeType || shape.flags !== flags) return false
  const { payloads, fixedEnds, view: known } = shape
  for (let n = 0; n < payloads.length; n++) if (!same(view, known, payloads[n].start, fixedEnds[n])) return false
  return true
}

function same(a: DataView, b: DataView, start: number, end: number): boolean {
  let i = start
  for (; i + 4 <= end; i += 4) if (a.getInt32(i) !== b.getInt32(i)) return false
  for (; i < end; i++) if (a.getUint8(i) !== b.getUint8(i)) return false
  return true
}
