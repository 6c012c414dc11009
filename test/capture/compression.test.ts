/** How far a compressed capture is unpacked. */
import { describe, expect, it } from "vitest"
import { readFailure, UnpackedCount } from "../../src/capture/compression.ts"

const MIB = 1 << 20

describe("what a compressed capture may unpack to", () => {
  it("a small one to 192 MiB, whatever its size", () => {
    const count = new UnpackedCount()
    count.add(192 * MIB, 1000)
    expect(() => count.add(1, 1000)).toThrow("unpacks to more than 201326592 bytes and is not read further")
  })
  it("a large one to a hundred times what it has beyond 10 MiB", () => {
    const count = new UnpackedCount()
    count.add(292 * MIB, 11 * MIB)
    expect(() => count.add(1, 11 * MIB)).toThrow("unpacks to more than")
  })
  it("differs from damage", () => {
    const words = (error: unknown) => readFailure("gzip", error, 12)
    const thrown = (): unknown => {
      try {
        return new UnpackedCount().add(200 * MIB, 12)
      } catch (error) {
        return error
      }
    }
    expect(words(thrown())).toMatch(/^gzip: it unpacks to more than .* unpack it first, after 12 bytes of the file$/)
    expect(words(new Error("bad block"))).toBe(
      "gzip data are damaged or cut off: bad block, after 12 bytes of the file",
    )
    expect(readFailure("", new Error("EIO"), 12)).toBe("reading failed: EIO, after 12 bytes of the file")
  })
})
