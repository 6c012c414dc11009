/** Every cap of the control plane in one place. What goes over a cap is evicted, and an eviction is a diagnostic. */

export interface TrackLimits {
  /** IKE SAs held at once that were answered; the longest idle is evicted first. */
  readonly sas: number
  /** IKE SAs held at once of which only requests were seen (a scan). */
  readonly unanswered: number
  /** Exchanges kept of one IKE SA; the oldest that are complete go first. */
  readonly exchanges: number
  /** ESP and AH SAs held at once. */
  readonly dataSas: number
  /** Runs of sequence numbers remembered of one data SA. */
  readonly runs: number
  /** Encrypted messages held of one IKE SA until a key opens them. */
  readonly pending: number
  /** Bytes of such messages of all IKE SAs of one version. */
  readonly pendingBytes: number
  /** Bytes of sample packets of data SAs held until a key fits. */
  readonly sampleBytes: number
  /** Bytes of SKF or Cisco fragments held of one message. */
  readonly fragmentBytes: number
  /** Checks and findings kept of one SA. */
  readonly checks: number
}

export const TRACK_LIMITS: TrackLimits = {
  sas: 20_000,
  unanswered: 2000,
  exchanges: 10_000,
  dataSas: 40_000,
  runs: 4096,
  pending: 256,
  pendingBytes: 128 << 20,
  sampleBytes: 64 << 20,
  fragmentBytes: 1 << 20,
  checks: 20_000,
}
