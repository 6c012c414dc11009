/** What rules may ask beside the current SA: what peers accepted elsewhere in the capture, the crypto for searching, what was said already. */
import type { CryptoProvider } from "../../crypto/provider.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { PairTable } from "../../track/pair-table.ts"
import type { Peer } from "../../track/peer.ts"
import type { GivenCertificates } from "../../unlock/given-certificates.ts"
import { PolicyMemory } from "./policy-memory.ts"
import { SeenBefore } from "./seen-before.ts"

export interface ExplainOptions {
  readonly provider: CryptoProvider
  readonly certificates: GivenCertificates
  /** Search every private IPv4 address for the one behind a NAT detection hash; takes up to a minute. */
  readonly findNatAddress?: boolean | "near" | "own"
}

/** Things said once, remembered. */
const MAX_SAID = 65_536
/** Pairs of peers remembered. */
const MAX_PAIRS = 65_536
/** Addresses seen, for guessing what a NAT detection hash hides. */
const MAX_ADDRESSES = 1024

const PURPOSE = { policies: 0, vendors: 1 } as const

export class ExplainContext {
  readonly policies = new PolicyMemory()
  readonly addresses = new Set<string>()
  /** What NAT detection hid of each pair of peers: found, or not to be found. */
  readonly originals = new Map<string, Peer | null>()
  readonly #said = new Set<string>()
  readonly #pairs = new PairTable<true>()
  readonly #seen = new SeenBefore()
  readonly #peers = new PairTable<true>()
  readonly #searches = { near: 0, likely: 0 }

  constructor(readonly options: ExplainOptions) {}

  /** True the first time; what repeats with every SA of a peer is said once. */
  once(key: string): boolean {
    if (this.#said.has(key) || this.#said.size >= MAX_SAID) return false
    this.#said.add(key)
    return true
  }

  /** True the first time that an address names these vendors. */
  newPeer(address: string, vendors: readonly string[]): boolean {
    if (this.#peers.size >= MAX_SAID) return false
    const names = vendors.length === 1 ? vendors[0] : vendors.join()
    if (this.#peers.get(address, names)) return false
    this.#peers.add(address, names, true)
    return true
  }

  /** Whether one more search of a kind may be made. */
  search(kind: "near" | "likely", limit: number): boolean {
    return this.#searches[kind]++ < limit
  }

  /**
   * Whether an SA with the same peers, suite and vendors was there before, for one purpose: what it shows of them is known then. Never
   * true where it is not so; sometimes false where it is.
   */
  seenBefore(sa: IkeSa, purpose: keyof typeof PURPOSE): boolean {
    return sa.choice !== null && sa.paths.length + sa.children.length === 0 && this.#seen.saw(sa, PURPOSE[purpose])
  }

  /** Two addresses of the capture that an IKE SA stands between. */
  between(a: string, b: string): void {
    if (this.addresses.size < MAX_ADDRESSES) this.addresses.add(a).add(b)
    if (this.#pairs.size >= MAX_PAIRS || this.#pairs.get(a, b)) return
    this.#pairs.add(a, b, true)
  }

  /** Whether IKE was seen between two addresses; true when there were too many pairs to remember. */
  spoke(a: string, b: string): boolean {
    return this.#pairs.size >= MAX_PAIRS || this.#knows(a, b)
  }

  #knows(a: string, b: string): boolean {
    return (this.#pairs.get(a, b) ?? this.#pairs.get(b, a)) !== undefined
  }
}
