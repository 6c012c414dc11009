/** Seeded mutations of messages: bytes flipped, set to edges, lengths bent, parts cut, doubled, swapped. */

/** A small fast generator (mulberry32): the same seed gives the same run everywhere. */
export function random(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

const EDGES = [0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xfe, 0xff]

/** One to eight changes of `message`; the result may be shorter or longer. */
export function mutate(message: Uint8Array, next: () => number): Uint8Array {
  let out = message.slice()
  const below = (n: number) => Math.floor(next() * n)
  for (let changes = 1 + below(8); changes > 0 && out.length > 0; changes--) {
    const at = below(out.length)
    switch (below(7)) {
      case 0:
        out[at] ^= 1 << below(8)
        break
      case 1:
        out[at] = EDGES[below(EDGES.length)]
        break
      case 2:
        out[at] = below(256)
        break
      case 3: // a 16-bit length, bent a little or to an edge
        if (at + 1 < out.length) {
          const value =
            next() < 0.5 ? ((out[at] << 8) | out[at + 1]) + below(9) - 4 : [0, 1, 3, 4, 0x7fff, 0xffff][below(6)]
          out[at] = value >> 8
          out[at + 1] = value
        }
        break
      case 4:
        out = out.slice(0, at)
        break
      case 5: {
        const to = Math.min(out.length, at + 1 + below(32))
        const doubled = new Uint8Array(out.length + to - at)
        doubled.set(out.subarray(0, to))
        doubled.set(out.subarray(at), to)
        if (doubled.length < 4096) out = doubled
        break
      }
      default:
        out.copyWithin(at, below(out.length), Math.min(out.length, at + below(16)))
    }
  }
  return out
}
