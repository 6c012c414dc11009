/** Guesses the address behind a NAT_DETECTION hash: addresses of the capture and those around them, on demand every private one. RFC 7296 §2.23. */

import { concat, equal, u16be } from "../../bytes/bytes.ts"
import { ipv4Text, ipv6Text } from "../../bytes/field.ts"
import { hexBytes } from "../../bytes/hex.ts"
import type { Hash } from "../../crypto/provider.ts"
import { addressOctets } from "../../keys/inner-selectors.ts"
import { addressBytes } from "../../net/address-bytes.ts"
import { ID_TYPE } from "../../registry/ikev1/id-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { NatClaim } from "../../track/nat-claim.ts"
import type { Peer, Side } from "../../track/peer.ts"
import { idOf } from "./certificates.ts"
import type { ExplainContext } from "./context.ts"

/** Guessed /24 networks of one search, and searches of one run, which take up to 50 ms; those in likely networks 300 ms. */
const MAX_NETWORKS = 16
const MAX_SEARCHES = 64
const MAX_LIKELY = 4
/** Pairs of peers of which is remembered what was found. */
const MAX_ORIGINALS = 4096
/** RFC 1918 and RFC 6598: [first address, how many]. */
const PRIVATE: readonly (readonly [first: number, count: number])[] = [
  [0xc0a80000, 1 << 16],
  [0xac100000, 1 << 20],
  [0x0a000000, 1 << 24],
  [0x64400000, 1 << 22],
]

/** Networks that small offices and clouds hand out most: [first address, how many]. */
const likelyNetworks = (): (readonly [first: number, count: number])[] => [
  [0xc0a80000, 1 << 16],
  [0x0a000000, 1 << 16],
  ...Array.from({ length: 255 }, (_, i) => [0x0a000000 + ((i + 1) << 16), 256] as const),
  ...Array.from({ length: 16 }, (_, i) => [0xac100000 + (i << 16), 256] as const),
]
const allPorts = () => Array.from({ length: 65535 }, (_, i) => i + 1)

/** The address and port that the hash was made with, if a guess hits. */
export function findOriginal(sa: IkeSa, claim: NatClaim, context: ExplainContext): Peer | undefined {
  const hash = context.options.provider.hash[claim.hash]
  if (!hash) return undefined
  const search = new Search(hash, hexBytes(claim.spiI + claim.spiR), claim.hashes)
  const ports = [...new Set([claim.peer.port, 500, 4500])]
  const key = keyOf(sa, claim)
  const before = context.originals.get(key)
  // The same peers have the same addresses in their next SA; where nothing was found, only what this SA itself names is new.
  if (before) return search.exact([before.address], [before.port]) ?? search.exact(ownSeeds(sa), ports)
  if (before === null || context.options.findNatAddress === "own") return search.exact(ownSeeds(sa), ports)
  if (!context.search("near", MAX_SEARCHES)) return undefined
  const found = searchAround(search, sa, claim, ports, context)
  if (context.originals.size < MAX_ORIGINALS) context.originals.set(key, found ?? null)
  return found
}

/** The pair of peers, and the end that the claim is about. */
const keyOf = ({ initiator, responder }: IkeSa, { from, end, peer }: NatClaim): string =>
  `${initiator.address} ${responder.address} ${from} ${end} ${peer.address} ${peer.port}`

function searchAround(
  search: Search,
  sa: IkeSa,
  claim: NatClaim,
  ports: readonly number[],
  context: ExplainContext,
): Peer | undefined {
  const seeds = [...new Set([...ownSeeds(sa), ...addresses([...context.addresses])])]
  const near = search.exact(seeds, ports)
  if (near || addressBytes(claim.peer.address)?.length !== 4) return near
  return search.networks(seeds, ports) ?? farther(search, sa, claim, seeds, context)
}

/** The owner of a source hash knows its own port; what the other end saw may be any. */
function farther(
  search: Search,
  sa: IkeSa,
  claim: NatClaim,
  seeds: readonly string[],
  context: ExplainContext,
): Peer | undefined {
  const { findNatAddress } = context.options
  if (findNatAddress === "near") return undefined
  if (claim.end === "destination") return findNatAddress ? search.networks(seeds, allPorts()) : undefined
  const port = claim.peer.port === 4500 ? [4500, 500] : [500, 4500]
  const likely =
    !bothHide(sa) && context.search("likely", MAX_LIKELY)
      ? search.ranges(likelyNetworks(), port.slice(0, 1))
      : undefined
  return likely ?? (findNatAddress ? search.ranges(PRIVATE, port) : undefined)
}

