/** Digests by which equal bytes are found, wherever they stand. */
import { describe, expect, it } from "vitest"
import { digest, digestOfView, hash32 } from "../../src/bytes/digest.ts"

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 0xff)
const viewOf = (b: Uint8Array) => new DataView(b.buffer, b.byteOffset, b.length)

describe("digests", () => {
  it("are the same wherever the bytes stand", () => {
    for (const length of [0, 1, 3, 4, 7, 8, 9, 31, 64, 1001]) {
      const content = bytes(length)
      const moved = new Uint8Array(length + 13)
      moved.set(content, 5)
      expect(digest(moved, 5, 5 + length)).toBe(digest(content, 0, length))
      expect(digestOfView(viewOf(moved.subarray(3)), 2, 2 + length)).toBe(digest(content, 0, length))
      expect(hash32(viewOf(moved), 5, 5 + length, 9)).toBe(hash32(viewOf(content), 0, length, 9))
    }
  })

  it("differ for every bit, and for lengths of zeros", () => {
    const content = bytes(67)
    const seen = new Set([digest(content, 0, 67)])
    for (let bit = 0; bit < 8 * 67; bit++) {
      const changed = content.slice()
      changed[bit >> 3] ^= 1 << (bit & 7)
      seen.add(digest(changed, 0, 67))
    }
    expect(seen.size).toBe(1 + 8 * 67)
    const zeros = new Uint8Array(64)
    expect(new Set(Array.from({ length: 64 }, (_, n) => digest(zeros, 0, n))).size).toBe(64)
    for (const d of seen) expect(Number.isSafeInteger(d) && d >= 0).toBe(true)
  })

  it("tell a hundred thousand counters apart", () => {
    const counter = new Uint8Array(32)
    const view = viewOf(counter)
    const seen = new Set<number>()
    for (let i = 0; i < 100_000; i++) {
      view.setUint32(4, i)
      seen.add(digestOfView(view, 0, 32))
    }
    expect(seen.size).toBe(100_000)
  })
})
