/**
 * ESP and AH packets of a moment ago, in a table of a fixed size. One that comes again at once with the same octets from another place
 * (interface, MAC address, hops left, file) was captured twice: `tcpdump -i any`, a mirror port, merged files. The same from the same place is
 * no copy: the network doubled it, or somebody replays it.
 */
import { Encapsulation, hopsOf, type PacketView } from "../net/packet-view.ts"
import { LINK_TYPE } from "../registry/link-types.ts"

/** What a packet is to one of a moment ago. */
export const Copy = {
  NONE: 0,
  /** The packet of the same sender, captured again. */
  SAME: 1,
  /** The packet under other addresses: the other side of a NAT. */
  ELSEWHERE: 2,
} as const
export type Copy = (typeof Copy)[keyof typeof Copy]

/** A value that stood in a column of numbers, as it was put there. */
export const copyNumber = (n: number): Copy => n as Copy

/** A copy comes within so many frames and nanoseconds. */
export const COPY_FRAMES = 256
export const COPY_NANOS = 100_000_000

const SLOTS = 1024
/** Numbers of one packet in the table. */
const ENTRY = 8
const [SPI, SEQUENCE, PRINT, PLACE, OWNER, FRAME, SECONDS, NANOS] = [0, 1, 2, 3, 4, 5, 6, 7]
/** Octets behind SPI and sequence number that tell a packet from another: IV or ciphertext; of AH the ICV. And the last ones: of ESP its ICV. */
const [PRINT_FROM, PRINT_UNTIL] = [8, 24]
const PRINT_LAST = 8
const ADDRESS_BYTES = { 0: 0, 4: 4, 6: 16 } as const
/** The second and third word of these link headers say by which way a packet came: MAC addresses, interface, hook. */
const PLACED: readonly number[] = [LINK_TYPE.ETHERNET, LINK_TYPE.PFLOG, LINK_TYPE.NFLOG, LINK_TYPE.LINUX_SLL2]
/** "Linux cooked" says of a packet not which interface it came by. */
const ANY_PLACE = 0

export class RecentPackets {
  readonly #table = new Int32Array(SLOTS * ENTRY)

  /** Takes in a packet, unless `keep` says no. `owner` is a number of whose it is: by default that of its addresses. */
  copyOf(view: PacketView, owner = addressesOf(view), keep = true): Copy {
    if (!standsInFrame(view)) return Copy.NONE
    const at = slotOf(view)
    const t = this.#table
    const print = printOf(view)
    const place = placeOf(view)
    const before =
      t[at + FRAME] > 0 &&
      t[at + SPI] === (view.spi | 0) &&
      t[at + SEQUENCE] === (view.sequence | 0) &&
      t[at + PRINT] === print &&
      isNear(t, at, view)
    const isElsewhere = before && (t[at + PLACE] !== place || place === ANY_PLACE)
    const copy = !isElsewhere ? Copy.NONE : t[at + OWNER] === (owner | 0) ? Copy.SAME : Copy.ELSEWHERE
    if (!keep) return copy
    t[at + SPI] = view.spi
    t[at + SEQUENCE] = view.sequence
    t[at + PRINT] = print
    t[at + PLACE] = place
    t[at + OWNER] = owner
    t[at + FRAME] = view.frame
    t[at + SECONDS] = view.seconds
    t[at + NANOS] = view.nanos
    return copy
  }

  /** Gives what a packet would be compared with, as numbers for `load`. */
  entryFor(view: PacketView, push: (n: number) => void): boolean {
    const at = slotOf(view)
    if (this.#table[at + FRAME] === 0 || !isNear(this.#table, at, view)) return false
    for (let i = 0; i < ENTRY; i++) push(this.#table[at + i])
    return true
  }

  /** Gives all packets from a frame on; how many. */
  entriesFrom(frame: number, push: (n: number) => void): number {
    let n = 0
    for (let at = 0; at < this.#table.length; at += ENTRY) {
      if (this.#table[at + FRAME] < Math.max(frame, 1)) continue
      for (let i = 0; i < ENTRY; i++) push(this.#table[at + i])
      n++
    }
    return n
  }

  /** Takes in the packet at place `i` of what another table gave, whose frames counted from `base`. */
  load(entries: Int32Array, i: number, base: number): void {
    const from = i * ENTRY
    const at = slotAt(entries[from + SPI], entries[from + SEQUENCE])
    this.#table.set(entries.subarray(from, from + ENTRY), at)
    this.#table[at + FRAME] += base
  }
}

/** A packet that is put together from pieces is not known where it begins. */
const standsInFrame = ({ payloadBytes, frameBytes, encapsulation }: PacketView): boolean =>
  payloadBytes === frameBytes && encapsulation !== Encapsulation.TCP

const slotAt = (spi: number, sequence: number): number =>
  (((Math.imul(spi, 0x9e37_79b1) >>> 16) + sequence) & (SLOTS - 1)) * ENTRY

const slotOf = ({ spi, sequence }: PacketView): number => slotAt(spi, sequence)

function isNear(t: Int32Array, at: number, { frame, seconds, nanos }: PacketView): boolean {
  const frames = (frame | 0) - t[at + FRAME]
  const apart = ((seconds | 0) - t[at + SECONDS]) * 1e9 + nanos - t[at + NANOS]
  return frames >= 0 && frames <= COPY_FRAMES && Math.abs(apart) <= COPY_NANOS
}

function printOf({ payloadBytes: b, payloadStart, payloadEnd, payloadWireBytes }: PacketView): number {
  const end = Math.min(payloadEnd, payloadStart + PRINT_UNTIL)
  let hash = payloadWireBytes
  for (let i = payloadStart + PRINT_FROM; i < end; i++) hash = Math.imul(hash ^ b[i], 0x0100_0193)
  for (let i = Math.max(end, payloadEnd - PRINT_LAST); i < payloadEnd; i++) hash = Math.imul(hash ^ b[i], 0x0100_0193)
  return hash | 0
}

/** What tells a place from another: addresses, hops left, interface, capture, and what the link header says of it. */
function placeOf(view: PacketView): number {
  const { frameBytes: b, frameStart, interfaceId, capture, linkType } = view
  if (linkType === LINK_TYPE.LINUX_SLL) return ANY_PLACE
  let hash = Math.imul(interfaceId + 1, 0x85eb_ca6b) ^ Math.imul(capture + 1, 0xc2b2_ae35) ^ addressesOf(view)
  hash ^= hopsOf(view) << 8
  if (PLACED.includes(linkType))
    for (let i = frameStart + 4; i < frameStart + 12; i++) hash = Math.imul(hash ^ b[i], 0x0100_0193)
  return hash | 1
}

function addressesOf({ ipVersion, ipBytes, sourceAt, destinationAt }: PacketView): number {
  let hash: number = ipVersion
  const size = ADDRESS_BYTES[ipVersion]
  for (let i = 0; i < size; i++) hash = Math.imul(hash ^ ipBytes[sourceAt + i], 0x0100_0193)
  for (let i = 0; i < size; i++) hash = Math.imul(hash ^ ipBytes[destinationAt + i], 0x0100_0193)
  return hash | 0
}
