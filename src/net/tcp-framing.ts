/** IKE and ESP in a TCP stream: the prefix, then messages behind a 16-bit length. RFC 9329 §3, §4. */
import { u32At } from "../bytes/bytes.ts"
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import { looksLikeIke } from "./ike-shape.ts"

/** `IKETCP`, the first bytes that the originator of the connection sends. */
const STREAM_PREFIX = Uint8Array.of(0x49, 0x4b, 0x45, 0x54, 0x43, 0x50)
const LENGTH_BYTES = 2
const MARKER_BYTES = 4

/** How far the framing of a stream is. */
export const FramingState = {
  /** At the stream's first byte: the prefix may follow. */
  START: 0,
  /** At a length, or in a message. */
  FRAMED: 1,
  /** Somewhere in the stream: a segment that begins like a message shows where. */
  LOST: 2,
  /** In a stream of Check Point's TCPT: at a header, or in an item. */
  TCPT: 3,
} as const
export type FramingState = (typeof FramingState)[keyof typeof FramingState]

export interface FramingHandler {
  /** A message without its length: `b[at, end)`; `bare` where the framing says IKE or ESP, so that no marker does. */
  message(b: Uint8Array, at: number, end: number, bare?: "ike" | "esp"): void
  finding(code: DiagnosticCode, message: string): void
}

/** Whether a stream's bytes begin with the RFC 9329 prefix. */
export function hasPrefix(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < STREAM_PREFIX.length) return false
  for (let i = 0; i < STREAM_PREFIX.length; i++) if (b[at + i] !== STREAM_PREFIX[i]) return false
  return true
}

/** What a TCPT stream begins with either way: a command of 12 octets. Data types: 1 command, 2 IKE, 4 ESP. */
export const isTcptOpening = (b: Uint8Array, at: number, end: number): boolean =>
  end - at >= TCPT_BYTES && u32At(b, at) === TCPT_COMMAND_BYTES && u32At(b, at + 4) === 1
/** Length of a TCPT command. */
export const TCPT_COMMAND_BYTES = 12
/** Length of the data and their type, 32 bits each. */
const TCPT_BYTES = 8
const MOST_TCPT = 65_535

/** Cuts one direction of a stream into messages. Bytes are given in order, in pieces of any size. */
export class Framing {
  #state: FramingState
  /** The beginning of an item whose rest has not come. */
  #buffer: Uint8Array = EMPTY
  #filled = 0
  #need = LENGTH_BYTES

  constructor(state: FramingState) {
    this.#state = state
  }

  get state(): FramingState {
    return this.#state
  }

  /** Bytes of an item whose rest has not come. */
  get begun(): number {
    return this.#filled
  }

  /** Bytes that are held. */
  get held(): number {
    return this.#buffer.length
  }

  /** Bytes are missing: what was begun is lost. */
  lose(): void {
    this.#state = FramingState.LOST
    this.#filled = 0
  }

