/** Addresses of a packet as text. */
import { ipv4Text, ipv6Text } from "../bytes/field.ts"
import type { PacketView } from "./packet-view.ts"

/** An address in an IP header of the version: dotted, or after RFC 5952; empty for version 0. */
export const addressText = (version: 0 | 4 | 6, b: Uint8Array, at: number): string =>
  version === 4 ? ipv4Text(b, at) : version === 6 ? ipv6Text(b, at) : ""

/** Source address of the innermost IP header, dotted or after RFC 5952; empty without one. */
export const sourceAddress = (view: PacketView): string => addressText(view.ipVersion, view.ipBytes, view.sourceAt)

/** Destination address of the innermost IP header. */
export const destinationAddress = (view: PacketView): string =>
  addressText(view.ipVersion, view.ipBytes, view.destinationAt)

/** Texts kept, powers of two: the same few hosts speak again and again. There is room for more when two want one place. */
const FIRST_PLACES = 256
const MOST_PLACES = 65_536

/** The same texts, made once: the same text object for the same IPv4 address while its place is not taken by another. */
export class AddressTexts {
  #addresses = new Int32Array(FIRST_PLACES)
  #texts: string[] = new Array(FIRST_PLACES).fill("0.0.0.0")

  source(view: PacketView): string {
    return this.#of(view, view.sourceAt)
  }

  destination(view: PacketView): string {
    return this.#of(view, view.destinationAt)
  }

  #of({ ipVersion, ipBytes: b }: PacketView, at: number): string {
    if (ipVersion !== 4) return addressText(ipVersion, b, at)
    const address = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]
    let place = this.#placeOf(address)
    if (this.#addresses[place] !== address) {
      while (this.#addresses[place] !== 0 && this.#texts.length < MOST_PLACES) {
        this.#grow()
        place = this.#placeOf(address)
      }
      this.#addresses[place] = address
      this.#texts[place] = ipv4Text(b, at)
    }
    return this.#texts[place]
  }

  #placeOf(address: number): number {
    return (Math.imul(address, 0x9e3779b1) >>> 16) & (this.#texts.length - 1)
  }

  #grow(): void {
    const addresses = this.#addresses
    const texts = this.#texts
    this.#addresses = new Int32Array(4 * texts.length)
    this.#texts = new Array(4 * texts.length).fill("0.0.0.0")
    for (let i = 0; i < addresses.length; i++) {
      if (addresses[i] === 0) continue
      const place = this.#placeOf(addresses[i])
      this.#addresses[place] = addresses[i]
      this.#texts[place] = texts[i]
    }
  }
}
