/** Bends the cleartext of messages and packets: by payload, so that what is inside is reached, and by byte, so that nothing is left out. */
import { concat, u16be } from "../../src/bytes/bytes.ts"
import { mutate } from "../helpers/mutations.ts"

export type Next = () => number
export const below = (next: Next, n: number): number => Math.floor(next() * n)
export const oneOf = <T>(next: Next, list: readonly T[]): T => list[below(next, list.length)]

/** Payloads of one message: the type of the first, and the bytes with their generic headers. */
export interface Chain {
  readonly first: number
  readonly bytes: Uint8Array
}

interface Part {
  readonly type: number
  readonly body: Uint8Array
}

const EDGES_16 = [0, 1, 2, 3, 4, 5, 7, 8, 255, 256, 0x7fff, 0x8000, 0xfff8, 0xffff]
/** Longest cleartext: what fits into a datagram. */
const MAX_BYTES = 40_000

function parts({ first, bytes }: Chain): Part[] {
  const list: Part[] = []
  let type = first
  for (let at = 0; at + 4 <= bytes.length && type !== 0; ) {
    const length = Math.max(4, (bytes[at + 2] << 8) | bytes[at + 3])
    list.push({ type, body: bytes.slice(at + 4, at + length) })
    type = bytes[at]
    at += length
  }
  return list
}

function chainOf(list: readonly Part[]): Chain {
  const bytes = list.flatMap(({ body }, i) => [Uint8Array.of(list[i + 1]?.type ?? 0, 0), u16be(4 + body.length), body])
  return { first: list[0]?.type ?? 0, bytes: concat(...bytes).slice(0, MAX_BYTES) }
}

/** A number of 16 bits, or of 8, somewhere in the bytes set to an edge. */
function edge(bytes: Uint8Array, next: Next): Uint8Array {
  if (bytes.length < 2) return bytes
  const out = bytes.slice()
  const at = below(next, out.length - 1)
  if (next() < 0.3) out[at] = oneOf(next, [0, 1, 2, 4, 8, 16, 127, 128, 254, 255])
  else {
    const value = oneOf(next, EDGES_16)
    out[at] = value >> 8
    out[at + 1] = value
  }
  return out
}

/** One to four changes, each of a payload as a whole or of what is in it; then, at times, of any byte. */
export function bendChain(chain: Chain, next: Next, donors: readonly Chain[] = []): Chain {
  const list = parts(chain)
  for (let n = 1 + below(next, 4); n > 0 && list.length > 0; n--) {
    const i = below(next, list.length)
    const part = list[i]
    switch (below(next, 9)) {
      case 0:
        list.splice(i, 1)
        break
      case 1:
        list.splice(i, 0, ...Array<Part>(1 + below(next, 12)).fill(part))
        break
      case 2:
        list.splice(below(next, list.length), 0, ...list.splice(i, 1))
        break
      case 3:
        list[i] = { type: below(next, 64), body: part.body }
        break
      case 4:
        if (donors.length > 0) list.splice(i, 0, ...parts(oneOf(next, donors)))
        break
      case 5:
        list[i] = { type: part.type, body: part.body.slice(0, below(next, part.body.length + 1)) }
        break
      case 6:
        // Text fields with what terminals and editors obey.
        list[i] = { type: part.type, body: concat(part.body.slice(0, 4), oneOf(next, HOSTILE), part.body.slice(4)) }
        break
      case 7:
        list[i] = { type: part.type, body: edge(part.body, next) }
        break
      default:
        list[i] = { type: part.type, body: mutate(part.body, next) }
    }
  }
  const bent = chainOf(list)
  return next() < 0.25 ? { first: bent.first, bytes: mutate(bent.bytes, next) } : bent
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const HOSTILE = [
  "\u001b]0;owned\u0007\u001b[2J",
  "a\u202egnp\u2066\u200b",
  "\n::error file=x::owned\r##[error]x",
  "<svg/onload=alert(1)>&\"'--></script>]]>",
  "end; participant X as #59; %%{init}%%",
  "| a | `b` | [x](javascript:1)\n# h\n```",
  "=cmd|'/C calc'!A0,\"\t\r\n",
  "\ud83d\ude00\u0000\ufffe",
].map(utf8)

/** The packet inside ESP: bent by byte, by edge, cut, or with an end that was not there. */
export function bendInner(bytes: Uint8Array, next: Next): Uint8Array {
  switch (below(next, 5)) {
    case 0:
      return edge(bytes, next)
    case 1:
      return concat(bytes, oneOf(next, HOSTILE))
    case 2:
      return bytes.slice(0, below(next, bytes.length + 1))
    default:
      return mutate(bytes, next)
  }
}
