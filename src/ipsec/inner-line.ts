/** What a list of packets shows of the packet inside ESP or AH. */

/** What a list of packets shows of an inner packet. Undefined members are not known. */
export interface Inner {
  source?: string
  destination?: string
  /** The innermost protocol that has a name: `ICMP`, `TCP`, `DNS`. */
  protocol: string
  sourcePort?: number
  destinationPort?: number
  /** One line, in Wireshark's words where it has some. */
  info: string
}
