/** What rules may ask beside the SA in hand: what peers accepted elsewhere in the capture, the crypto for searching, what was said already. */
import type { CryptoProvider } from "../../crypto/provider.ts"
import type { Secrets } from "../../secrets/secrets.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { PairTable } from "../../track/pair-table.ts"
import type { PerSide } from "../../track/peer.ts"
import { PolicyMemory } from "./policy-memory.ts"

export interface ExplainOptions {
  readonly provider: CryptoProvider
  readonly secrets: Secrets
  /** Search every private IPv4 address for the one behind a NAT detection hash; takes up to a minute. */
  readonly findNatAddress?: boolean
}

/** Things said once, remembered. */
const MAX_SAID = 65_536
/** Pairs of peers remembered. */
const MAX_PAIRS = 65_536
/** Addresses seen, for guessing what a NAT detection hash hides. */
const MAX_ADDRESSES = 1024

/** What the latest SA between two peers told: most SAs tell the same, and then nothing is looked up for them. */
export interface Pair {
  suite: object | null
  vendors: PerSide<readonly string[]>
}

export class ExplainContext {
  readonly policies = new PolicyMemory()
  readonly addresses = new Set<string>()
  readonly #said = new Set<string>()
  /** By the initiator's address and the responder's. */
  readonly #pairs = new PairTable<Pair>()
  #sa: IkeSa | undefined
  #pair: Pair | undefined
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
    this.#peers.touch(address, names, true)
    return true
  }

  /** Whether one more search of a kind may be made. */
  search(kind: "near" | "likely", limit: number): boolean {
    return this.#searches[kind]++ < limit
  }

  /** What is known of the peers of an SA; undefined when they are new, or too many are known. */
  pairOf(sa: IkeSa): Pair | undefined {
    if (sa !== this.#sa) {
      this.#sa = sa
      this.#pair = this.#pairs.get(sa.initiator.address, sa.responder.address)
    }
    return this.#pair
  }

  /** Two addresses of the capture that an IKE SA stands between. */
  between(a: string, b: string): void {
    if (this.addresses.size < MAX_ADDRESSES) this.addresses.add(a).add(b)
    if (this.#pairs.size >= MAX_PAIRS || this.#pairs.get(a, b)) return
    this.#pairs.touch(a, b, { suite: null, vendors: { initiator: [], responder: [] } })
    this.#sa = undefined
  }

  /** Whether IKE was seen between two addresses; true when there were too many pairs to remember. */
  spoke(a: string, b: string): boolean {
    return this.#pairs.size >= MAX_PAIRS || this.#knows(a, b)
  }

  #knows(a: string, b: string): boolean {
    return (this.#pairs.get(a, b) ?? this.#pairs.get(b, a)) !== undefined
  }
}

/** A key for two addresses in any order. */
export const pairOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
