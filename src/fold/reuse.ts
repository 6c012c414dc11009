/** Nonces, KE values and initiator SPIs that were seen before in another SA, over the whole capture in bounded memory. RFC 7296 §2.10, §2.12. */
import { viewOf } from "../bytes/byte-source.ts"
import { digest, digestOfView } from "../bytes/digest.ts"
import { ipv4Text } from "../bytes/field.ts"
import { find } from "../ike/shared/payload.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { nonce } from "../ike/v2/nonce.ts"
import { ipv4Number } from "../net/address-bytes.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { bodyIn } from "../track/v1-messages.ts"
import type { WholeMessage } from "../track/whole.ts"

/**
 * Values remembered, powers of two. Each has two places side by side where it may stand; when both are taken there is room for more, and at last
 * it takes that of the older one.
 */
const FIRST_REMEMBERED = 256
const REMEMBERED = 65_536
/** Senders with other addresses than IPv4 that are remembered; their numbers begin behind all IPv4 addresses. */
const MAX_OTHERS = 65_536
const OTHERS = 0x1_0000_0000
/** Findings about one address, and addresses remembered for that: a scanner sends one value thousands of times. */
const MOST_REPORTED = 3
const MAX_REPORTED = 4096
/** Bytes of a value that tell it apart: all of it is random. */
const DIGESTED = 64
/** Shorter values repeat by chance. */
const MIN_BYTES = 8

/** A row: the value's digest (low 32 bits, the others with the kind), the frame, the SA's number, the sender's address. */
const ROW = 8
const LOW = 0
const HIGH = 1
const FRAME = 2
const SA = 3
const SENDER = 4
const OTHER = 5
const KIND = { nonce: 0, ke: 1 << 30 } as const

/** A message, and the number of the address that sent it. */
interface Spoken {
  readonly sa: IkeSa
  readonly from: Side
  readonly whole: WholeMessage
  readonly sender: number
}

export class ReuseWatch {
  // Rows, not objects: nothing is made for the many values that never come again, and both places of one are in one cache line.
  #rows = new Uint32Array(ROW * FIRST_REMEMBERED)
  /** Addresses that are not of IPv4; the rows have their places. */
  readonly #others: string[] = []
  readonly #places = new Map<string, number>()
  readonly #reported = new Map<string, number>()

  /** Looks at the nonces and KE values of one message. A request sent again after COOKIE or INVALID_KE_PAYLOAD is the same SA. */
  message(sa: IkeSa, from: Side, whole: WholeMessage): void {
    const v1 = sa.version === 1
    const n = v1 ? bodyIn(whole, PAYLOAD_V1.NONCE) : find(whole.payloads, nonce)?.data
    const k = v1 ? bodyIn(whole, PAYLOAD_V1.KE) : find(whole.payloads, ke)?.data
    if (!n && !k) return
    const sender = this.#numberOf(whole.datagram.source.address)
    const at = { sa, from, whole, sender }
    if (n) this.#value(at, "nonce", n)
    if (k) this.#value(at, "ke", k)
  }

  #value({ sa, from, whole, sender }: Spoken, kind: "nonce" | "ke", value: Uint8Array): void {
    if (value.length < MIN_BYTES) return
    const content = contentOf(value, whole)
    const low = content >>> 0
    const high = Math.floor(content / 0x1_0000_0000) | KIND[kind]
    const { frame } = whole.datagram
    const { address } = whole.datagram.source
    const at = this.#placeOf(low, high)
    const rows = this.#rows
    const known = rows[at + LOW] === low && rows[at + HIGH] === high && rows[at + FRAME] > 0
    const before = known
      ? { frame: rows[at + FRAME], sa: rows[at + SA], from: this.#addressOf(rows[at + SENDER], rows[at + OTHER]) }
      : undefined
    rows[at + LOW] = low
    rows[at + HIGH] = high
    rows[at + FRAME] = frame
    rows[at + SA] = sa.number
    rows[at + SENDER] = sender
    rows[at + OTHER] = sender >= OTHERS ? 1 : 0
    if (!before || before.sa === sa.number || before.frame === frame) return
    if (!this.#mayTell(address)) return
    const who = before.from === address ? address : `${address} and ${before.from}`
    if (kind === "nonce")
      addFinding(
        sa,
        "nonce-reused",
        "warning",
        whole.datagram,
        `the nonce of the ${from} in frame ${frame} was sent before in frame ${before.frame} (ike/${before.sa}): ${who} ${who === address ? "lacks" : "lack"} randomness, or somebody replays messages`,
      )
    else
      addFinding(
        sa,
        "ke-reused",
        "warning",
        whole.datagram,
        `the Key Exchange value of the ${from} in frame ${frame} was sent before in frame ${before.frame} (ike/${before.sa}): ${who} ${who === address ? "uses" : "use"} a private value again, so one leak opens both SAs`,
      )
  }

  /** Where a value stands, else where it may. */
  #placeOf(low: number, high: number): number {
    for (;;) {
      const rows = this.#rows
      const first = (low % (rows.length / ROW)) * ROW
      const second = first ^ ROW
      if (rows[first + LOW] === low && rows[first + HIGH] === high) return first
      if (rows[second + LOW] === low && rows[second + HIGH] === high) return second
      if (rows[first + FRAME] === 0 || rows[second + FRAME] === 0 || rows.length === ROW * REMEMBERED)
        return rows[first + FRAME] <= rows[second + FRAME] ? first : second
      this.#grow()
    }
  }

  #grow(): void {
    const before = this.#rows
    this.#rows = new Uint32Array(4 * before.length)
    for (let at = 0; at < before.length; at += ROW) {
      if (before[at + FRAME] === 0) continue
      const to = this.#placeOf(before[at + LOW], before[at + HIGH])
      this.#rows.set(before.subarray(at, at + ROW), to)
    }
  }

  /** An IPv4 address as a number; of others the place in the list, behind all of those. */
  #numberOf(address: string): number {
    const v4 = ipv4Number(address)
    if (v4 !== undefined) return v4
    let place = this.#places.get(address)
    if (place === undefined) {
      if (this.#others.length >= MAX_OTHERS) return OTHERS + MAX_OTHERS
      place = this.#others.push(address) - 1
      this.#places.set(address, place)
    }
    return OTHERS + place
  }

  #addressOf(number: number, other: number): string {
    if (other === 0) return ipv4Text(Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number))
    return this.#others[number] ?? "another address"
  }

  #mayTell(address: string): boolean {
    const reported = this.#reported.get(address) ?? 0
    if (reported >= MOST_REPORTED || (reported === 0 && this.#reported.size >= MAX_REPORTED)) return false
    this.#reported.set(address, reported + 1)
    return true
  }
}

/** Digest of the beginning of a value, which is as a rule a part of the message, of which there is a view. */
function contentOf(value: Uint8Array, { message: { src } }: WholeMessage): number {
  const length = Math.min(value.length, DIGESTED)
  const start = value.byteOffset - src.bytes.byteOffset
  if (value.buffer !== src.bytes.buffer || start < 0 || start + length > src.bytes.length)
    return digest(value, 0, length)
  return digestOfView(viewOf(src), start, start + length)
}
