/** IP datagrams of which fragments never came. */

/** A datagram to an IKE port that was not put together, by the frame of its first fragment. */
export interface LostDatagram {
  readonly frame: number
  readonly source: string
  readonly destination: string
}

/** Events kept. */
export const MAX_LOST_DATAGRAMS = 4096
