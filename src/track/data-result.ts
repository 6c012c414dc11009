/** What opening the packets of one data SA showed. RFC 4303 §3.4. */
import type { NullLayout } from "../ipsec/null-heuristic.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"

/** Longest list of frames kept. */
const MAX_FRAMES = 1000

/** Counters of one data SA. Lists of frames are ascending and hold at most `MAX_FRAMES` each. */
export interface DataResult {
  /** The keys that opened its packets; undefined while none did. */
  sa: DataSaKeys | undefined
  /** Packets, whether or not there is a key. */
  packets: number
  /** Packets not whole in the capture, which cannot be verified. */
  truncated: number
  /** Packets opened; NULL encryption and AH included. */
  opened: number
  icvOk: number
  icvFailed: number
  /** Opened without an ICV that could be checked. */
  icvUnchecked: number
  failedFrames: number[]
  paddingFaults: number
  paddingFrames: number[]
  /** What their padding looked like: a bit for each of `PADDING_FORMS`. */
  paddingForms: number
  /** Dummy packets (Next Header 59) and packets with TFC padding. RFC 4303 §2.6, §2.7. */
  dummies: number
  tfcPadded: number
  /** Inner packets that the traffic selectors do not allow. RFC 4301 §5.2. */
  outside: number
  outsideFrames: number[]
  /** Inner packets handed on. */
  inner: number
  /** Packets that were captured again at once: counted nowhere else. */
  copies: number
  /** Packets whose ICV held, and that were captured under other addresses a moment before. */
  elsewhere: number
  replays: number
  replayFrames: number[]
  /** Packets whose IV was used before under the same key; only suites that break then. */
  ivReused: number
  ivReuseFrames: number[]
  /** Whether every IV was compared with all before it, else with a window. Undefined for suites that bear a repeated IV. */
  ivExact: boolean | undefined
  /** Why no key could be used, if there was one. */
  unsupported: string | undefined
  /** Recognised as ESP without encryption, without keys, by RFC 5879's heuristics with proof; bytes of IV and ICV. */
  nullEncrypted: NullLayout | undefined
  /**
   * Sequence numbers of the packets whose ICV held, as ascending runs (first, last), where other packets failed: those may be forged and say
   * nothing of the sequence. Undefined where none failed, or too many runs were seen.
   */
  verified: readonly number[] | undefined
  /** High half of the last extended sequence number. */
  sequenceHigh: number | undefined
}

export const newResult = (): DataResult => ({
  sa: undefined,
  packets: 0,
  truncated: 0,
  opened: 0,
  icvOk: 0,
  icvFailed: 0,
  icvUnchecked: 0,
  failedFrames: [],
  paddingFaults: 0,
  paddingFrames: [],
  paddingForms: 0,
  dummies: 0,
  tfcPadded: 0,
  outside: 0,
  outsideFrames: [],
  inner: 0,
  copies: 0,
  elsewhere: 0,
  replays: 0,
  replayFrames: [],
  ivReused: 0,
  ivReuseFrames: [],
  ivExact: undefined,
  unsupported: undefined,
  nullEncrypted: undefined,
  verified: undefined,
  sequenceHigh: undefined,
})

/** Keeps a frame if there is room. */
export function keepFrame(frames: number[], frame: number): void {
  if (frames.length < MAX_FRAMES) frames.push(frame)
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
  "copies",
  "elsewhere",
  "replays",
  "ivReused",
] as const
const LISTS = ["failedFrames", "paddingFrames", "replayFrames", "ivReuseFrames", "outsideFrames"] as const

/** Adds what other packets of the SA showed, in another part of the capture or on another path. */
export function addResult(to: DataResult, from: Readonly<Omit<DataResult, "sa">>): void {
  for (const name of SUMS) to[name] += from[name]
  for (const name of LISTS) {
    if (from[name].length === 0) continue
    const all = [...to[name], ...from[name]]
    to[name] = all.sort((a, b) => a - b).slice(0, MAX_FRAMES)
  }
  to.paddingForms |= from.paddingForms
  to.ivExact = from.ivExact ?? to.ivExact
  to.nullEncrypted ??= from.nullEncrypted
  if (from.sequenceHigh !== undefined) to.sequenceHigh = Math.max(to.sequenceHigh ?? 0, from.sequenceHigh)
}

/** Adds what another path of the same SA showed: what was captured on both sides of a NAT counts once. */
export function joinResult(to: DataResult, from: DataResult): void {
  addResult(to, from)
  for (const name of ["packets", "opened", "icvOk"] as const) to[name] -= to.elsewhere
  to.copies += to.elsewhere
  to.elsewhere = 0
}
