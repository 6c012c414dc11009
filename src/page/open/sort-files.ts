/** Whether a dropped file is a capture or holds keys. */
import { u32At } from "../../bytes/bytes.ts"

/** By magic number: pcap, pcapng and zstd are captures, gzip is what is in it; all else is read as keys. */
export async function isKeyFile(file: Blob): Promise<boolean> {
  const magic = await magicOf(file)
  if (magic >>> 16 !== GZIP) return !CAPTURES.has(magic)
  const inside = await magicOf(new Blob([await beginning(file)]))
  // The capture reader reports what cannot be unpacked.
  return inside !== 0 && !CAPTURES.has(inside)
}

/** The bytes of a file of keys, unpacked. */
export async function unpacked(file: Blob): Promise<Uint8Array> {
  if ((await magicOf(file)) >>> 16 !== GZIP) return new Uint8Array(await file.arrayBuffer())
  return readUpTo(file, MOST_KEY_BYTES)
}

const GZIP = 0x1f8b
/** Keys that unpack to more are cut off. */
const MOST_KEY_BYTES = 64 << 20

const CAPTURES = new Set([
  0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1, 0x0a0d0d0a, 0x28b52ffd,
])

async function magicOf(file: Blob): Promise<number> {
  const b = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  return u32At(b, 0)
}

/** The first bytes of what is packed; none where it is damaged. */
const beginning = (file: Blob): Promise<Uint8Array<ArrayBuffer>> => readUpTo(file, 4).catch(() => new Uint8Array(0))

async function readUpTo(file: Blob, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  while (bytes < most) {
    const { value, done } = await reader.read()
    if (done) break
    parts.push(value)
    bytes += value.length
  }
  await reader.cancel().catch(() => {})
  return new Uint8Array(await new Blob(parts).arrayBuffer()).subarray(0, most)
}
