/** ICMP errors that quote a packet of an SA: who refused it, why, and what that means for IPsec. RFC 792, RFC 4443, RFC 1812 §5.2.7. */

import type { Diagnostic, Severity } from "../../bytes/diagnostic.ts"
import { hex8 } from "../../bytes/hex.ts"
import { ICMP_TYPE, ICMP_UNREACHABLE, ICMPV6_TYPE, ICMPV6_UNREACHABLE } from "../../registry/icmp-types.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import type { IcmpError } from "../../track/icmp-errors.ts"
import { momentText } from "../../track/moment.ts"
import { bySpi } from "../by-spi.ts"
import type { DataInput } from "./data-input.ts"
import { plural } from "./words.ts"

export function explainIcmp({ icmp, all, sas }: DataInput): Diagnostic[] {
  if (icmp.length === 0) return []
  const byIke = new Map(sas.map(sa => [sa.spiI, sa.id]))
  const data = bySpi(all)
  const dataOf = ({ protocol, spi, destination }: IcmpError) =>
    protocol === "IKE" ? undefined : data(protocol, spi ?? 0).findLast(d => d.destination === destination.address)
  const owner = (e: IcmpError): string | undefined => (e.ike ? byIke.get(e.ike.spiI) : dataOf(e)?.id)
  return icmp.map(error => finding(error, owner(error)))
}

function finding(error: IcmpError, sa: string | undefined): Diagnostic {
  const { frame, time, reporter, destination, count } = error
  const { severity, meaning } = readingOf(error)
  const who =
    reporter === destination.address ? "the peer itself" : "a router or filter on the path, or one that says so"
  const often = count > 1 ? `, ${plural(count, "time")} from frame ${frame} to ${error.lastFrame}` : ""
  return {
    code: "icmp-error",
    severity,
    frame,
    time: momentText(time),
    message: `ICMP "${icmpName(error)}" from ${reporter} (${who})${often}: it quotes ${quotedText(error)}; ${meaning}`,
    sa,
  }
}

/** What the error says, in the words of the RFCs. */
export function icmpName({ ipVersion, type, code, mtu }: IcmpError): string {
  const [types, unreachable] =
    ipVersion === 6 ? [ICMPV6_TYPE, ICMPV6_UNREACHABLE] : ([ICMP_TYPE, ICMP_UNREACHABLE] as const)
  if (type === types.DESTINATION_UNREACHABLE)
    return `${(unreachable.name(code) ?? `unreachable, code ${code}`).toLowerCase()}${mtu ? `, MTU ${mtu}` : ""}`
  if (type === types.TIME_EXCEEDED && code === 1) return "fragment reassembly time exceeded"
  if (ipVersion === 6 && type === ICMPV6_TYPE.PARAMETER_PROBLEM && code === 1) return "unrecognized next header"
  const name = types.name(type)?.toLowerCase() ?? `type ${type}`
  return mtu ? `${name}, MTU ${mtu}` : code > 0 ? `${name}, code ${code}` : name
}

function quotedText({ protocol, spi, ike, source, destination }: IcmpError): string {
  const port = (p: number) => (p ? `:${p}` : "")
  const ends = `from ${source.address}${port(source.port)} to ${destination.address}${port(destination.port)}`
  if (protocol !== "IKE") return `${protocol} ${hex8(spi ?? 0)} ${ends}`
  if (!ike) return `an IKE datagram ${ends}`
  const exchange = (ike.version === 1 ? EXCHANGE_V1 : EXCHANGE_TYPE).label(ike.exchangeType)
  return `${exchange}${ike.version === 1 ? "" : ` ${ike.messageId}`} of SPI ${ike.spiI} ${ends}`
}

interface Reading {
  readonly severity: Severity
  readonly meaning: string
  /** Said by the receiver, it takes no such packets. Other errors are of a filter, a route or the path. */
  readonly refuses?: boolean
}

