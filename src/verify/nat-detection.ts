/** `nat-detection-source` and `-destination`: the hashes against the frame's addresses and ports. RFC 7296 §2.23, RFC 3947 §3.2. */
import { concat, equal, u16be } from "../bytes/bytes.ts"
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
  return ipv4Into(out, 0, text) ? out : undefined
}

/** Writes the four bytes of a dotted address to `out[at]`; false when the text is none. */
function ipv4Into(out: Uint8Array, at: number, text: string): boolean {
  let part = 0
  let value = -1
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT
    if (code >= DIGIT_0 && code <= DIGIT_9) {
      value = Math.max(value, 0) * 10 + code - DIGIT_0
      if (value > 255) return false
    } else if (code !== DOT || value < 0 || part > 3) return false
    else {
      out[at + part++] = value
      value = -1
    }
  }
  return part === 4
}

const DOT = 46
const DIGIT_0 = 48
const DIGIT_9 = 57

/** Behind both SPIs. */
const ADDRESS_AT = 16

// What is hashed is put together in the same place each time; a hash copies what it needs.
const IPV4_INPUT = new Uint8Array(ADDRESS_AT + 4 + 2)
const IPV6_INPUT = new Uint8Array(ADDRESS_AT + 16 + 2)

/** HASH(SPIi | SPIr | IP | Port). SHA-1 in IKEv2, the negotiated hash in IKEv1. Undefined for an address that is none. */
function natHash({ hash, header, start }: NatClaim, { address, port }: Peer): Uint8Array | undefined {
  const v4 = ipv4Into(IPV4_INPUT, ADDRESS_AT, address)
  const input = v4 ? IPV4_INPUT : IPV6_INPUT
  if (!v4) {
    const bytes = addressBytes(address)
    if (bytes?.length !== 16) return undefined
    input.set(bytes, ADDRESS_AT)
  }
  for (let i = 0; i < ADDRESS_AT; i++) input[i] = header[start + i]
  input[input.length - 2] = port >> 8
  input[input.length - 1] = port
  return hash(input)
}

/** What a message says of its ends. */
export interface NatClaim {
  readonly hash: Hash
  /** The message's header begins at `start`: with both SPIs. */
  readonly header: Uint8Array
  readonly start: number
  readonly rfc: string
}

/** The check of the hashes (at least one) that a message carries for one end. One that matches nothing is what NAT looks like, no failure. */
export function verifyNatEnd(
  claim: NatClaim,
  end: "source" | "destination",
  hashes: readonly Uint8Array[],
  datagram: Datagram,
): CheckResult {
  const mine = natHash(claim, datagram[end])
  if (mine) for (const hash of hashes) if (equal(hash, mine)) return pass(ID[end], claim.rfc, datagram)
  return skipped(
    ID[end],
    claim.rfc,
    datagram,
    `the ${end} hash matches no address of the frame: NAT changed it, or the peer forces encapsulation`,
  )
}

const ID = { source: "nat-detection-source", destination: "nat-detection-destination" } as const
