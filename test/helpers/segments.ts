/** A capture in memory, cut between records into segments that are scanned and opened in any order. */

import type { CaptureSource } from "../../src/analyze-options.ts"
import { CaptureReader } from "../../src/capture/reader.ts"
import { CaptureRecord } from "../../src/capture/record.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { inflate } from "../../src/node/inflate.ts"
import type { CaptureInfo } from "../../src/report/types.ts"
import { type Opened, SegmentOpener } from "../../src/segment/open-segment.ts"
import { Scanner } from "../../src/segment/scan.ts"
import type { Scan } from "../../src/segment/scan-types.ts"
import { COPY_FRAMES, COPY_NANOS } from "../../src/track/recent-packets.ts"

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** What each segment of the last analysis was. */
export interface Cut {
  readonly source: CaptureSource
  readonly scans: Scan[]
  /** Whether the doubtful flows were read again. */
  reread: number
}

/** The capture as a source of `n` segments whose borders `random` draws. */
export function cutSource(capture: Uint8Array, n: number, random: () => number): Cut {
  const { parts, end } = recordsOf(capture, n, random)
  const whole = memorySource(capture)
  // Either must do.
  const kept = random() < 0.7 ? "places" : "frames"
  let captures: CaptureInfo[] = []
  const cut: Cut = {
    scans: [],
    reread: 0,
    source: {
      rereadable: true,
      read(handler) {
        cut.reread++
        return whole.read(handler)
      },
      async segments({ samples }) {
        captures = await whole.read({ packet() {}, diagnostic() {} })
        return {
          captures: () => captures,
          bytesAt: (_, offset, length) => capture.subarray(offset, offset + length),
          async *scans() {
            const scans: Scan[] = []
            for (const i of shuffled(parts.length, random)) {
              const inOrder = isInOrder(parts.slice(0, i).flat(), parts[i])
              const scanner = new Scanner({ samples: samples ? kept : undefined, rates: true, inOrder })
              for (const item of parts[i])
                if (item instanceof CaptureRecord) scanner.record(item)
                else scanner.diagnostic(item)
              if (i === parts.length - 1) for (const d of end) scanner.diagnostic(d)
              scans[i] = structuredClone(scanner.end())
            }
            cut.scans.push(...scans)
            yield* scans
          },
          async *opened(keys, framesBefore, inner) {
            const all: Opened[] = []
            for (const i of shuffled(parts.length, random)) {
              const opener = new SegmentOpener({
                provider: nodeProvider,
                createOpener: createNodeEspOpener,
                keys: structuredClone(keys),
                framesBefore: framesBefore[i],
                inner,
                inflate,
              })
              for (const item of parts[i]) if (item instanceof CaptureRecord) opener.record(item)
              all[i] = structuredClone(opener.end())
            }
            yield* all
          },
        }
      },
    },
  }
  return cut
}

type Item = CaptureRecord | Scan["diagnostics"][number]["diagnostic"]

/** The records of the capture in `n` parts, with what the reader said between them, and at the end. */
function recordsOf(capture: Uint8Array, n: number, random: () => number) {
  const items: Item[] = []
  const reader = new CaptureReader({
    record: record => items.push(Object.assign(new CaptureRecord(), record)),
    diagnostic: d => items.push(d),
  })
  reader.push(capture)
  const before = items.length
  reader.end()
  const end = items.splice(before) as Exclude<Item, CaptureRecord>[]
  const borders = Array.from({ length: n - 1 }, () => Math.floor(random() * (items.length + 1))).sort((a, b) => a - b)
  const at = [0, ...borders, items.length]
  return { parts: at.slice(1).map((to, i) => items.slice(at[i], to)), end }
}

/** Whether none of the last records before a segment is later than its first, but for what a copy may be: then less of its head is kept whole. */
function isInOrder(before: readonly Item[], segment: readonly Item[]): boolean {
  const nanos = (r: CaptureRecord) => r.seconds * 1e9 + r.nanos
  const isRecord = (item: Item) => item instanceof CaptureRecord
  const [first] = segment.filter(isRecord)
  const last = before.filter(isRecord).slice(-COPY_FRAMES)
  return first !== undefined && last.every(r => nanos(r) <= nanos(first) + COPY_NANOS)
}

/** 0 to n - 1 in any order. */
function shuffled(n: number, random: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const held = order[i]
    order[i] = order[j]
    order[j] = held
  }
  return order
}
