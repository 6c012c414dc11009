/** Addresses of a packet as text. */
import { ipv4Text, ipv6Text } from "../bytes/field.ts"
import type { PacketView } from "./packet-view.ts"

/** An address in an IP header of the version: dotted, or after RFC 5952; empty for version 0. */
export const addressText = (version: 0 | 4 | 6, b: Uint8Array, at: number): string =>
  version === 4 ? ipv4Text(b, at) : version === 6 ? ipv6Text(b, at) : ""

const text = (view: PacketView, at: number): string => addressText(view.ipVersion, view.ipBytes, at)

/** Source address of the innermost IP header, dotted or after RFC 5952; empty without one. */
export const sourceAddress = (view: PacketView): string => text(view, view.sourceAt)

/** Destination address of the innermost IP header. */
export const destinationAddress = (view: PacketView): string => text(view, view.destinationAt)
