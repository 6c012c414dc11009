/** A pair of ESP or AH SAs as negotiated. */
import type { Encr, Integ } from "../crypto/algorithms.ts"
import type { Mistake } from "../keys/mistake.ts"
import type { Step } from "../keys/step.ts"
import type { KeySource } from "./key-source.ts"
import type { Moment } from "./moment.ts"
import type { Side } from "./peer.ts"
import type { Selectors } from "./selector.ts"
import type { ChildSuite, KeyStatus } from "./vocabulary.ts"

type ChildState = "negotiating" | "installed" | "rekeyed" | "deleted" | "failed"

export interface ChildSa {
  readonly id: string
  /** id of the IKE SA that negotiated it. */
  readonly ike: string
  readonly protocol: "ESP" | "AH"
  /** Which side of the IKE SA started the exchange; `spiI` is the SPI that side chose. */
  readonly startedBy: Side
  /** Unsigned 32 bits; null where none came, or one of another length. */
  readonly spiI: number | null
  readonly spiR: number | null
  readonly mode: "tunnel" | "transport" | "beet"
  readonly suite: ChildSuite
  readonly encr?: Encr
  readonly integ?: Integ
  readonly selectors: Selectors
  readonly pfs: boolean
  state: ChildState
  rekeys: string | null
  readonly first: Moment
  last: Moment
  /** Frame of the message that completed its negotiation. */
  readonly frame: number
  keyStatus: KeyStatus
  /** `encr_i`, `integ_i`, `encr_r`, `integ_r`: from the starter, from the other side; salt included. */
  keys: Record<string, Uint8Array>
  steps: Step[]
  keySource?: KeySource
  /** Compression agreed (RFC 3173): transform IDs. */
  readonly ipcomp: readonly number[]
  /** Set once an ICV held under `keys`: the frame. */
  provenBy: number | null
  /** How a side derived its keys otherwise than it should, where its packets open only so. */
  mistakes?: readonly (Mistake & { readonly by: Side; readonly frame: number })[]
  /** Shared by the members of a group: `spiR` stands in the packets of every sender. RFC 6407 §5.4, RFC 9838 §4.4.2. */
  readonly group?: true
}

/** What a Child SA begins with when the message that completes its negotiation went by. */
export const installedBy = ({ time, frame }: { readonly time: Moment; readonly frame: number }) => ({
  state: "installed" as const,
  first: time,
  last: time,
  frame,
  keyStatus: "none" as const,
  keys: {},
  steps: [],
  keySource: undefined,
  provenBy: null,
  mistakes: undefined,
})
