/** Segments by themselves: what is summed up, what goes to the fold whole, and what is opened twice. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { CaptureReader } from "../../src/capture/reader.ts"
import { CaptureRecord } from "../../src/capture/record.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { analyze } from "../../src/pipeline.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"
import { Scanner } from "../../src/segment/scan.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"

const fixture = (name: string) => resolve(import.meta.dirname, "../../fixtures", name)
const psk = new Uint8Array(readFileSync(fixture("v2-psk-modp2048/capture.pcap")))
const { secrets: pskKeys } = await loadSecrets([fixture("v2-psk-modp2048/keys.json")])

const report = async (source: Parameters<typeof analyze>[0], secrets: Secrets) =>
  (await analyze(source, { provider: nodeProvider, secrets })).report

/** The records of a capture; `edit` gives what stands in the place of each. */
function edited(capture: Uint8Array, edit: (record: CaptureRecord, i: number) => readonly CaptureRecord[]): Uint8Array {
  const records: CaptureRecord[] = []
  let n = 0
  const reader = new CaptureReader({
    record: r => records.push(...edit(Object.assign(new CaptureRecord(), r), n++)),
    diagnostic: () => {},
  })
  reader.push(capture)
  const parts = records.map(r => {
    const part = new Uint8Array(16 + r.end - r.start)
    const view = new DataView(part.buffer)
    view.setUint32(0, r.seconds, true)
    view.setUint32(4, Math.floor(r.nanos / 1000), true)
    view.setUint32(8, r.end - r.start, true)
    view.setUint32(12, r.originalBytes, true)
    part.set(r.bytes.subarray(r.start, r.end), 16)
    return part
  })
  return Buffer.concat([capture.subarray(0, 24), ...parts])
}

/** Compares the uncut report with several cuts; says how often doubtful flows were opened anew. */
async function law(capture: Uint8Array, secrets: Secrets): Promise<{ reread: number; codes: Set<string> }> {
  const whole = await report(memorySource(capture), secrets)
  let reread = 0
  for (let seed = 1; seed <= 6; seed++) {
    const cut = cutSource(capture, 1 + 3 * seed, randomOf(seed))
    expect(await report(cut.source, secrets)).toEqual(whole)
    reread += cut.reread
  }
  return { reread, codes: new Set(whole.diagnostics.map(d => d.code)) }
}

const again = (r: CaptureRecord, seconds: number): CaptureRecord =>
  Object.assign(new CaptureRecord(), r, { seconds: r.seconds + seconds })

