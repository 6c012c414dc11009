/** Where captures are cut: at records, from any offset, in every form that is read. */
import { describe, expect, it } from "vitest"
import { captureHead, findRecord } from "../../src/capture/cut.ts"
import { CaptureReader } from "../../src/capture/reader.ts"
import { PCAP_FORMS, PCAPNG_FORMS, pcap, pcapng, type TestFrame } from "../helpers/capture-variants.ts"

/** Frames of all sizes; some hold what looks like a record. */
const frames: TestFrame[] = Array.from({ length: 80 }, (_, i) => {
  const bytes = new Uint8Array(20 + ((i * 37) % 300))
  bytes.fill(i % 3 === 0 ? 0 : i)
  return { seconds: 1_700_000_000 + i, nanos: i * 1000, bytes }
})

/** Offsets at which records begin: where the reader stands after each. */
function boundaries(capture: Uint8Array): Set<number> {
  const found = new Set<number>()
  let used = 0
  const reader = new CaptureReader({ record: () => {}, diagnostic: () => {} })
  // A byte at a time: the reader is between records only where one ends.
  for (const byte of capture) {
    reader.push(Uint8Array.of(byte))
    used++
    if (reader.isBetweenRecords) found.add(used)
  }
  return found
}

const cuttable = [
  ...PCAP_FORMS.filter(form => form.minor === 4).map(
    form => ["pcap", JSON.stringify(form), pcap(frames, 1, form)] as const,
  ),
  ...PCAPNG_FORMS.filter(form => !form.manySections).map(
    form => ["pcapng", JSON.stringify(form), pcapng(frames, 1, form)] as const,
  ),
]

describe("cutting", () => {
  it.each(cuttable)("%s %s at records only, from every offset", (_format, _form, capture) => {
    const head = captureHead(capture)!
    const begins = boundaries(capture)
    expect(begins.has(head.length)).toBe(true)
    let found = 0
    const wrong: number[] = []
    for (let at = head.length & ~3; at < capture.length; at += 4) {
      const next = findRecord(capture.subarray(at), head)
      if (next < 0) continue
      found++
      if (!begins.has(at + next)) wrong.push(at)
    }
    expect(wrong).toEqual([])
    expect(found).toBeGreaterThan(capture.length / 8)
  })

  it("leaves alone what it does not know: old versions, sections, other files", () => {
    for (const form of PCAP_FORMS.filter(f => f.minor < 4)) expect(captureHead(pcap(frames, 1, form))).toBeUndefined()
    for (const form of PCAPNG_FORMS.filter(f => f.manySections)) {
      const head = captureHead(pcapng(frames, 1, form))
      // The first section may be known; a second one ends the chain.
      if (head) expect(findRecord(pcapng(frames, 1, form).subarray(head.length), head)).toBe(-1)
    }
    expect(captureHead(new Uint8Array(100))).toBeUndefined()
    expect(captureHead(new Uint8Array(3))).toBeUndefined()
  })
})
