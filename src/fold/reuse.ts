/** Nonces, KE values and initiator SPIs that were seen before in another SA, over the whole capture in bounded memory. RFC 7296 §2.10, §2.12. */
import { find, findAll } from "../ike/shared/payload.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { nonce } from "../ike/v2/nonce.ts"
import { digest } from "../track/exchange.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { bodyOf, PAYLOAD_V1 } from "../track/v1.ts"
import type { WholeMessage } from "../track/whole.ts"

/** Values remembered of each generation; two generations are kept. */
const GENERATION = 32_768
/** Findings about one address, and addresses remembered for that: a scanner sends one value thousands of times. */
const TOLD = 3
const MAX_TOLD = 4096
/** Bytes of a value that tell it apart: all of it is random. */
const DIGESTED = 64
/** Shorter values repeat by chance. */
const MIN_BYTES = 8

interface Seen {
  /** The value's digest, negative for a KE value. */
  readonly content: number
  readonly frame: number
  readonly sa: string
  readonly from: string
}

export class ReuseWatch {
  #young = new Map<number, Seen>()
  #old = new Map<number, Seen>()
  readonly #told = new Map<string, number>()

  /** Looks at the nonces and KE values of one message. A request sent again after COOKIE or INVALID_KE_PAYLOAD is the same SA. */
  message(sa: IkeSa, from: Side, whole: WholeMessage): void {
    if (sa.version === 2) {
      for (const n of findAll(whole.payloads, nonce)) this.#value(sa, from, whole, "nonce", n.data)
      const value = find(whole.payloads, ke)
      if (value) this.#value(sa, from, whole, "ke", value.data)
      return
    }
    const n = bodyOf(whole, PAYLOAD_V1.NONCE)
    const k = bodyOf(whole, PAYLOAD_V1.KE)
    if (n) this.#value(sa, from, whole, "nonce", n.bytes)
    if (k) this.#value(sa, from, whole, "ke", k.bytes)
  }

  #value(sa: IkeSa, from: Side, whole: WholeMessage, kind: "nonce" | "ke", value: Uint8Array): void {
    if (value.length < MIN_BYTES) return
    const told = digest(value, 0, Math.min(value.length, DIGESTED))
    const content = kind === "ke" ? -told : told
    // Maps are much faster with small integers; whoever shares one with another value is forgotten.
    const key = content | 0
    const { frame } = whole.datagram
    const address = whole.datagram.source.address
    const before = this.#young.get(key) ?? this.#old.get(key)
    this.#remember(key, { content, frame, sa: sa.id, from: address })
    if (before?.content !== content || before.sa === sa.id || before.frame === frame) return
    if (!this.#mayTell(address)) return
    const who = before.from === address ? address : `${address} and ${before.from}`
    if (kind === "nonce")
      addFinding(
        sa,
        "nonce-reused",
        "warning",
        whole.datagram,
        `the nonce of the ${from} in frame ${frame} was sent before in frame ${before.frame} (${before.sa}): ${who} lacks randomness, or somebody replays messages`,
      )
    else
      addFinding(
        sa,
        "ke-reused",
        "warning",
        whole.datagram,
        `the Key Exchange value of the ${from} in frame ${frame} was sent before in frame ${before.frame} (${before.sa}): ${who} ${who === address ? "uses" : "use"} a private value again, so one leak opens both SAs`,
      )
  }

  #mayTell(address: string): boolean {
    const told = this.#told.get(address) ?? 0
    if (told >= TOLD || (told === 0 && this.#told.size >= MAX_TOLD)) return false
    this.#told.set(address, told + 1)
    return true
  }

  #remember(key: number, seen: Seen): void {
    this.#young.set(key, seen)
    if (this.#young.size < GENERATION) return
    this.#old = this.#young
    this.#young = new Map()
  }
}
