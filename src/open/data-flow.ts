/** What the data plane holds of one data SA: its result, and the keys that may belong to it. */

import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { type DataResult, newResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { AhOpener } from "./ah-opener.ts"
import type { EspOpener } from "./esp-opener.ts"
import type { EspLayout } from "./esp-suite.ts"
import { IvReuse } from "./iv-reuse.ts"
import type { OpenerPool } from "./opener-pool.ts"
import { ReplayTracker } from "./replay.ts"
import { SequenceTracker } from "./sequence.ts"

/** One SA of the table with what follows its packets, wherever they go. */
export class SaState {
  readonly sequence: SequenceTracker
  readonly replay = new ReplayTracker()
  /** Extended sequence number of the first packet that it opened, as two halves. */
  firstHi = 0
  firstLo = 0
  /** Whether a packet was opened with it. */
  opened = false

  /** Opens the packets of an AH SA. */
  readonly ah: AhOpener | undefined
  /** Why no packet can be opened. */
  readonly unsupported: string | undefined

  constructor(
    readonly sa: DataSaKeys,
    readonly layout: EspLayout,
    readonly openers: OpenerPool,
    { ah, unsupported }: Pick<SaState, "ah" | "unsupported">,
    /** IVs under the key; undefined for suites that bear a repeated one. */
    readonly ivs = breaksOnRepeatedIv(sa) ? new IvReuse() : undefined,
  ) {
    this.ah = ah
    this.unsupported = unsupported
    this.sequence = new SequenceTracker(sa.seqHi)
  }

  get usable(): boolean {
    return this.unsupported === undefined
  }

  /** Opens the packets of an ESP SA. */
  get esp(): EspOpener | undefined {
    return this.sa.protocol === "ESP" ? this.openers.of(this.sa.keys) : undefined
  }
}

/** Counter modes with an IV of 8 bytes on the wire. */
const breaksOnRepeatedIv = ({ protocol, keys: { encr } }: DataSaKeys): boolean =>
  protocol === "ESP" &&
  encr.ivBytes === 8 &&
  (encr.aead !== undefined || encr.cipher === "aes-ctr" || encr.cipher === "camellia-ctr")

/** How many packets in a row are tried with every key and every high half before only the likeliest is tried. */
const PATIENCE = 64

/** Packets on which other readings of the keys are tried: the first may be damaged or forged. */
const READING_TRIALS = 4

const NO_STATES: readonly SaState[] = []

export class DataFlow {
  readonly result: DataResult
  /** Candidates, likeliest first; empty without keys. */
  states: readonly SaState[] = NO_STATES
  current: SaState | undefined
  /** Other readings of the keys, for packets that none of `states` opens; made when they are needed. */
  otherReadings: (() => Iterable<SaState>) | undefined
  /** Packets on which other readings are still tried. */
  readings = READING_TRIALS
  /** Size of the table when `states` was made. */
  tableSize = -1
  patience = PATIENCE
  /** Packets of the slot being filled: a list through the slot's `next` column. */
  head = -1
  tail = -1
  count = 0
  /** Packets that wait for a key: a list through `WaitingPackets`. */
  waitingHead = -1
  waitingTail = -1
  firstFrame = 0
  lastFrame = 0
  /** It has packets that came inside others of ESP, or such are inside of its own. */
  nested = false
  /** How often another key than before opened a packet. */
  moves = 0
  /** Packets up to the one that proved that there is no encryption, and whole ones before it; -1 while none did. */
  nullAt = -1
  nullSkipped = 0

  constructor(
    readonly data: DataSa,
    /** Its place among all. */
    readonly number: number,
  ) {
    this.result = data.result = newResult()
  }

  /** A key opened a packet: it is tried first from now on. */
  settleOn(state: SaState): void {
    if (this.current !== state) this.moves++
    this.current = state
    this.result.sa = state.sa
    this.patience = PATIENCE
    state.opened = true
  }
}