  /** The next bytes of the stream, `b[at, end)`. */
  push(b: Uint8Array, at: number, end: number, to: FramingHandler): void {
    if (this.#state === FramingState.LOST) {
      at = findMessage(b, at, end)
      if (at < 0) return
      this.#filled = 0
      this.#state = hasPrefix(b, at, end) || isTcptOpening(b, at, end) ? FramingState.START : FramingState.FRAMED
    }
    while (at < end || this.#filled >= this.#need) {
      if (this.#filled > 0) {
        const n = Math.min(end - at, Math.max(0, this.#need - this.#filled))
        this.#keep(b, at, n)
        at += n
        if (this.#filled < this.#need) return
        const used = this.#item(this.#buffer, 0, this.#filled, to)
        if (used < 0) return
        this.#buffer.copyWithin(0, used, this.#filled)
        this.#filled -= used
      } else {
        const used = this.#item(b, at, end, to)
        if (used < 0) return
        if (used === 0 && this.#need > end - at) {
          this.#keep(b, at, end - at)
          return
        }
        at += used
      }
    }
  }

  /** Takes one item and returns its length; 0 when `#need` was set and should be tried again; -1 when the framing broke. */
  #item(b: Uint8Array, at: number, end: number, to: FramingHandler): number {
    if (this.#state === FramingState.TCPT) return this.#tcpt(b, at, end, to)
    this.#need = LENGTH_BYTES
    if (this.#state === FramingState.START) return this.#prefix(b, at, end)
    if (end - at < LENGTH_BYTES) return 0
    const length = (b[at] << 8) | b[at + 1]
    if (length < LENGTH_BYTES) {
      to.finding("tcp-framing", `a length of ${length} in a TCP stream of IKE messages is not possible`)
      this.lose()
      return -1
    }
    if (end - at < length) {
      this.#need = length
      return 0
    }
    to.message(b, at + LENGTH_BYTES, at + length)
    return length
  }

  #tcpt(b: Uint8Array, at: number, end: number, to: FramingHandler): number {
    this.#need = TCPT_BYTES
    if (end - at < TCPT_BYTES) return 0
    const length = u32At(b, at)
    const type = u32At(b, at + 4)
    if (length > MOST_TCPT || type === 0 || type > 4) {
      to.finding("tcp-framing", `a TCPT header of type ${type} and length ${length} is not possible`)
      this.lose()
      return -1
    }
    const next = TCPT_BYTES + length
    if (end - at < next) {
      this.#need = next
      return 0
    }
    if (type === 2 || type === 4) to.message(b, at + TCPT_BYTES, at + next, type === 2 ? "ike" : "esp")
    return next
  }

  #prefix(b: Uint8Array, at: number, end: number): number {
    // A length of zero is none of RFC 9329.
    if (b[at] === 0 && (end - at < LENGTH_BYTES || b[at + 1] === 0)) {
      this.#need = end - at < LENGTH_BYTES ? LENGTH_BYTES : TCPT_BYTES
      if (end - at < TCPT_BYTES) return 0
      this.#state = isTcptOpening(b, at, end) ? FramingState.TCPT : FramingState.FRAMED
      return 0
    }
    const n = Math.min(end - at, STREAM_PREFIX.length)
    for (let i = 0; i < n; i++)
      if (b[at + i] !== STREAM_PREFIX[i]) {
        this.#state = FramingState.FRAMED
        return 0
      }
    if (n < STREAM_PREFIX.length) {
      this.#need = STREAM_PREFIX.length
      return 0
    }
    this.#state = FramingState.FRAMED
    return n
  }

  #keep(b: Uint8Array, at: number, n: number): void {
    const wanted = this.#filled + n
    if (wanted > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(2048, wanted, Math.min(65_536, 2 * this.#buffer.length)))
      grown.set(this.#buffer.subarray(0, this.#filled))
      this.#buffer = grown
    }
    this.#buffer.set(b.subarray(at, at + n), this.#filled)
    this.#filled = wanted
  }
}

const EMPTY = new Uint8Array(0)

/** Where in a segment of the middle of a stream a message begins; -1 when nothing shows. */
function findMessage(b: Uint8Array, at: number, end: number): number {
  if (hasPrefix(b, at, end) || isTcptOpening(b, at, end) || endsWithSegment(b, at, end)) return at
  for (let from = at; from + LENGTH_BYTES + MARKER_BYTES <= end; from++) if (isIke(b, from, end)) return from
  return -1
}

/** Whether messages of possible lengths, IKE or ESP each, fill the segment exactly. */
function endsWithSegment(b: Uint8Array, at: number, end: number): boolean {
  const MIN_ESP = LENGTH_BYTES + 8
  while (at + LENGTH_BYTES < end) {
    const length = (b[at] << 8) | b[at + 1]
    const isKeepalive = length === 3 && b[at + 2] === 0xff
    const isEsp = length >= MIN_ESP && (b[at + 2] | b[at + 3] | b[at + 4]) !== 0
    if (!isKeepalive && !isEsp && !isIke(b, at, end)) return false
    at += length
  }
  return at === end
}

/** A length, a non-ESP marker and an IKE header whose Length agrees. */
function isIke(b: Uint8Array, at: number, end: number): boolean {
  const marker = at + LENGTH_BYTES
  if ((b[marker] | b[marker + 1] | b[marker + 2] | b[marker + 3]) !== 0) return false
  const length = (b[at] << 8) | b[at + 1]
  return looksLikeIke(b, marker + MARKER_BYTES, end, length - LENGTH_BYTES - MARKER_BYTES)
}
