/** Decodes every prefix of a valid payload body: what is missing must be reported, and nothing outside may be read. */
import { expect } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { Cursor } from "../../src/bytes/cursor.ts"
import { DecodeError } from "../../src/bytes/errors.ts"
import { fromHex, toHex } from "../../src/bytes/hex.ts"
import type { DecodeContext, PayloadDecoder } from "../../src/ike/shared/payload.ts"
import { CollectFields } from "./collect-fields.ts"

const CONTEXT_V2: DecodeContext = { version: 2, exchangeType: 35, flags: 0x08 }
export const CONTEXT_V1: DecodeContext = { version: 1, exchangeType: 2, flags: 0 }

/** Bytes of hex text; white space is left out. */
export function hex(text: string): Uint8Array {
  const bytes = fromHex(text.replace(/\s+/g, ""))
  if (!bytes) throw new TypeError("not hex")
  return bytes
}

/** Runs a decoder over a body, which is all there is. */
export function decodeBytes<T>(
  decoder: PayloadDecoder<T>,
  body: Uint8Array,
  context: DecodeContext = CONTEXT_V2,
  sink?: CollectFields,
): T {
  return decoder.decode(new Cursor(byteSource(body, "test"), 0, body.length, "Payload Length", sink), context)
}

/** The fields a decoder draws for a body. */
export function fieldsOf(
  decoder: PayloadDecoder,
  body: Uint8Array,
  context: DecodeContext = CONTEXT_V2,
): Record<string, string[]> {
  const sink = new CollectFields()
  decodeBytes(decoder, body, context, sink)
  expect(sink.stray).toEqual([])
  expect(sink.unclosed).toBe(0)
  return sink.values
}

/**
 * Demands of each shorter body a DecodeError `truncated` (or `invalid`, where a length now contradicts another), or a
 * shorter value. Behind the window stand other bytes than the body's, twice different: a value that differs, or that
 * holds a view reaching behind the window, was read outside it.
 */
export function everyPrefix(decoder: PayloadDecoder, body: Uint8Array, context: DecodeContext = CONTEXT_V2): void {
  const before = 16
  for (let length = 0; length <= body.length; length++) {
    const outcomes = [0xaa, 0x55].map(canary => {
      const bytes = new Uint8Array(before + body.length + 64).fill(canary)
      bytes.set(body.subarray(0, length), before)
      const sink = new CollectFields()
      const c = new Cursor(byteSource(bytes, "test"), before, before + length, "Payload Length", sink)
      let outcome: unknown
      try {
        outcome = decoder.decode(c, context)
        outcomeInside(outcome, bytes, before, before + length, new Set())
      } catch (e) {
        if (!(e instanceof DecodeError)) throw e
        outcome = [e.code, e.field?.name, e.at]
        if (length === body.length) throw new Error(`the whole body is refused: ${e.message}`)
        expect(["truncated", "invalid", "unsupported"]).toContain(e.code)
      }
      expect(c.pos).toBeLessThanOrEqual(c.end)
      expect(sink.stray, `prefix of ${length} bytes`).toEqual([])
      expect(sink.unclosed, `prefix of ${length} bytes`).toBe(0)
      return text([outcome, sink.values, sink.faults.map(f => f.message)])
    })
    expect(outcomes[0], `prefix of ${length} bytes reads outside its window`).toBe(outcomes[1])
  }
}

/** Every view on the source that a value holds must lie inside the window. */
function outcomeInside(value: unknown, bytes: Uint8Array, start: number, end: number, seen: Set<unknown>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return
  seen.add(value)
  if (value instanceof Uint8Array) {
    if (value.buffer !== bytes.buffer || value.length === 0) return
    expect(value.byteOffset).toBeGreaterThanOrEqual(start)
    expect(value.byteOffset + value.length).toBeLessThanOrEqual(end)
    return
  }
  // A source is the whole frame by nature.
  for (const [key, part] of Object.entries(value)) if (key !== "src") outcomeInside(part, bytes, start, end, seen)
}

const text = (value: unknown): string =>
  JSON.stringify(value, (key, v) => {
    if (key === "src" || key === "field" || key === "names") return undefined
    if (v instanceof Uint8Array) return toHex(v)
    if (v instanceof DecodeError) return `${v.code} ${v.message}`
    if (v instanceof Map) return [...v]
    return typeof v === "bigint" ? `${v}n` : v
  })
