/** IP datagrams of which fragments never came. */
import type { Carried } from "../bytes/diagnostic.ts"

/** A datagram to an IKE port that was not put together, by the frame of its first fragment. */
export interface LostDatagram {
  readonly frame: number
  readonly source: string
  readonly destination: string
  /** What it carries, where its first fragment came. */
  readonly carries: Carried | undefined
}

/** Events kept. */
export const MAX_LOST_DATAGRAMS = 4096
