/**
 * What of a packet's cleartext is asked for when nobody wants its content: the inner header at its head, and the trailer at its end. The ICV
 * says that the packet is whole; to decrypt what nobody reads would be half of the work.
 */

/** Bytes at the head: an IPv4 header with all options, or an IPv6 header, and the ports behind it. Whole blocks. */
export const HEAD_BYTES = 64
/** Bytes at the end at least: padding to a block, Pad Length, Next Header. More padding is read by decrypting the packet whole. RFC 4303 §2.4. */
export const TAIL_BYTES = 32
const BLOCK_BYTES = 16

/** Where the tail of a body of `size` bytes begins: at a block; `size` where head and tail leave nothing out. */
export function tailStart(size: number): number {
  const at = (size - TAIL_BYTES) & -BLOCK_BYTES
  return at > HEAD_BYTES ? at : size
}
