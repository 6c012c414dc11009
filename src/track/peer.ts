/** The two ends of an IKE SA, and which of them sent a message. */

export type Side = "initiator" | "responder"

export const otherSide = (side: Side): Side => (side === "initiator" ? "responder" : "initiator")

export interface Peer {
  readonly address: string
  readonly port: number
}

export const samePeer = (a: Peer, b: Peer): boolean => a.address === b.address && a.port === b.port

/** Something of each end. */
export interface PerSide<T> {
  initiator: T
  responder: T
}
