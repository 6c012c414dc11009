/**
 * Joins what segments opened, in their order. Each was opened as if nothing had been before it. Where that can have made a difference (a packet that
 * came again in a later segment, a key that fits only now and then) the flow is named, and is opened from the beginning. So the result is that of one
 * reading.
 */
import { groupedByEach } from "../bytes/grouped.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { NULL_TRIALS } from "../open/data-plane.ts"
import { espLayout } from "../open/esp-suite.ts"
import { IvReuse } from "../open/iv-reuse.ts"
import { ReplayTracker, verifiedRuns } from "../open/replay.ts"
import { guessHighHalf } from "../open/sequence.ts"
import { addResult, type DataResult, newResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import { COPY_FRAMES } from "../track/recent-packets.ts"
import type { KeylessColumns } from "./keyless-columns.ts"
import type { Opened, OpenedFlow, OpenedState, Unproven } from "./open-segment.ts"

export interface Doubtable {
  /** Indexes of the keys that may belong to it. */
  readonly candidates: readonly number[]
  /** The segments are not enough to know: open it from the beginning. */
  doubtful: boolean
}

/** A flow of all segments. */
export interface JoinedFlow extends Doubtable {
  readonly data: DataSa
  readonly result: DataResult
  readonly firstFrame: number
}

/** Flow and what of it is needed to judge the next segment. */
interface Known {
  readonly flow: JoinedFlow
  lastFrame: number
  opened: number
  failures: number
  unproven: readonly Unproven[]
}

/** What one key saw in all segments so far. */
class KnownState {
  readonly replay = new ReplayTracker()
  readonly ivs = new IvReuse()
  top: readonly [number, number] | undefined
  doubtful = false

  /** Takes in the next segment. `esn`: the high half of a sequence number is not on the wire. */
  join(next: OpenedState, esn: boolean): void {
    if (!next.opened || this.doubtful) return
    const { ivs } = next
    this.doubtful =
      !next.sequencesExact ||
      !this.replay.join(next.sequences) ||
      (ivs !== undefined && (!ivs.exact || ivs.repeats > 0 || !this.ivs.join(ivs.list, ivs.mostRuns))) ||
      (esn && !this.#follows(next))
    if (!this.top || next.top[0] > this.top[0] || (next.top[0] === this.top[0] && next.top[1] > this.top[1]))
      this.top = next.top
  }

  /** Whether the first packet is found from where the segments before ended. */
  #follows({ first: [hi, lo] }: OpenedState): boolean {
    if (!this.top) return true
    return Math.abs(hi - guessHighHalf(this.top[0], this.top[1], lo)) <= 1
  }
}

/** `keys` are those that the segments were opened with; `dataSaOf` finds the data SA of a flow, undefined where it was evicted. */
export class OpenedJoin {
  readonly #flows = new Map<DataSa, Known>()
  readonly #states = new Map<number, KnownState>()
  /** The segments so far are not what one reading would have seen of some flow. */
  doubtful = false

  constructor(
    readonly keys: readonly DataSaKeys[],
    readonly dataSaOf: (flow: OpenedFlow) => DataSa | undefined,
  ) {}

  /** Takes in the next segment; what is known by now of each of its flows, undefined where its data SA was evicted. */
  add(segment: Opened): (JoinedFlow | undefined)[] {
    const { keys } = this
    for (const state of segment.states) {
      // A key that was found out: its flow is doubtful anyway.
      if (state.key < 0) continue
      let known = this.#states.get(state.key)
      if (!known) this.#states.set(state.key, (known = new KnownState()))
      known.join(state, keys[state.key].keys.esn)
      this.doubtful ||= known.doubtful
    }
    for (const flow of keylessFlows(segment.keyless)) this.#flow(flow)
    return segment.flows.map(flow => this.#flow(flow))
  }

  #flow(flow: OpenedFlow): JoinedFlow | undefined {
    const { keys } = this
    const data = this.dataSaOf(flow)
    if (!data) return undefined
    let known = this.#flows.get(data)
    if (known) joinFlow(known, flow, keys)
    else {
      known = begin(data, flow, keys)
      this.#flows.set(data, known)
      known.flow.doubtful ||= sharesKeys(known.flow, this.#flows)
    }
    this.doubtful ||= known.flow.doubtful
    return known.flow
  }

  /** The flows of all segments, in the order of their first packets. */
  flows(): JoinedFlow[] {
    for (const { flow, opened } of this.#flows.values())
      flow.result.verified = verifiedRuns(flow.result, this.#states.get(opened)?.replay)
    const all = Array.from(this.#flows.values(), known => known.flow)
    for (const [key, state] of this.#states)
      if (state.doubtful) for (const flow of all) if (flow.candidates.includes(key)) flow.doubtful = true
    spreadDoubt(all)
    return all.sort((a, b) => a.firstFrame - b.firstFrame)
  }
}

/** Flows that may share a key with a doubtful one are doubtful: the key's memory is one. */
export function spreadDoubt(flows: readonly Doubtable[]): void {
  const byKey = groupedByEach(flows, flow => flow.candidates)
  const queue = flows.filter(flow => flow.doubtful)
  const done = new Set<number>()
  for (let flow = queue.pop(); flow; flow = queue.pop())
    for (const key of flow.candidates) {
      if (done.has(key)) continue
      done.add(key)
      for (const other of byKey.get(key) ?? [])
        if (!other.doubtful) {
          other.doubtful = true
          queue.push(other)
        }
    }
}

/** Whether another sender to the same SPI and destination may have the same keys: no segment knows that the two count by themselves. */
const sharesKeys = ({ data, candidates }: JoinedFlow, flows: ReadonlyMap<DataSa, Known>): boolean =>
  data.senders.some(other => other !== data && flows.get(other)?.flow.candidates.some(key => candidates.includes(key)))

function begin(data: DataSa, flow: OpenedFlow, keys: readonly DataSaKeys[]): Known {
  const { result, firstFrame, lastFrame, candidates, opened, failures, unproven } = flow
  return {
    flow: {
      data,
      result: { ...result, sa: opened < 0 ? undefined : keys[opened] },
      firstFrame,
      candidates,
      // The first segment is what one reading sees too; but a key that was found out there has no number.
      doubtful: candidates.includes(-1) || flow.nested,
    },
    lastFrame,
    opened,
    failures,
    unproven,
  }
}

function joinFlow(known: Known, next: OpenedFlow, keys: readonly DataSaKeys[]): void {
  const { flow } = known
  flow.doubtful ||=
    next.candidates.includes(-1) ||
    next.nested ||
    // Two paths at the same time: nobody knows in which order their packets came.
    next.firstFrame <= known.lastFrame ||
    !isSame(known, next, keys) ||
    !isSameNull(flow.result, next) ||
    next.unproven.some(packet => known.unproven.some(before => mayBeCopy(packet, before)))
  known.lastFrame = next.lastFrame
  known.unproven = [...known.unproven, ...next.unproven].slice(-COPY_FRAMES)
  if (flow.doubtful) return
  addResult(flow.result, next.result)
  if (next.opened >= 0) {
    known.opened = next.opened
    flow.result.sa = keys[next.opened]
  }
  known.failures += next.failures
}

/** Whether a packet may be one of a segment before, captured twice: no ICV of it held. */
const mayBeCopy = ([frame, sequence]: Unproven, before: Unproven): boolean =>
  sequence === before[1] && frame - before[0] <= COPY_FRAMES

/** Whether the segment's packets would have met the same keys behind those before. */
function isSame(known: Known, next: OpenedFlow, keys: readonly DataSaKeys[]): boolean {
  const { candidates } = known.flow
  if (next.candidates.length !== candidates.length || next.candidates.some((key, i) => key !== candidates[i]))
    return false
  const { usable } = next
  const failed = known.failures + next.failures > 0
  // Another key, or another high half, is looked for as long as there is patience, which the packets before may have used up.
  if (usable.length > 1 || usable.some(key => keys[key].keys.esn)) {
    if (failed || next.moves > 1) return false
    // Without an ICV more than one key may seem to fit.
    if (usable.some(key => keys[key].protocol === "ESP" && espLayout(keys[key].keys).icv !== "checked")) return false
    return known.opened < 0 || next.opened < 0 || known.opened === next.opened || known.opened === usable[0]
  }
  return true
}

/** Whether ESP without encryption would have been recognised at the same packet. */
function isSameNull(before: DataResult, { result, nullAt, nullSkipped }: OpenedFlow): boolean {
  if (before.nullEncrypted) {
    // Nobody knows whether the segment began with a copy.
    if (before.copies + result.copies > 0) return false
    const { ivBytes, icvBytes } = before.nullEncrypted
    const now = result.nullEncrypted
    return now?.ivBytes === ivBytes && now.icvBytes === icvBytes && nullSkipped === 0
  }
  return nullAt < 0 || before.packets + nullAt <= NULL_TRIALS
}

const NONE: readonly number[] = []

/** Flows without a key as all others are. */
function* keylessFlows(of: KeylessColumns): Generator<OpenedFlow> {
  let at = 0
  for (let i = 0; i < of.n; i++) {
    const length = of.addressBytes[i]
    const result = newResult()
    result.packets = of.packets[i]
    result.truncated = of.truncated[i]
    yield {
      protocol: of.ah[i] === 1 ? "AH" : "ESP",
      spi: of.spi[i],
      sourceBytes: of.addresses.subarray(at, at + length),
      destinationBytes: of.addresses.subarray(at + length, at + 2 * length),
      result,
      firstFrame: of.firstFrame[i],
      lastFrame: of.lastFrame[i],
      ...{
        candidates: NONE,
        usable: NONE,
        opened: -1,
        moves: 0,
        failures: 0,
        nullAt: -1,
        nullSkipped: 0,
        nested: false,
        unproven: [],
      },
    }
    at += 2 * length
  }
}