/** Both ends claim another source than their own: they force UDP encapsulation, and no address is behind the hashes. RFC 3947 §3.2. */
export const bothHide = (sa: IkeSa): boolean =>
  new Set(sa.natClaims.filter(c => c.end === "source").map(c => c.from)).size > 1

/** Addresses that an SA names: of packets, identities, traffic selectors. */
function ownSeeds(sa: IkeSa): string[] {
  const selectors = [
    ...sa.attempts.flatMap(a => (a.answered ? [a.asked, a.answered] : [a.asked])),
    ...sa.children.map(c => c.selectors),
  ]
  const named = [
    ...selectors
      .flatMap(({ i, r }) => [...i, ...r])
      .flatMap(({ range }) => (range ? addressText(addressOctets(range.first)) : [])),
    ...idAddresses(sa, "initiator"),
    ...idAddresses(sa, "responder"),
  ]
  const own = [
    sa.initiator.address,
    sa.responder.address,
    ...sa.paths.flatMap(p => [p.initiator.address, p.responder.address]),
  ]
  return addresses([...own, ...named])
}

/** The address that an identity is, or begins with, as networks and ranges do. RFC 7296 §3.5, RFC 2407 §4.6.2.1. */
function idAddresses(sa: IkeSa, side: Side): string[] {
  const id = idOf(sa, side, "id")
  const bytes = id && ID_ADDRESS_BYTES[id[0]]
  return bytes && id.length >= 4 + bytes ? [addressText(id.subarray(4, 4 + bytes))] : []
}

const ID_ADDRESS_BYTES: Readonly<Record<number, number>> = {
  [ID_TYPE.ID_IPV4_ADDR]: 4,
  [ID_TYPE.ID_IPV4_ADDR_SUBNET]: 4,
  [ID_TYPE.ID_IPV4_ADDR_RANGE]: 4,
  [ID_TYPE.ID_IPV6_ADDR]: 16,
  [ID_TYPE.ID_IPV6_ADDR_SUBNET]: 16,
  [ID_TYPE.ID_IPV6_ADDR_RANGE]: 16,
}

const addressText = (b: Uint8Array): string => (b.length === 4 ? ipv4Text(b) : ipv6Text(b))

/** Those of the texts that are addresses, each once. */
const addresses = (texts: readonly string[]): string[] =>
  [...new Set(texts)].filter(t => /^[\da-f.:]+$/i.test(t) && addressBytes(t) !== undefined)

class Search {
  readonly #data: Uint8Array
  readonly #hash: Hash
  readonly #spis: Uint8Array
  readonly #wanted: readonly Uint8Array[]

  constructor(hash: Hash, spis: Uint8Array, wanted: readonly Uint8Array[]) {
    this.#hash = hash
    this.#spis = spis
    this.#wanted = wanted
    this.#data = concat(spis, new Uint8Array(6))
  }

  exact(addresses: readonly string[], ports: readonly number[]): Peer | undefined {
    for (const address of addresses)
      for (const port of ports) {
        const bytes = addressBytes(address)
        if (bytes && this.#fits(this.#hash(concat(this.#spis, bytes, u16be(port))))) return { address, port }
      }
    return undefined
  }

  /** The /24 around each IPv4 seed. */
  networks(addresses: readonly string[], ports: readonly number[]): Peer | undefined {
    const networks = new Set(
      addresses.flatMap(a => {
        const b = addressBytes(a)
        return b?.length === 4 ? [((b[0] << 24) | (b[1] << 16) | (b[2] << 8)) >>> 0] : []
      }),
    )
    for (const network of [...networks].slice(0, MAX_NETWORKS)) {
      const found = this.#range(network, 256, ports)
      if (found) return found
    }
    return undefined
  }

  ranges(ranges: readonly (readonly [first: number, count: number])[], ports: readonly number[]): Peer | undefined {
    for (const port of ports)
      for (const [first, count] of ranges) {
        const found = this.#range(first, count, [port])
        if (found) return found
      }
    return undefined
  }

  #range(first: number, count: number, ports: readonly number[]): Peer | undefined {
    const data = this.#data
    const at = this.#spis.length
    const view = new DataView(data.buffer, data.byteOffset)
    for (const port of ports) {
      view.setUint16(at + 4, port)
      for (let i = 0; i < count; i++) {
        view.setUint32(at, first + i)
        if (this.#fits(this.#hash(data))) return { address: [...data.subarray(at, at + 4)].join("."), port }
      }
    }
    return undefined
  }

  #fits(digest: Uint8Array): boolean {
    return this.#wanted.some(w => w[0] === digest[0] && equal(w, digest))
  }
}
