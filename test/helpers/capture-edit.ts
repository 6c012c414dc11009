/** Captures of fixtures as lists of frames to drop, double, delay or change, and their analysis in memory. */
import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import type { AnalysisResult, AnalyzeOptions } from "../../src/analyze-options.ts"
import { concat } from "../../src/bytes/bytes.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
const HEADER_BYTES = 24
const RECORD_BYTES = 16

/** One frame of a pcap in the byte order of our fixtures. */
interface Frame {
  readonly seconds: number
  /** Microseconds or nanoseconds, as the file has them. */
  readonly fraction: number
  readonly bytes: Uint8Array
  /** Bytes on the wire, where the capture has fewer. */
  readonly wire?: number
}

export interface Capture {
  readonly header: Uint8Array
  readonly frames: readonly Frame[]
}

/** The frames of `fixtures/<name>/capture.pcap`. */
export const fixtureCapture = (name: string): Capture => fileCapture(`${name}/capture.pcap`)

/** The frames of `fixtures/<path>`. */
export function fileCapture(path: string): Capture {
  const bytes = new Uint8Array(readFileSync(resolve(FIXTURES, path)))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const frames: Frame[] = []
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const length = view.getUint32(at + 8, true)
    const start = at + RECORD_BYTES
    frames.push({
      seconds: view.getUint32(at, true),
      fraction: view.getUint32(at + 4, true),
      bytes: bytes.slice(start, start + length),
    })
    at = start + length
  }
  return { header: bytes.slice(0, HEADER_BYTES), frames }
}

/** The secrets of `fixtures/<name>/keys.json`; none where there is no such file. */
export function fixtureSecrets(name: string): Secrets {
  const path = resolve(FIXTURES, name, "keys.json")
  return existsSync(path) ? importSecrets(readFileSync(path, "utf8"), { file: path }).secrets : NO_SECRETS
}

/** The capture as a file. */
export function captureBytes({ header, frames }: Capture): Uint8Array {
  return concat(
    header,
    ...frames.flatMap(({ seconds, fraction, bytes, wire }) => {
      const head = new DataView(new ArrayBuffer(RECORD_BYTES))
      head.setUint32(0, seconds, true)
      head.setUint32(4, fraction, true)
      head.setUint32(8, bytes.length, true)
      head.setUint32(12, wire ?? bytes.length, true)
      return [new Uint8Array(head.buffer), bytes]
    }),
  )
}

/** Only these frames, by number from 1, in this order; a number may come twice. */
export const pick = ({ header, frames }: Capture, numbers: readonly number[]): Capture => ({
  header,
  frames: numbers.map(n => frames[n - 1]),
})

/** One after another; the first one's link type counts. */
export const join = (...captures: readonly Capture[]): Capture => ({
  header: captures[0].header,
  frames: captures.flatMap(c => c.frames),
})

/** All frames but these. */
export const drop = (capture: Capture, numbers: readonly number[]): Capture =>
  pick(
    capture,
    capture.frames.map((_, i) => i + 1).filter(n => !numbers.includes(n)),
  )

/** With the frame `number` changed: `change` gets a copy of its bytes. */
export function edit(capture: Capture, number: number, change: (frame: DataView) => void): Capture {
  const frames = capture.frames.map((frame, i) => {
    if (i !== number - 1) return frame
    const bytes = frame.bytes.slice()
    change(new DataView(bytes.buffer))
    return { ...frame, bytes }
  })
  return { header: capture.header, frames }
}

/** As a capture with a short snap length has it. */
export const snapped = ({ header, frames }: Capture, snaplen: number): Capture => ({
  header,
  frames: frames.map(f => ({ ...f, bytes: f.bytes.slice(0, snaplen), wire: f.bytes.length })),
})

/** With the frames from `number` on moved in time, seconds. */
export const delay = (capture: Capture, number: number, seconds: number): Capture => ({
  header: capture.header,
  frames: capture.frames.map((f, i) => (i >= number - 1 ? { ...f, seconds: f.seconds + seconds } : f)),
})

/** Analyzes a capture in memory. */
export function analyzeCapture(
  capture: Capture,
  secrets: Secrets = NO_SECRETS,
  extra: Partial<AnalyzeOptions> = {},
): Promise<AnalysisResult> {
  const bytes = captureBytes(capture)
  return analyze(
    {
      rereadable: true,
      read: async handler => {
        const { format, frames, complete, firstTime, lastTime } = walkCapture(bytes, handler)
        return [
          {
            path: "capture.pcap",
            format,
            frames,
            bytes: bytes.length,
            first_time: firstTime,
            last_time: lastTime,
            complete,
          },
        ]
      },
    },
    { provider: nodeProvider, secrets, ...extra },
  )
}

/** Bytes of the IKE messages by frame. */
export function messageSizes(capture: Capture): Map<number, number> {
  const sizes = new Map<number, number>()
  walkCapture(captureBytes(capture), {
    packet: view => {
      if (view.kind === Kind.ISAKMP) sizes.set(view.frame, view.payloadWireBytes)
    },
    diagnostic: () => {},
  })
  return sizes
}
