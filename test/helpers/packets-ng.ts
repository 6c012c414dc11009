/** A pcapng of one Ethernet frame with a comment. draft-ietf-opsawg-pcapng. */
export function pcapngBlocks(frame: Uint8Array, comment: string): Uint8Array {
  const text = new TextEncoder().encode(comment)
  const pad = (n: number) => (n + 3) & ~3
  const block = (type: number, body: Buffer): Buffer => {
    const out = Buffer.alloc(12 + body.length)
    out.writeUInt32LE(type, 0)
    out.writeUInt32LE(out.length, 4)
    body.copy(out, 8)
    out.writeUInt32LE(out.length, out.length - 4)
    return out
  }
  const section = Buffer.alloc(16)
  section.writeUInt32LE(0x1a2b3c4d, 0)
  section.writeUInt16LE(1, 4)
  section.fill(0xff, 8)
  const on = Buffer.alloc(8)
  on.writeUInt16LE(1, 0)
  const packet = Buffer.alloc(20 + pad(frame.length) + 4 + pad(text.length) + 4)
  packet.writeUInt32LE(frame.length, 12)
  packet.writeUInt32LE(frame.length, 16)
  packet.set(frame, 20)
  const options = 20 + pad(frame.length)
  packet.writeUInt16LE(1, options)
  packet.writeUInt16LE(text.length, options + 2)
  packet.set(text, options + 4)
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, on), block(6, packet)])
}
