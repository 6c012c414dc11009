/** Community ID, version 1, seed 0: one name of a flow that Zeek, Suricata and others share. https://github.com/corelight/community-id-spec */
import { sha1OfBlock } from "../crypto/sha1-block.ts"
import { addressBytes } from "../net/address-bytes.ts"

/** An end of a flow; port 0 where the protocol has none. */
interface End {
  readonly address: string
  readonly port: number
}

export const IP_PROTOCOL = { TCP: 6, UDP: 17, ESP: 50, AH: 51 } as const

/** The text that is hashed at most: seed, two IPv6 addresses, protocol, padding, ports. */
const MOST_BYTES = 40
const LINE = new Uint8Array(MOST_BYTES)

/** `1:` and base64; null when an address is none. Direction does not matter. */
export function communityId(protocol: number, a: End, b: End): string | null {
  const [from, to] = [addressBytes(a.address), addressBytes(b.address)]
  if (!from || !to || from.length !== to.length) return null
  const size = from.length
  const forward = (compare(from, to) || a.port - b.port) <= 0
  LINE.set(forward ? from : to, 2)
  LINE.set(forward ? to : from, 2 + size)
  let end = 2 + 2 * size
  LINE[end++] = protocol
  LINE[end++] = 0
  if (protocol === IP_PROTOCOL.TCP || protocol === IP_PROTOCOL.UDP) {
    end = putPort(end, forward ? a.port : b.port)
    end = putPort(end, forward ? b.port : a.port)
  }
  return `1:${base64(sha1OfBlock(LINE.subarray(0, end)))}`
}

function putPort(at: number, port: number): number {
  LINE[at] = port >> 8
  LINE[at + 1] = port
  return at + 2
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return 0
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** Base64 of the 20 bytes of a hash; `btoa` takes a text that would have to be made first. */
function base64(hash: Uint8Array): string {
  let text = ""
  for (let i = 0; i < hash.length; i += 3) {
    // What is behind the end counts as 0.
    const three = (hash[i] << 16) | (hash[i + 1] << 8) | hash[i + 2]
    text += DIGITS[three >> 18] + DIGITS[(three >> 12) & 63] + DIGITS[(three >> 6) & 63]
    text += i + 2 < hash.length ? DIGITS[three & 63] : "="
  }
  return text
}
