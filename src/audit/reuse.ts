/** Values that must be new each time, and came again: nonces, key exchange values, IVs. RFC 7296 §2.10, §2.12, RFC 5116 §3.1. */
import { digest } from "../bytes/digest.ts"
import { toHex } from "../bytes/hex.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"

export interface ReuseAt {
  readonly sa: IkeSa
  readonly from: Side
  readonly frame: number
  /** The bytes around the value: the same message captured twice is no reuse. */
  readonly content: Uint8Array
}

/** Where a nonce or a key exchange value stood. */
export interface ExchangeAt extends ReuseAt {
  /** Name of the exchange: within one the same value may stand again. */
  readonly exchange: string
}

export interface Reuse {
  readonly what: "nonce" | "key exchange" | "iv"
  readonly sa: IkeSa
  /** The SA in which the value stood first. */
  readonly firstSa: IkeSa
  readonly frames: readonly number[]
  /** Whether both came from one address. */
  readonly samePeer: boolean
}

interface Entry {
  readonly sa: IkeSa
  readonly address: string
  readonly frame: number
  readonly exchange: string
  readonly content: number
}

/** Values remembered; later ones are compared with them, but not kept. */
const MAX_VALUES = 500_000
/** Reuses told. */
const MAX_FOUND = 1000

export class ReuseIndex {
  readonly found: Reuse[] = []
  readonly #seen = new Map<string, Entry>()

  constructor(readonly provider: CryptoProvider) {}

  nonce(value: Uint8Array, at: ExchangeAt): void {
    // Shorter ones may meet by chance.
    if (value.length >= 8) this.#add("nonce", `n${toHex(value)}`, at)
  }

  keyExchange(value: Uint8Array, at: ExchangeAt): void {
    if (value.length >= 8) this.#add("key exchange", `k${this.#hash(value)}`, at)
  }

  /** `scope` names the key: one direction of one SA. */
  iv(scope: string, value: Uint8Array, at: ReuseAt): void {
    this.#add("iv", `i${scope} ${toHex(value)}`, { ...at, exchange: `${scope} ${at.frame}` })
  }

  #add(what: Reuse["what"], key: string, at: ExchangeAt): void {
    const content = digest(at.content, 0, at.content.length)
    const address = at.sa.peer(at.from).address
    const first = this.#seen.get(key)
    if (!first) {
      if (this.#seen.size < MAX_VALUES)
        this.#seen.set(key, { sa: at.sa, address, frame: at.frame, exchange: at.exchange, content })
      return
    }
    if (first.exchange === at.exchange || first.content === content || this.found.length >= MAX_FOUND) return
    this.found.push({
      what,
      sa: at.sa,
      firstSa: first.sa,
      frames: [first.frame, at.frame],
      samePeer: first.address === address,
    })
  }

  /** Long values by their hash. */
  #hash(value: Uint8Array): string {
    const sha = this.provider.hash["sha2-256"]
    return toHex(sha && value.length > 32 ? sha(value) : value)
  }
}
