/** Nonces, KE values and initiator SPIs that were seen before in another SA, over the whole capture in bounded memory. RFC 7296 §2.10, §2.12. */
import { digest } from "../bytes/digest.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { nonce } from "../ike/v2/nonce.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { bodyOf, PAYLOAD_V1 } from "../track/v1.ts"
import type { WholeMessage } from "../track/whole.ts"

/** Values remembered, a power of two. Each has two places where it may stand, and takes that of the older one. */
const REMEMBERED = 131_072
/** Findings about one address, and addresses remembered for that: a scanner sends one value thousands of times. */
const TOLD = 3
const MAX_TOLD = 4096
/** Bytes of a value that tell it apart: all of it is random. */
const DIGESTED = 64
/** Shorter values repeat by chance. */
const MIN_BYTES = 8

export class ReuseWatch {
  // Columns, not objects: nothing is made for the many values that never come again.
  /** Digests of values, negative for those of KE. */
  readonly #contents = new Float64Array(REMEMBERED)
  readonly #frames = new Float64Array(REMEMBERED)
  readonly #sas: string[] = new Array(REMEMBERED).fill("")
  readonly #senders: string[] = new Array(REMEMBERED).fill("")
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
    const { frame } = whole.datagram
    const address = whole.datagram.source.address
    const place = this.#placeOf(content, told % REMEMBERED)
    const known = this.#contents[place] === content
    const before = known ? { frame: this.#frames[place], sa: this.#sas[place], from: this.#senders[place] } : undefined
    this.#contents[place] = content
    this.#frames[place] = frame
    this.#sas[place] = sa.id
    this.#senders[place] = address
    if (!before || before.sa === sa.id || before.frame === frame) return
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

  /** Where a value stands, else where it may. */
  #placeOf(content: number, first: number): number {
    const second = first ^ 1
    if (this.#contents[first] === content) return first
    if (this.#contents[second] === content) return second
    return this.#frames[first] <= this.#frames[second] ? first : second
  }

  #mayTell(address: string): boolean {
    const told = this.#told.get(address) ?? 0
    if (told >= TOLD || (told === 0 && this.#told.size >= MAX_TOLD)) return false
    this.#told.set(address, told + 1)
    return true
  }
}
