/** What rules may ask beside the SA in hand: what peers accepted elsewhere in the capture, the crypto for searching, what was said already. */
import type { CryptoProvider } from "../../crypto/provider.ts"
import type { Secrets } from "../../secrets/secrets.ts"
import { PolicyMemory } from "./policy-memory.ts"

export interface ExplainOptions {
  readonly provider: CryptoProvider
  readonly secrets: Secrets
  /** Search every private IPv4 address for the one behind a NAT detection hash; takes up to a minute. */
  readonly findNatAddress?: boolean
}

/** Things said once, remembered. */
const MAX_SAID = 65_536
/** Addresses seen, for guessing what a NAT detection hash hides. */
const MAX_ADDRESSES = 1024

export class ExplainContext {
  readonly policies = new PolicyMemory()
  readonly addresses = new Set<string>()
  readonly #said = new Set<string>()
  readonly #searches = { near: 0, likely: 0 }

  constructor(readonly options: ExplainOptions) {}

  /** True the first time; what repeats with every SA of a peer is said once. */
  once(key: string): boolean {
    if (this.#said.has(key) || this.#said.size >= MAX_SAID) return false
    this.#said.add(key)
    return true
  }

  /** Whether one more search of a kind may be made. */
  search(kind: "near" | "likely", limit: number): boolean {
    return this.#searches[kind]++ < limit
  }

  /** An address of the capture. */
  seen(address: string): void {
    if (this.addresses.size < MAX_ADDRESSES) this.addresses.add(address)
  }
}