describe("segments", () => {
  it("sum up all but the packets that the fold keeps, and open them once", async () => {
    const cut = cutSource(psk, 3, randomOf(3))
    const { counts } = await report(cut.source, pskKeys)
    const whole = cut.scans.reduce((n, scan) => n + scan.whole.n, 0)
    const summed = cut.scans.reduce((n, scan) => n + scan.counts.esp, 0)
    expect(summed).toBeGreaterThan(counts.esp / 3)
    expect(whole + summed).toBe(counts.isakmp + counts.esp + counts.keepalive)
    expect(cut.reread).toBe(0)
  })

  it("know packets that come again in a later segment", async () => {
    const doubled = edited(psk, (r, i) => (i % 5 === 4 ? [r, again(r, 0)] : [r]))
    const { reread, codes } = await law(doubled, pskKeys)
    expect([...codes]).toContain("esp-replay")
    expect(reread).toBeGreaterThan(0)
    await law(doubled, NO_SECRETS)
  })

  it("know the whole capture played twice", async () => {
    const records: CaptureRecord[] = []
    edited(psk, r => {
      records.push(r)
      return []
    })
    const twice = edited(psk, (r, i) => (i === records.length - 1 ? [r, ...records.map(x => again(x, 60))] : [r]))
    expect([...(await law(twice, pskKeys)).codes]).toContain("esp-replay")
  })

  it("know packets out of order, missing ones, and broken ones", async () => {
    const held: CaptureRecord[] = []
    const shuffled = edited(psk, (r, i) => {
      if (i % 7 === 3) {
        held.push(r)
        return []
      }
      return i % 7 === 6 ? [r, ...held.splice(0)] : i % 11 === 10 ? [] : [r]
    })
    await law(shuffled, pskKeys)
    const broken = edited(psk, (r, i) => {
      const bytes = r.bytes.slice()
      if (i > 20 && i % 9 === 0) bytes[r.end - 3] ^= 1
      return [Object.assign(r, { bytes })]
    })
    expect([...(await law(broken, pskKeys)).codes]).toContain("icv-failed")
  })

  it("keep the first packets of a flow where nobody can read the capture at an offset, and note where they lie elsewhere", () => {
    const records: CaptureRecord[] = []
    edited(psk, r => {
      records.push(r)
      return []
    })
    // What comes right behind the beginning of a segment may be copies of what came before it, which the fold sees whole.
    records[1].seconds -= 1
    const scan = (samples: "frames" | "places" | undefined) => {
      const scanner = new Scanner({ samples, inOrder: true })
      for (const [i, r] of records.entries()) if (i > 0) scanner.record(r)
      return scanner.end()
    }
    const [without, places, frames] = [undefined, "places", "frames"].map(s =>
      scan(s as "frames" | "places" | undefined),
    )
    expect([without.samples.n, places.samples.n, frames.samples.n]).toEqual([0, 2 * 4, 0])
    expect(places.whole.n).toBe(without.whole.n)
    expect(frames.whole.n - without.whole.n).toBe(2 * 4)
    const { offset, length, payloadStart, flow } = places.samples
    for (let i = 0; i < places.samples.n; i++) {
      const bytes = psk.subarray(offset[i], offset[i] + length[i])
      expect([bytes[0] >> 4, (bytes[2] << 8) | bytes[3]]).toEqual([4, length[i]])
      expect(new DataView(bytes.slice(payloadStart[i]).buffer).getUint32(0)).toBe(places.flows.spi[flow[i]])
    }
  })

  it("know a sender that moved, and one that uses two paths in turn", async () => {
    const IP = 14
    /** Every ESP packet of the first sender comes from another address where `isOther` says so of its number. */
    const moved = (isOther: (n: number) => boolean) => {
      let first = ""
      let n = 0
      return edited(psk, r => {
        const ip = r.start + IP
        const source = r.bytes.subarray(ip + 12, ip + 16).join(".")
        if (r.bytes[ip + 9] !== 50) return [r]
        first ||= source
        if (source !== first || !isOther(n++)) return [r]
        const bytes = r.bytes.slice()
        bytes[ip + 15] ^= 0x40
        return [Object.assign(r, { bytes })]
      })
    }
    const once = moved(n => n > 8)
    const { esp_sas } = await report(memorySource(once), pskKeys)
    expect(esp_sas.map(sa => [sa.icv_ok, sa.icv_failed])).toEqual(
      (await report(memorySource(psk), pskKeys)).esp_sas.map(sa => [sa.icv_ok, 0]),
    )
    expect((await law(once, pskKeys)).reread).toBe(0)
    expect(
      (
        await law(
          moved(n => n % 2 === 1),
          pskKeys,
        )
      ).reread,
    ).toBeGreaterThan(0)
    await law(once, NO_SECRETS)
  })

  it("know a clock that is set back", async () => {
    const jumping = edited(psk, (r, i) => [again(r, i % 20 > 10 ? -100 : 0)])
    expect([...(await law(jumping, NO_SECRETS)).codes]).toContain("clock-jump")
    await law(jumping, pskKeys)
  })

  it("know packets cut short, and a file cut off", async () => {
    const short = edited(psk, (r, i) => [i % 4 === 3 ? Object.assign(r, { end: r.end - 20 }) : r])
    await law(short, pskKeys)
    expect([...(await law(psk.subarray(0, psk.length - 7), pskKeys)).codes]).toContain("capture-truncated")
  })
})
