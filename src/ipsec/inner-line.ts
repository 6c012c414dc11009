/** What a list of packets shows of the packet inside ESP or AH. */
import type { ByteSource } from "../bytes/byte-source.ts"

/** An IP header, by offsets. */
interface InnerIp {
  readonly version: 4 | 6
  readonly src: ByteSource
  readonly start: number
  readonly sourceAt: number
  readonly destinationAt: number
}

/** What a list of packets shows of an inner packet. Undefined members are not known. */
export interface Inner {
  source?: string
  destination?: string
  /** The innermost IP header. */
  ip?: InnerIp
  /** The innermost protocol that has a name: `ICMP`, `TCP`, `DNS`. */
  protocol: string
  sourcePort?: number
  destinationPort?: number
  /** One line, in Wireshark's words where it has some. */
  info: string
}
