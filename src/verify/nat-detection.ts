/** `nat-detection-source` and `-destination`: the hashes against the frame's addresses and ports. RFC 7296 §2.23, RFC 3947 §3.2. */
import { equal } from "../bytes/bytes.ts"
import type { Hash } from "../crypto/provider.ts"
import { addressBytes, ipv4Into } from "../net/address-bytes.ts"
import type { Datagram } from "../track/datagram.ts"
import type { Peer } from "../track/peer.ts"
import { type CheckResult, pass, skipped } from "./check.ts"

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
  const source = end === "source"
  const id = source ? "nat-detection-source" : "nat-detection-destination"
  const mine = natHash(claim, source ? datagram.source : datagram.destination)
  if (mine) for (const hash of hashes) if (equal(hash, mine)) return pass(id, claim.rfc, datagram)
  return skipped(
    id,
    claim.rfc,
    datagram,
    `the ${end} hash matches no address of the frame: NAT changed it, or the peer forces encapsulation`,
  )
}
