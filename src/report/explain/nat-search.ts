/** Guesses the address behind a NAT_DETECTION hash: addresses of the capture and those around them, on demand every private one. RFC 7296 §2.23. */
import { concat, equal, u16be } from "../../bytes/bytes.ts"
import { fromHex } from "../../bytes/hex.ts"
import type { Hash } from "../../crypto/provider.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { NatClaim } from "../../track/nat-claim.ts"
import type { Peer } from "../../track/peer.ts"
import { addressBytes } from "../../verify/nat-detection.ts"
import type { ExplainContext } from "./context.ts"

/** Guessed /24 networks, hashes of one search, and searches of one run. */
const MAX_NETWORKS = 32
const MAX_SEARCHES = 256
/** RFC 1918 and RFC 6598. */
const PRIVATE: readonly (readonly [first: number, bits: number])[] = [
  [0xc0a80000, 16],
  [0xac100000, 20],
  [0x0a000000, 24],
  [0x64400000, 22],
]

/** The address and port that the hash was made with, if a guess hits. */
export function findOriginal(sa: IkeSa, claim: NatClaim, context: ExplainContext): Peer | undefined {
  const hash = context.options.provider.hash[claim.hash]
  const spis = [fromHex(claim.spiI), fromHex(claim.spiR)]
  if (!hash || !spis[0] || !spis[1] || !context.search(MAX_SEARCHES)) return undefined
  const search = new Search(hash, concat(spis[0], spis[1]), claim.hashes)
  const ports = [...new Set([claim.peer.port, 500, 4500])]
  const seeds = seedsOf(sa, context)
  const own = addressBytes(claim.peer.address)
  return (
    search.exact(seeds, ports) ??
    (own?.length === 4 ? search.networks(seeds, ports) : undefined) ??
    (own?.length === 4 && context.options.findNatAddress ? search.privates(ports) : undefined)
  )
}

/** Addresses that the capture names: of packets, identities, traffic selectors. */
function seedsOf(sa: IkeSa, context: ExplainContext): string[] {
  const selectors = sa.attempts.flatMap(a => [
    ...a.asked.i,
    ...a.asked.r,
    ...(a.answered?.i ?? []),
    ...(a.answered?.r ?? []),
  ])
  const children = sa.children.flatMap(c => [...c.tsI, ...c.tsR])
  const named = [...selectors, ...children, sa.ids.initiator?.value ?? "", sa.ids.responder?.value ?? ""]
  const own = [
    sa.initiator.address,
    sa.responder.address,
    ...sa.paths.flatMap(p => [p.initiator.address, p.responder.address]),
  ]
  const texts = [...own, ...context.addresses, ...named.map(t => t.split(/[/\-[]/)[0])]
  return [...new Set(texts)].filter(t => /^[\da-f.:]+$/i.test(t) && addressBytes(t) !== undefined)
}

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

  privates(ports: readonly number[]): Peer | undefined {
    for (const port of ports)
      for (const [first, bits] of PRIVATE) {
        const found = this.#range(first, 2 ** bits, [port])
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
