/** What opening the packets of one data SA showed. RFC 4303 §3.4. */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"

/** A data SA, as far as it has a result. */
export interface HasResult {
  result: DataResult | undefined
}

/** Counters of one (protocol, SPI, destination). Lists of frames are ascending and hold at most `MAX_FRAMES` each. */
export interface DataResult {
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  /** Addresses of the first packet. */
  readonly source: string
  readonly destination: string
  /** The data SA that the control plane counts these packets for; undefined for WESP and without a control plane. */
  data: HasResult | undefined
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
  /** Dummy packets (Next Header 59) and packets with TFC padding. RFC 4303 §2.6, §2.7. */
  dummies: number
  tfcPadded: number
  /** Inner packets that the traffic selectors do not allow. RFC 4301 §5.2. */
  outside: number
  outsideFrames: number[]
  /** Inner packets handed on. */
  inner: number
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
  nullEncrypted: { readonly ivBytes: number; readonly icvBytes: number } | undefined
  /**
   * Sequence numbers of the packets whose ICV held, as ascending runs (first, last), where other packets failed: those may be forged and say
   * nothing of the sequence. Undefined where none failed, or too many runs were seen.
   */
  verified: readonly number[] | undefined
  /** High half of the last extended sequence number. */
  sequenceHigh: number | undefined
}
