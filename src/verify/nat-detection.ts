/** `nat-detection-source` and `-destination`: the hashes against the frame's addresses and ports. RFC 7296 §2.23, RFC 3947 §3.2. */
import { concat, equal, u16be } from "../bytes/bytes.ts"
import { hexInto } from "../bytes/hex.ts"
import type { Hash } from "../crypto/provider.ts"
import type { Datagram } from "../track/datagram.ts"
import type { Peer } from "../track/peer.ts"
import { type CheckResult, pass, skipped } from "./check.ts"

/** Bytes of an address text: 4 or 16. Undefined for anything else. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return ipv4Bytes(text)
  const [head, tail] = text.split("::")
  const groups = (s: string | undefined) => (s ? s.split(":").map(g => Number.parseInt(g, 16)) : [])
  const before = groups(head)
  const after = groups(tail)
  const all =
    tail === undefined
      ? before
      : [...before, ...new Array(Math.max(0, 8 - before.length - after.length)).fill(0), ...after]
  return all.length === 8 ? concat(...all.map(u16be)) : undefined
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const out = new Uint8Array(4)
  let part = 0
  let value = -1
  for (let i = 0; i <= text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) {
      value = Math.max(value, 0) * 10 + digit
      if (value > 255) return undefined
    } else if ((i < text.length && text[i] !== ".") || value < 0 || part > 3) return undefined
    else {
      out[part++] = value
      value = -1
    }
  }
  return part === 4 ? out : undefined
}

/** HASH(SPIi | SPIr | IP | Port). SHA-1 in IKEv2, the negotiated hash in IKEv1. Undefined for an address that is none. */
export function natHash(hash: Hash, spiI: string, spiR: string, peer: Peer): Uint8Array | undefined {
  const address = addressBytes(peer.address)
  return address && hash(hashed(spiI, spiR, address, peer.port))
}

const SPI_BYTES = 8

function hashed(spiI: string, spiR: string, address: Uint8Array, port: number): Uint8Array {
  const out = new Uint8Array(2 * SPI_BYTES + address.length + 2)
  hexInto(out, 0, spiI)
  hexInto(out, SPI_BYTES, spiR)
  out.set(address, 2 * SPI_BYTES)
  out[out.length - 2] = port >> 8
  out[out.length - 1] = port
  return out
}

export interface NatClaim {
  readonly hash: Hash
  readonly spiI: string
  readonly spiR: string
  /** The hashes that the message carries for its source, and for its destination. */
  readonly sources: readonly Uint8Array[]
  readonly destinations: readonly Uint8Array[]
  readonly rfc: string
}

/** Told of an end whose hashes match nothing in the frame. */
export type OnMismatch = (end: "source" | "destination", peer: Peer, hashes: readonly Uint8Array[]) => void

/** One check for each end that the message speaks of. A hash that matches nothing is what NAT looks like, no failure. */
export function verifyNatDetection(claim: NatClaim, datagram: Datagram, onMismatch?: OnMismatch): CheckResult[] {
  const results: CheckResult[] = []
  const verify = (end: "source" | "destination", claimed: readonly Uint8Array[], peer: Peer) => {
    if (claimed.length === 0) return
    const id = `nat-detection-${end}`
    const mine = natHash(claim.hash, claim.spiI, claim.spiR, peer)
    const holds = mine !== undefined && claimed.some(c => equal(c, mine))
    if (!holds) onMismatch?.(end, peer, claimed)
    results.push(
      holds
        ? pass(id, claim.rfc, datagram)
        : skipped(
            id,
            claim.rfc,
            datagram,
            `the ${end} hash matches no address of the frame: NAT changed it, or the peer forces encapsulation`,
          ),
    )
  }
  verify("source", claim.sources, datagram.source)
  verify("destination", claim.destinations, datagram.destination)
  return results
}
