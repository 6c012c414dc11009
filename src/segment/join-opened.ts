/**
 * Joins what segments opened, in their order. Each was opened as if nothing had been before it; where that can have made a difference (a packet
 * that came again in a later segment, a key that fits only now and then) the flow is named, and somebody opens it from the beginning. So the
 * result is that of one reading.
 */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { MAX_FRAMES } from "../open/data-flow.ts"
import { NULL_TRIALS } from "../open/data-plane.ts"
import { espLayout } from "../open/esp-suite.ts"
import { IvReuse } from "../open/iv-reuse.ts"
import { ReplayTracker, verifiedRuns } from "../open/replay.ts"
import { guessHighHalf } from "../open/sequence.ts"
import type { DataResult } from "../track/data-result.ts"
import type { Opened, OpenedFlow, OpenedState } from "./open-segment.ts"

export interface Doubtable {
  /** Indexes of the keys that may belong to it. */
  readonly candidates: readonly number[]
  /** The segments are not enough to know: open it from the beginning. */
  doubtful: boolean
}

/** A flow of all segments. */
export interface JoinedFlow extends Doubtable {
  readonly result: DataResult
  readonly destinationBytes: Uint8Array
  readonly firstFrame: number
}

/** Flow and what of it is needed to judge the next segment. */
interface Known {
  readonly flow: JoinedFlow
  opened: number
  failures: number
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

/** The flows of all segments, in the order of their first packets. `keys` are those that the segments were opened with. */
export function joinOpened(segments: Iterable<Opened>, keys: readonly DataSaKeys[]): JoinedFlow[] {
  const flows = new Map<string, Known>()
  const states = new Map<number, KnownState>()
  for (const segment of segments) {
    for (const state of segment.states) {
      // A key that was found out: its flow is doubtful anyway.
      if (state.key < 0) continue
      let known = states.get(state.key)
      if (!known) states.set(state.key, (known = new KnownState()))
      known.join(state, keys[state.key].keys.esn)
    }
    for (const flow of segment.flows) {
      const key = flowKey(flow)
      const known = flows.get(key)
      if (known) joinFlow(known, flow, keys)
      else flows.set(key, begin(flow, keys))
    }
  }
  for (const { flow, opened } of flows.values())
    flow.result.verified = verifiedRuns(flow.result, states.get(opened)?.replay)
  const all = Array.from(flows.values(), known => known.flow)
  for (const [key, state] of states)
    if (state.doubtful) for (const flow of all) if (flow.candidates.includes(key)) flow.doubtful = true
  spreadDoubt(all)
  return all.sort((a, b) => a.firstFrame - b.firstFrame)
}

/** Flows that may share a key with a doubtful one are doubtful: the key's memory is one. */
export function spreadDoubt(flows: readonly Doubtable[]): void {
  const byKey = new Map<number, Doubtable[]>()
  for (const flow of flows)
    for (const key of flow.candidates) {
      const list = byKey.get(key)
      if (list) list.push(flow)
      else byKey.set(key, [flow])
    }
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

const flowKey = ({ result, destinationBytes }: OpenedFlow): string =>
  `${result.protocol} ${result.spi} ${String.fromCharCode(...destinationBytes)}`

function begin(flow: OpenedFlow, keys: readonly DataSaKeys[]): Known {
  const { result, destinationBytes, firstFrame, candidates, opened, failures } = flow
  return {
    flow: {
      result: { ...result, data: undefined, sa: opened < 0 ? undefined : keys[opened] },
      destinationBytes,
      firstFrame,
      candidates,
      // The first segment is what one reading sees too; but a key that was found out there has no number.
      doubtful: candidates.includes(-1),
    },
    opened,
    failures,
  }
}

function joinFlow(known: Known, next: OpenedFlow, keys: readonly DataSaKeys[]): void {
  const { flow } = known
  flow.doubtful ||= next.candidates.includes(-1) || !isSame(known, next, keys) || !isSameNull(flow.result, next)
  if (flow.doubtful) return
  add(flow.result, next.result)
  if (next.opened >= 0) {
    known.opened = next.opened
    flow.result.sa = keys[next.opened]
  }
  known.failures += next.failures
}

/** Whether the segment's packets would have met the same keys behind those before. */
function isSame(known: Known, next: OpenedFlow, keys: readonly DataSaKeys[]): boolean {
  if (next.candidates.join() !== known.flow.candidates.join()) return false
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
    const { ivBytes, icvBytes } = before.nullEncrypted
    const now = result.nullEncrypted
    return now?.ivBytes === ivBytes && now.icvBytes === icvBytes && nullSkipped === 0
  }
  return nullAt < 0 || before.packets + nullAt <= NULL_TRIALS
}

/** Counters that are sums, and lists of frames. */
const SUMS = [
  "packets",
  "truncated",
  "opened",
  "icvOk",
  "icvFailed",
  "icvUnchecked",
  "paddingFaults",
  "dummies",
  "tfcPadded",
  "outside",
  "inner",
  "replays",
  "ivReused",
] as const
const LISTS = ["failedFrames", "paddingFrames", "replayFrames", "ivReuseFrames", "outsideFrames"] as const

function add(to: DataResult, from: OpenedFlow["result"]): void {
  for (const name of SUMS) to[name] += from[name]
  for (const name of LISTS) to[name] = [...to[name], ...from[name]].slice(0, MAX_FRAMES)
  to.ivExact = from.ivExact ?? to.ivExact
  to.nullEncrypted ??= from.nullEncrypted
  if (from.sequenceHigh !== undefined) to.sequenceHigh = Math.max(to.sequenceHigh ?? 0, from.sequenceHigh)
}
