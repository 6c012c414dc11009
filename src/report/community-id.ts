/** Community ID, version 1, seed 0: one name of a flow that Zeek, Suricata and others share. https://github.com/corelight/community-id-spec */
import { sha1OfBlock } from "../crypto/sha1-block.ts"
import { addressBytes } from "../net/address-bytes.ts"

/** An end of a flow; port 0 where the protocol has none. */
interface End {
  readonly address: string
  readonly port: number
}

export const IP_PROTOCOL = { TCP: 6, UDP: 17, ESP: 50, AH: 51 } as const

/** `1:` and base64; null when an address is none. Direction does not matter. */
export function communityId(protocol: number, a: End, b: End): string | null {
  const [from, to] = [addressBytes(a.address), addressBytes(b.address)]
  if (!from || !to || from.length !== to.length) return null
  const size = from.length
  const order = compare(from, to) || a.port - b.port
  const [first, second] = order <= 0 ? [from, to] : [to, from]
  const [firstPort, secondPort] = order <= 0 ? [a.port, b.port] : [b.port, a.port]
  const ports = protocol === IP_PROTOCOL.TCP || protocol === IP_PROTOCOL.UDP
  // Seed, addresses, protocol, padding, ports.
  const bytes = new Uint8Array(2 + 2 * size + 2 + (ports ? 4 : 0))
  bytes.set(first, 2)
  bytes.set(second, 2 + size)
  bytes[2 + 2 * size] = protocol
  if (ports) bytes.set([firstPort >> 8, firstPort & 255, secondPort >> 8, secondPort & 255], 4 + 2 * size)
  return `1:${btoa(String.fromCharCode(...sha1OfBlock(bytes)))}`
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return 0
}
