/** Addresses of a packet as text. */
import { ipv4Text, ipv6Text } from "../bytes/field.ts"
import type { PacketView } from "./packet-view.ts"

/** An address in an IP header of the version: dotted, or after RFC 5952; empty for version 0. */
export const addressText = (version: 0 | 4 | 6, b: Uint8Array, at: number): string =>
  version === 4 ? knownText(b, at) : version === 6 ? ipv6Text(b, at) : ""

/** Texts kept, a power of two: the same few hosts speak again and again. */
const PLACES = 65_536
const addresses = new Int32Array(PLACES)
const texts: string[] = new Array(PLACES).fill("0.0.0.0")

/** `ipv4Text`, the same text object for the same address while its place is not taken by another. */
function knownText(b: Uint8Array, at: number): string {
  const address = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]
  const place = Math.imul(address, 0x9e3779b1) >>> 16
  if (addresses[place] !== address) {
    addresses[place] = address
    texts[place] = ipv4Text(b, at)
  }
  return texts[place]
}

const text = (view: PacketView, at: number): string => addressText(view.ipVersion, view.ipBytes, at)

/** Source address of the innermost IP header, dotted or after RFC 5952; empty without one. */
export const sourceAddress = (view: PacketView): string => text(view, view.sourceAt)

/** Destination address of the innermost IP header. */
export const destinationAddress = (view: PacketView): string => text(view, view.destinationAt)
