/** How much the walk remembers, all in one place. What is evicted becomes a diagnostic. */

export interface NetLimits {
  /** Layers looked into in one frame, tunnels in tunnels included. */
  layers: number
  /** IP datagrams being put together at once, and the bytes they hold. */
  fragmentedDatagrams: number
  fragmentBytes: number
  /** A datagram older than this is given up, seconds. */
  fragmentSeconds: number
  /** TCP streams (one a direction) followed at once, the bytes they hold together, and those waiting for a gap in one. */
  tcpStreams: number
  tcpBytes: number
  tcpPendingBytes: number
  /** Findings of one code that are reported one by one. */
  diagnosticsPerCode: number
}

export const NET_LIMITS: Readonly<NetLimits> = {
  layers: 64,
  fragmentedDatagrams: 1024,
  fragmentBytes: 16 * 1024 * 1024,
  fragmentSeconds: 60,
  tcpStreams: 4096,
  tcpBytes: 16 * 1024 * 1024,
  tcpPendingBytes: 1024 * 1024,
  diagnosticsPerCode: 100,
}
