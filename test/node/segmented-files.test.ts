/** Files in segments: the same report as read plainly, whatever stands in the files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, it } from "vitest"
import type { CaptureSource } from "../../src/analyze-options.ts"
import { CaptureReader } from "../../src/capture/reader.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import type { SegmentWorkers } from "../../src/node/segment-jobs.ts"
import { SegmentWork } from "../../src/node/segment-work.ts"
import { planSegments, segmentFiles } from "../../src/node/segmented-files.ts"
import { timeSlices } from "../../src/node/time-slices.ts"
import { analyze } from "../../src/pipeline.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"
import { PCAPNG_FORMS, pcapng, type TestFrame } from "../helpers/capture-variants.ts"
import { randomOf } from "../helpers/segments.ts"

const fixture = (name: string) => resolve(import.meta.dirname, "../../fixtures", name)
const psk = readFileSync(fixture("v2-psk-modp2048/capture.pcap"))
const { secrets: keys } = await loadSecrets([fixture("v2-psk-modp2048/keys.json")])
const folder = mkdtempSync(join(tmpdir(), "ikedump-segments-"))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(bytes: Uint8Array, end = "pcap"): string {
  const path = join(folder, `${files++}.${end}`)
  writeFileSync(path, bytes)
  return path
}

/** A pool without threads; `log` gets the kinds of its jobs. */
function inline(log: string[] = []): SegmentWorkers {
  const work = new SegmentWork()
  let id = 0
  return {
    threads: 3,
    run: async job => {
      log.push(job.kind)
      return structuredClone(await work.run(job)) as never
    },
    share(list) {
      work.take({ kind: "keys", id, keys: structuredClone(list) })
      return id++
    },
  }
}

/** The report of files in segments of `segmentBytes`, and whether they were cut. */
async function reportOf(paths: string[], secrets: Secrets, segmentBytes?: number, log?: string[], mostHeld?: number) {
  let cut = false
  const source: CaptureSource = {
    rereadable: true,
    read: handler => readCaptures(paths, handler),
    segments:
      segmentBytes === undefined
        ? undefined
        : async ({ samples }) => {
            const segmented = await segmentFiles(paths, inline(log), { samples, segmentBytes, mostHeld })
            cut = segmented !== undefined
            return segmented
          },
  }
  const { report } = await analyze(source, {
    provider: nodeProvider,
    secrets,
    data: { createOpener: createNodeEspOpener },
  })
  return { report, cut }
}

async function same(paths: string[], secrets: Secrets, segmentBytes: number, log?: string[]): Promise<boolean> {
  const { report, cut } = await reportOf(paths, secrets, segmentBytes, log)
  expect(report).toEqual((await reportOf(paths, secrets)).report)
  return cut
}

const frames: TestFrame[] = []
new CaptureReader({
  record: r => frames.push({ seconds: r.seconds, nanos: r.nanos, bytes: r.bytes.slice(r.start, r.end) }),
  diagnostic: () => {},
}).push(psk)

const cutAt = (path: string, capture: number) => planSegments([path], 3000).map(segment => ({ ...segment, capture }))

/** The frames dealt out to files, as several interfaces see them. */
function dealt(list: readonly TestFrame[], seed: number, n: number): string[] {
  const random = randomOf(seed * 7919)
  const hands: TestFrame[][] = Array.from({ length: n }, () => [])
  for (const frame of list) hands[Math.floor(random() * n)].push(frame)
  return hands.map(hand => file(pcapng(hand, 1, PCAPNG_FORMS[0]), "pcapng"))
}

