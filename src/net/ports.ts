/** What the ports of UDP and TCP mean to us: a table of 65,536 bytes, so that a frame costs two look-ups. */

export const Port = {
  NONE: 0,
  /** IKE without a marker. */
  IKE: 1,
  /** IKE behind the non-ESP marker, ESP, keepalives. RFC 3948. */
  NAT_T: 2,
  /** A port named by the user: either of the two, recognized by content. */
  EITHER: 3,
  GTP_U: 4,
  VXLAN: 5,
  VXLAN_GPE: 6,
  GENEVE: 7,
  TZSP: 8,
  CAPWAP: 9,
  TEREDO: 10,
  L2TP: 11,
  LISP: 12,
  SIP: 13,
  /** TCP in which vendors carry IKE. */
  VENDOR_TCP: 14,
} as const
export type Port = (typeof Port)[keyof typeof Port]

/** Of the ports of `VENDOR_TCP` the one on which every segment may hold IPsec. */
export const CISCO_PORT = 10_000

/** Whether IKE or what it negotiates is expected behind the port. */
export const isIpsecPort = (port: number): boolean => port >= Port.IKE && port <= Port.EITHER

/** The table, with `ikePorts` taken for IKE beside 500, 848 and 4500; it is not written to. */
export const portTable = (ikePorts: readonly number[]): Uint8Array =>
  ikePorts.length === 0 ? WELL_KNOWN : tableWith(ikePorts)

function tableWith(ikePorts: readonly number[]): Uint8Array {
  const table = new Uint8Array(65536)
  table[2152] = Port.GTP_U
  table[4789] = Port.VXLAN
  table[8472] = Port.VXLAN
  table[4790] = Port.VXLAN_GPE
  table[6081] = Port.GENEVE
  table[37008] = Port.TZSP
  table[5247] = Port.CAPWAP
  table[3544] = Port.TEREDO
  table[1701] = Port.L2TP
  table[4341] = Port.LISP
  table[5060] = Port.SIP
  for (const port of [443, CISCO_PORT, 18_231]) table[port] = Port.VENDOR_TCP
  for (const port of ikePorts) table[port] = Port.EITHER
  table[500] = Port.IKE
  // GDOI and G-IKEv2. RFC 6407 §1, RFC 9838 §2.1.
  table[848] = Port.IKE
  table[4500] = Port.NAT_T
  return table
}

const WELL_KNOWN = tableWith([])

/** What a pair of ports means: IPsec on either side before any tunnel, the destination before the source. */
export function portOf(table: Uint8Array, source: number, destination: number): Port {
  const to = table[destination]
  const from = table[source]
  return (to === Port.NONE || (to > Port.EITHER && from !== Port.NONE && from <= Port.EITHER) ? from : to) as Port
}
