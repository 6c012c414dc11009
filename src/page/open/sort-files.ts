/** Whether a dropped file is a capture or holds keys. */

/** By magic number: pcap, pcapng and what they may be packed in are captures; all else is read as keys. */
export async function isKeyFile(file: Blob): Promise<boolean> {
  const b = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  const magic = ((b[0] << 24) | (b[1] << 16) | (b[2] << 8) | b[3]) >>> 0
  return !CAPTURES.has(magic) && !(b[0] === 0x1f && b[1] === 0x8b)
}

const CAPTURES = new Set([
  0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1, 0x0a0d0d0a, 0x28b52ffd,
])
