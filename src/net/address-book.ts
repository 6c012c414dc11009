/** Addresses that many objects hold: each address is kept once; and what finds objects by SPI and address. */
import { addressText } from "./address.ts"
import type { PacketView } from "./packet-view.ts"

/** 4 or 16 bytes, or none. */
export class Address {
  #text: string | undefined

  constructor(readonly bytes: Uint8Array) {}

  /** Dotted, or after RFC 5952; empty without an IP header. Made when it is asked for: most addresses of a flood never are. */
  get text(): string {
    const { length } = this.bytes
    this.#text ??= addressText(length === 4 ? 4 : length === 16 ? 6 : 0, this.bytes, 0)
    return this.#text
  }
}

/** Different in every process: nobody can choose SPIs and addresses that all have one hash. */
const SEED = (Math.random() * 0x1_0000_0000) | 0

/** A number by which packets of one SPI to one destination are found; others may have it too. 32 bits, signed: a small integer for V8. */
export function spiHash({ spi, ipVersion, ipBytes, destinationAt }: PacketView): number {
  const end = destinationAt + (ipVersion === 4 ? 4 : ipVersion === 6 ? 16 : 0)
  return bytesHash(Math.imul(spi ^ SEED, 0x9e37_79b1), ipBytes, destinationAt, end)
}

function bytesHash(seed: number, bytes: Uint8Array, at: number, end: number): number {
  let hash = seed
  for (let i = at; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x0100_0193)
  return hash | 0
}

/** Addresses remembered; those of further hosts are made anew each time. */
const MOST = 65_536
/** Bytes of addresses that are kept in one piece: an array for each would take a hundred more. */
const SLAB_BYTES = 1024

export class AddressBook {
  readonly #known = new Map<number, Address>()
  #slab = new Uint8Array(0)
  #used = 0

  source(view: PacketView): Address {
    return this.#of(view, view.sourceAt)
  }

  destination(view: PacketView): Address {
    return this.#of(view, view.destinationAt)
  }

  #of({ ipVersion, ipBytes }: PacketView, at: number): Address {
    const end = at + (ipVersion === 4 ? 4 : ipVersion === 6 ? 16 : 0)
    const hash = bytesHash(SEED, ipBytes, at, end)
    const known = this.#known.get(hash)
    if (known && isSame(known.bytes, ipBytes, at, end)) return known
    const address = new Address(this.#keep(ipBytes, at, end))
    if (this.#known.size < MOST) this.#known.set(hash, address)
    return address
  }

  #keep(bytes: Uint8Array, at: number, end: number): Uint8Array {
    if (this.#used + end - at > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES)
      this.#used = 0
    }
    const kept = this.#slab.subarray(this.#used, this.#used + end - at)
    for (let i = at; i < end; i++) kept[i - at] = bytes[i]
    this.#used += end - at
    return kept
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  if (known.length !== end - at) return false
  for (let i = at; i < end; i++) if (known[i - at] !== bytes[i]) return false
  return true
}
