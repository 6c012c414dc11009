/** Frames that hold nothing are passed over by the walk: the index is the same as when it looks at each. */
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
// @ts-expect-error plain JavaScript
import { scanCapture } from "../../bench/lib/scan-capture.mjs"
import type { CaptureRecord } from "../../src/capture/record.ts"
import { FrameFindings } from "../../src/net/frame-findings.ts"
import { Captures } from "../../src/session/captures.ts"
import { memoryFile } from "../../src/session/file.ts"
import { FrameIndex } from "../../src/session/frame-index.ts"

it("idle frames leave the index that the walk makes", async () => {
  const bytes = new Uint8Array(readFileSync(scanCapture(3000) as string))
  const indexed = async (passes: boolean) => {
    const index = new FrameIndex()
    let idle = 0
    const onIdle = (record: CaptureRecord) => {
      idle++
      index.idle(record)
    }
    const findings = new FrameFindings()
    await new Captures([memoryFile("mixed.pcap", bytes)]).read(
      { packet: view => index.packet(view), diagnostic: () => {} },
      {
        ...{ all: true, trace: index, findings },
        onRecord: record => index.record(record),
        ...(passes && { onIdle }),
      },
    )
    const { kind, flow, source, destination, plain, offset, seconds, frames, flows } = index
    return { idle, frames, flows, columns: [kind, flow, source, destination, plain, offset, seconds].map(c => [...c]) }
  }
  const [looked, passed] = [await indexed(false), await indexed(true)]
  expect(passed.idle).toBeGreaterThan(2000)
  expect(passed.columns).toEqual(looked.columns)
  expect(passed.flows).toEqual(looked.flows)
  expect(passed.frames).toBe(3000)
})
