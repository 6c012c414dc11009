/** Compressed captures: what they unpack to is kept up to a bound; beyond it frames are counted, and their bytes are not there. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { resolve } from "node:path"
import { gzipSync } from "node:zlib"
import { beforeAll, describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { memoryFile } from "../../src/session/file.ts"
import { Unpacked } from "../../src/session/unpacked.ts"

const plain = new Uint8Array(readFileSync(resolve(import.meta.dirname, "../../fixtures/v2-frag/capture.pcap")))
const zstd = createRequire(import.meta.url)("@bokuweb/zstd-wasm") as {
  init(): Promise<void>
  compress(bytes: Uint8Array, level: number): Uint8Array
}

async function wholeOf(unpacked: Unpacked): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of unpacked.chunks()) pieces.push(piece.slice())
  return concat(...pieces)
}

describe.each(["gzip", "zstd"])("%s", kind => {
  let packed: Uint8Array
  beforeAll(async () => {
    await zstd.init()
    packed = kind === "gzip" ? gzipSync(plain) : zstd.compress(plain, 3)
  })

  it("gives its bytes in order, twice, and at random", async () => {
    const unpacked = new Unpacked(memoryFile("a", packed))
    expect(await wholeOf(unpacked)).toEqual(plain)
    expect(await wholeOf(unpacked)).toEqual(plain)
    expect([unpacked.compression, unpacked.dropped, unpacked.read]).toEqual([kind, 0, packed.length])
    expect(await unpacked.bytes(100, 200)).toEqual(plain.slice(100, 200))
    expect(await unpacked.bytes(plain.length - 5, plain.length + 5)).toBeUndefined()
  })

  it("keeps no more than its bound, and still gives all in order", async () => {
    const unpacked = new Unpacked(memoryFile("a", packed), 1000)
    expect(await wholeOf(unpacked)).toEqual(plain)
    expect(unpacked.dropped).toBeGreaterThan(0)
    expect(await unpacked.bytes(plain.length - 100, plain.length)).toBeUndefined()
    // What was dropped is unpacked again for those who read in order.
    expect(await wholeOf(unpacked)).toEqual(plain)
  })

  it("ends where it is damaged", async () => {
    const unpacked = new Unpacked(memoryFile("a", packed.slice(0, packed.length >> 1)))
    await expect(wholeOf(unpacked)).rejects.toThrow()
  })
})
