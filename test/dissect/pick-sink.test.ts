/** Values picked out of bytes that come again: remembered exactly, and never past a secret. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { Cursor } from "../../src/bytes/cursor.ts"
import { field } from "../../src/bytes/field.ts"
import { PickMemory } from "../../src/dissect/pick-memory.ts"
import { PickSink } from "../../src/dissect/pick-sink.ts"

const plain = field("test.pick.plain", "Plain")
const raw = field("test.pick.raw", "Raw", { kind: "bytes" })
const secret = field("test.pick.secret", "Secret", { secret: true })
const NAMES = [plain.name, raw.name, secret.name]
const KIND = {}

/** Draws `bytes` twice as something that repeats; the rows, and how often it was decoded. */
function drawTwice(sink: PickSink, bytes: readonly number[], decode: (c: Cursor) => void) {
  const rows: string[][][] = []
  let decoded = 0
  for (let i = 0; i < 2; i++) {
    // Elsewhere in a source of its own each time, as another frame would be.
    const src = byteSource(Uint8Array.from([...Array(i).fill(0), ...bytes]), "")
    const c = new Cursor(src, i, src.bytes.length, "test", sink)
    sink.repeat(KIND, 0, { src, pos: i, end: src.bytes.length }, () => {
      decoded++
      decode(c)
    })
    rows.push(sink.values.map((values, column) => values.slice(0, sink.counts[column])))
    sink.reset()
  }
  return { rows, decoded }
}

describe("PickSink", () => {
  it("gives the values of repeated bytes without decoding them again", () => {
    const { rows, decoded } = drawTwice(new PickSink(NAMES), [1, 2, 3], c => {
      while (c.left > 0) c.u8(plain)
    })
    expect(rows).toEqual([
      [["1", "2", "3"], [], []],
      [["1", "2", "3"], [], []],
    ])
    expect(decoded).toBe(1)
  })

  it("decodes again what spells bytes out, and hides it when it holds a secret", () => {
    const { rows, decoded } = drawTwice(new PickSink(NAMES), [1, 2, 3], c => {
      c.pass(raw, 2)
      c.pos -= 1
      c.u8(secret)
      c.pass(raw)
    })
    const hidden = "hidden (--show-keys)"
    expect(rows).toEqual([
      [[], [hidden, "03"], [hidden]],
      [[], [hidden, "03"], [hidden]],
    ])
    expect(decoded).toBe(2)
  })

  it("remembers secrets that are shown", () => {
    const { rows, decoded } = drawTwice(new PickSink(NAMES, { showKeys: true }), [7, 8], c => {
      c.u8(secret)
      c.pass(raw)
    })
    expect(rows[1]).toEqual([[], ["08"], ["7"]])
    expect(decoded).toBe(1)
  })
})

describe("PickMemory", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
  const picks = [{ column: 0, text: "x" }]

  it("finds bytes only under the same kind and variant, and only when all are the same", () => {
    const memory = new PickMemory()
    memory.keep(KIND, 34, bytes.subarray(10, 90), picks)
    expect(memory.find(KIND, 34, bytes, 10, 90)).toBe(picks)
    expect(memory.find({}, 34, bytes, 10, 90)).toBeUndefined()
    expect(memory.find(KIND, 35, bytes, 10, 90)).toBeUndefined()
    expect(memory.find(KIND, 34, bytes, 10, 89)).toBeUndefined()
    for (let i = 10; i < 90; i++) {
      const other = bytes.slice()
      other[i] ^= 1
      expect(memory.find(KIND, 34, other, 10, 90)).toBeUndefined()
    }
  })

  it("pauses while nothing comes again, and then looks anew", () => {
    const memory = new PickMemory()
    let looked = 0
    for (let i = 0; i < 20_000; i++) {
      if (memory.paused()) continue
      looked++
      memory.find(KIND, i, bytes, 0, 50)
      memory.keep(KIND, i, bytes.subarray(0, 50), picks)
    }
    expect(looked).toBeGreaterThan(300)
    expect(looked).toBeLessThan(2000)
    while (memory.paused());
    memory.keep(KIND, 1, bytes.subarray(0, 50), picks)
    for (let i = 0; i < 1000; i++) expect(memory.find(KIND, 1, bytes, 0, 50)).toBe(picks)
    expect(memory.paused()).toBe(false)
  })

  it("keeps what it was given though the packet's bytes change, takes an empty run, and lets long ones go", () => {
    const memory = new PickMemory()
    const packet = bytes.slice()
    memory.keep(KIND, 0, packet.subarray(0, 50), picks)
    packet.fill(0)
    expect(memory.find(KIND, 0, bytes, 0, 50)).toBe(picks)
    expect(memory.find(KIND, 0, packet, 0, 50)).toBeUndefined()
    memory.keep(KIND, 0, bytes.subarray(5, 5), [])
    expect(memory.find(KIND, 0, bytes, 5, 5)).toEqual([])
    const long = new Uint8Array(2000)
    memory.keep(KIND, 0, long.subarray(0, 2000), picks)
    expect(memory.find(KIND, 0, long, 0, 2000)).toBeUndefined()
  })
})
