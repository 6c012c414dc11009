/** Addresses that many objects hold: each address is kept once; and what finds objects by SPI and address. */
import { addressText } from "./address.ts"
import type { PacketView } from "./packet-view.ts"

export interface Address {
  /** Dotted, or after RFC 5952; empty without an IP header. */
  readonly text: string
  /** 4 or 16 bytes, or none. */
  readonly bytes: Uint8Array
}

/** A number by which packets of one SPI to one destination are found; others may have it too. 32 bits, signed: a small integer for V8. */
export function spiHash({ spi, ipVersion, ipBytes, destinationAt }: PacketView): number {
  let hash = spi
  const end = destinationAt + (ipVersion === 4 ? 4 : ipVersion === 6 ? 16 : 0)
  for (let i = destinationAt; i < end; i++) hash = Math.imul(hash ^ ipBytes[i], 0x0100_0193)
  return hash | 0
}

/** Addresses remembered; those of further hosts are made anew each time. */
const MOST = 65_536

export class AddressBook {
  readonly #known = new Map<string, Address>()

  source(view: PacketView): Address {
    return this.#of(view, view.sourceAt)
  }

  destination(view: PacketView): Address {
    return this.#of(view, view.destinationAt)
  }

  #of({ ipVersion, ipBytes }: PacketView, at: number): Address {
    const text = addressText(ipVersion, ipBytes, at)
    const known = this.#known.get(text)
    if (known) return known
    const address = { text, bytes: ipBytes.slice(at, at + (ipVersion === 4 ? 4 : ipVersion === 6 ? 16 : 0)) }
    if (this.#known.size < MOST) this.#known.set(text, address)
    return address
  }
}