/** What the error means for IPsec. */
export function readingOf(error: IcmpError): Reading {
  const warning = (meaning: string, refuses = false): Reading => ({ severity: "warning", meaning, refuses })
  const { ipVersion, type, code, protocol, destination } = error
  const v6 = ipVersion === 6
  if (type === (v6 ? ICMPV6_TYPE.TIME_EXCEEDED : ICMP_TYPE.TIME_EXCEEDED))
    return warning(
      code === 1
        ? "fragments of it were lost on the way: a filter drops them, or the path MTU is smaller than the ends think"
        : "the packet went in a circle, or its TTL was too small",
    )
  if (isTooBig(error))
    return warning(
      "the packet does not fit the path and must not be fragmented: lower the MTU or clamp the MSS inside the tunnel",
    )
  if (type === (v6 ? ICMPV6_TYPE.PARAMETER_PROBLEM : ICMP_TYPE.PARAMETER_PROBLEM))
    return v6 && code === 1
      ? warning(`the receiver knows no next header of ${protocol}: it does no IPsec`, true)
      : warning("the receiver could not read its header")
  if (isHint(error)) return { severity: "info", meaning: "a hint to the sender, no refusal" }
  // ESP and AH have no ports: who says that rejects whatever comes.
  if (code === (v6 ? ICMPV6_UNREACHABLE : ICMP_UNREACHABLE).PORT)
    return IKE_PORTS.includes(destination.port)
      ? warning(PORT_MEANING, true)
      : warning(destination.port > 0 ? NAT_MEANING : FILTER_MEANING)
  if (!v6 && code === ICMP_UNREACHABLE.PROTOCOL)
    return warning(
      `the receiver does not do ${protocol}: it has no IPsec, or no SA and policy that asks for it; UDP encapsulation may be what it expects`,
      true,
    )
  return warning(v6 ? unreachableV6(code) : unreachable(code))
}

/** The packet went on: a redirect, or a wish for fewer packets. RFC 792, RFC 6633. */
export const isHint = ({ ipVersion, type }: IcmpError): boolean =>
  ipVersion === 6 ? type > ICMPV6_TYPE.PARAMETER_PROBLEM : HINTS.includes(type)

const HINTS: readonly number[] = [ICMP_TYPE.REDIRECT, ICMP_TYPE.SOURCE_QUENCH]

/** A router asks for smaller packets: path MTU discovery. RFC 1191, RFC 8201. */
export const isTooBig = ({ ipVersion, type, code }: IcmpError): boolean =>
  ipVersion === 6
    ? type === ICMPV6_TYPE.PACKET_TOO_BIG
    : type === ICMP_TYPE.DESTINATION_UNREACHABLE && code === ICMP_UNREACHABLE.FRAGMENTATION_NEEDED

const PORT_MEANING = "nobody listens on that port: the daemon is down, or bound to another address or port"
const NAT_MEANING = "nobody listens on that port: most likely a NAT forgot who sent from it"
const IKE_PORTS = [500, 4500]
const FILTER_MEANING = "a filter forbids the packet: permit UDP 500 and 4500, ESP (protocol 50) and AH (51) there"
const ROUTE_MEANING = "the sender of the error has no way to the destination: look at routes and links behind it"

function unreachable(code: number): string {
  switch (code) {
    case ICMP_UNREACHABLE.NETWORK_PROHIBITED:
    case ICMP_UNREACHABLE.HOST_PROHIBITED:
    case ICMP_UNREACHABLE.PROHIBITED:
    case ICMP_UNREACHABLE.PRECEDENCE_VIOLATION:
    case ICMP_UNREACHABLE.PRECEDENCE_CUTOFF:
      return FILTER_MEANING
    default:
      return ROUTE_MEANING
  }
}

function unreachableV6(code: number): string {
  switch (code) {
    case ICMPV6_UNREACHABLE.PROHIBITED:
    case ICMPV6_UNREACHABLE.POLICY:
    case ICMPV6_UNREACHABLE.REJECT_ROUTE:
      return FILTER_MEANING
    default:
      return ROUTE_MEANING
  }
}