describe("files in segments", () => {
  it.each([1000, 3000, 7000])("a pcap, every %i bytes", async bytes => {
    const path = file(psk)
    const log: string[] = []
    expect(await same([path], keys, bytes, log)).toBe(true)
    expect(log.filter(kind => kind === "scan").length).toBeGreaterThan(2)
    expect(log).toContain("open")
    await same([path], NO_SECRETS, bytes)
  })

  it("a pcap that is cut off, damaged in its middle, or has records longer than its snap length", async () => {
    expect(await same([file(psk.subarray(0, psk.length - 5))], keys, 2000)).toBe(true)
    const damaged = psk.slice()
    damaged.fill(0xff, 9000, 9040)
    expect(await same([file(damaged)], keys, 2000)).toBe(true)
    const short = psk.slice()
    new DataView(short.buffer, short.byteOffset).setUint32(16, 100, true)
    expect(await same([file(short)], keys, 2000)).toBe(true)
  })

  it.each(PCAPNG_FORMS.map(form => [JSON.stringify(form), form] as const))("a pcapng: %s", async (_name, form) => {
    await same([file(pcapng(frames, 1, form), "pcapng")], keys, 2000)
  })

  it("several files, one after another in time", async () => {
    const at = 24 + 3000
    const half = frames.length >> 1
    const [a, b] = [frames.slice(0, half), frames.slice(half)].map(list =>
      file(pcapng(list, 1, PCAPNG_FORMS[0]), "pcapng"),
    )
    expect(at).toBeGreaterThan(0)
    expect(await same([a, b], keys, 2000)).toBe(true)
    // Named the other way round they are merged.
    expect(await same([b, a], keys, 2000)).toBe(true)
    expect(await same([file(gzipSync(psk), "pcap.gz"), file(psk)], keys, 2000)).toBe(false)
  })

  it.each([1, 2, 3, 4, 5, 6])("files that overlap in time, %i", async seed => {
    const log: string[] = []
    expect(await same(dealt(frames, seed, 2 + (seed % 2)), keys, 2000, log)).toBe(true)
    expect(log.filter(kind => kind === "scan").length).toBeGreaterThan(2)
    expect(log).toContain("open")
    await same(dealt(frames, seed, 2), NO_SECRETS, 1000)
  })

  it("slices hold every byte once, of 64 files at most", () => {
    const path = file(psk)
    const files = (n: number) => Array.from({ length: n }, (_, capture) => cutAt(path, capture))
    const slices = timeSlices(files(64)) ?? []
    expect(slices.length).toBeGreaterThan(3)
    for (let i = 0; i < 64; i++) {
      const parts = slices.map(({ beside = [], ...first }) => [first, ...beside][i])
      expect(parts.map(part => part.start)).toEqual([24, ...parts.slice(0, -1).map(part => part.end)])
      expect(parts.at(-1)?.end).toBe(psk.length)
    }
    expect(timeSlices(files(65))).toBeUndefined()
  })

  it("files that overlap, with equal times, cut off, or empty", async () => {
    const coarse = frames.map(frame => ({ ...frame, nanos: 0 }))
    expect(await same(dealt(coarse, 3, 2), keys, 2000)).toBe(true)
    const [a, b] = dealt(frames, 5, 2)
    const cut = file(readFileSync(b).subarray(0, -9), "pcapng")
    expect(await same([a, cut], keys, 2000)).toBe(true)
    expect(await same([a, b, file(psk.subarray(0, 24))], keys, 2000)).toBe(false)
  })

  it("files that overlap and are not in order themselves are read as ever", async () => {
    const swapped = frames.slice()
    ;[swapped[3], swapped[20]] = [swapped[20], swapped[3]]
    await same(dealt(swapped, 4, 2), keys, 2000)
    const [a, b] = dealt(frames, 6, 2)
    const late = file(pcapng([...frames.slice(10), frames[0]], 1, PCAPNG_FORMS[0]), "pcapng")
    await same([a, late], keys, 2000)
    await same([late, b], keys, 2000)
  })

  it("several files of which not all scans are held until it is known that they follow each other", async () => {
    const third = Math.ceil(frames.length / 3)
    const parts = [0, 1, 2].map(i =>
      file(pcapng(frames.slice(i * third, (i + 1) * third), 1, PCAPNG_FORMS[0]), "pcapng"),
    )
    const log: string[] = []
    const { report } = await reportOf(parts, keys, 2000, log, 6000)
    expect(report).toEqual((await reportOf(parts, keys)).report)
    const once: string[] = []
    await reportOf(parts, keys, 2000, once)
    const scans = (jobs: string[]) => jobs.filter(kind => kind === "scan").length
    expect(scans(log)).toBeGreaterThan(scans(once))
    expect(scans(log)).toBeLessThan(2 * scans(once))
  })

  it("compressed files, and one of them cut off", async () => {
    const half = frames.length >> 1
    const [a, b] = [frames.slice(0, half), frames.slice(half)].map(list => gzipSync(pcapng(list, 1, PCAPNG_FORMS[0])))
    expect(await same([file(a, "gz"), file(b, "gz")], keys, 2000)).toBe(true)
    expect(await same([file(a, "gz"), file(b.subarray(0, b.length - 30), "gz")], keys, 2000)).toBe(true)
  })

  it("what is no capture, or too small to be cut", async () => {
    expect(await same([file(new Uint8Array(5000))], keys, 1000)).toBe(false)
    expect(await same([file(new Uint8Array(0))], keys, 1000)).toBe(false)
    expect(await same([file(psk)], keys, 1 << 20)).toBe(false)
  })
})
