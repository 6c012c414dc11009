/** ICMP errors that quote IKE, ESP or AH: who refused which packet, and why. Nothing authenticates them. RFC 792, RFC 4443, RFC 4301 §6. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { u16At, u32At } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import { addressText, destinationAddress, sourceAddress } from "../net/address.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import type { Moment } from "./moment.ts"
import type { Peer } from "./peer.ts"

interface QuotedIke {
  readonly spiI: string
  readonly spiR: string
  readonly version: number
  readonly exchangeType: number
  readonly messageId: number
}

export interface IcmpError {
  readonly frame: number
  readonly time: Moment
  /** Who sent it. */
  readonly reporter: string
  readonly ipVersion: 4 | 6
  readonly type: number
  readonly code: number
  /** Of the next hop, bytes, where the message says so. */
  readonly mtu?: number
  /** Ends of the quoted packet. */
  readonly source: Peer
  readonly destination: Peer
  readonly protocol: "IKE" | "ESP" | "AH"
  /** Of ESP and AH. */
  readonly spi?: number
  /** Of IKE, where enough of the message is quoted. */
  readonly ike?: QuotedIke
  /** How often it came. */
  count: number
  lastFrame: number
  lastTime: Moment
}

const MAX_ERRORS = 4096
const IKE_HEADER_BYTES = 28
const NO_ERRORS: readonly IcmpError[] = []

/** Collects them, repeats counted. */
export class IcmpErrors {
  readonly #errors = new BoundedMap<string, IcmpError>(MAX_ERRORS)

  packet(view: PacketView): void {
    const error = errorOf(view)
    const { reporter, type, code, source, destination, protocol, spi, ike } = error
    // IKEv1 chooses Message IDs at random: there each message of its kind is another try.
    const about = spi ?? (ike ? `${ike.spiI} ${ike.exchangeType} ${ike.version === 1 ? "" : ike.messageId}` : "")
    const key = `${reporter} ${type} ${code} ${source.address} ${destination.address} ${destination.port} ${protocol} ${about}`
    const known = this.#errors.get(key)
    if (!known) this.#errors.set(key, error)
    else {
      known.count++
      known.lastFrame = view.frame
      known.lastTime = { seconds: view.seconds, nanos: view.nanos }
    }
  }

  all(): readonly IcmpError[] {
    return this.#errors.size === 0 ? NO_ERRORS : [...this.#errors.values()]
  }
}

function errorOf(view: PacketView): IcmpError {
  const { outerBytes: b, outerVersion, outerIpStart, icmpStart } = view
  const v6 = outerVersion === 6
  const isIke = view.kind === Kind.QUOTED_ISAKMP
  return {
    frame: view.frame,
    time: { seconds: view.seconds, nanos: view.nanos },
    reporter: addressText(outerVersion, b, outerIpStart + (v6 ? 8 : 12)),
    ipVersion: v6 ? 6 : 4,
    type: b[icmpStart],
    code: b[icmpStart + 1],
    mtu: mtuOf(b, icmpStart, v6),
    source: { address: sourceAddress(view), port: view.sourcePort },
    destination: { address: destinationAddress(view), port: view.destinationPort },
    protocol: isIke ? "IKE" : view.kind === Kind.QUOTED_AH ? "AH" : "ESP",
    spi: isIke ? undefined : view.spi,
    ike: isIke ? quotedIke(view) : undefined,
    count: 1,
    lastFrame: view.frame,
    lastTime: { seconds: view.seconds, nanos: view.nanos },
  }
}

/** RFC 1191 §4, RFC 4443 §3.2. */
function mtuOf(b: Uint8Array, at: number, v6: boolean): number | undefined {
  const mtu = v6 ? (b[at] === 2 ? u32At(b, at + 4) : 0) : b[at] === 3 && b[at + 1] === 4 ? u16At(b, at + 6) : 0
  return mtu > 0 ? mtu : undefined
}

function quotedIke({ payloadBytes: b, payloadStart: at, payloadEnd }: PacketView): QuotedIke | undefined {
  if (payloadEnd - at < IKE_HEADER_BYTES) return undefined
  return {
    spiI: toHex(b, at, at + 8),
    spiR: toHex(b, at + 8, at + 16),
    version: b[at + 17] >> 4,
    exchangeType: b[at + 18],
    messageId: u32At(b, at + 20),
  }
}
