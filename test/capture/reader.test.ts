/** Readers of pcap and pcapng, on small captures made by hand: times, lengths, damage. */
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { Readable } from "node:stream"
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import type { Diagnostic } from "../../src/bytes/diagnostic.ts"
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/capture/pcapng-writer.ts"
import { CaptureReader } from "../../src/capture/reader.ts"
import type { CaptureInterface, RecordSink } from "../../src/capture/record.ts"
import { PCAP_FORMS, pcap, pcapng } from "../helpers/capture-variants.ts"

interface Read {
  readonly records: {
    time: string
    original: number
    bytes: string
    interfaceId: number
    comments: readonly string[]
  }[]
  readonly diagnostics: Diagnostic[]
  readonly complete: boolean
}

function read(file: Uint8Array, sink: Partial<RecordSink> = {}): Read {
  const records: Read["records"] = []
  const diagnostics: Diagnostic[] = []
  const reader = new CaptureReader({
    record: r =>
      void records.push({
        time: `${r.seconds}.${String(r.nanos).padStart(9, "0")}`,
        original: r.originalBytes,
        bytes: Buffer.from(r.bytes.subarray(r.start, r.end)).toString("hex"),
        interfaceId: r.interfaceId,
        comments: r.comments,
      }),
    diagnostic: d => void diagnostics.push(d),
    ...sink,
  })
  reader.push(file)
  reader.end()
  return { records, diagnostics, complete: reader.complete }
}

const frame = { seconds: 1_700_000_000, nanos: 123_456_789, bytes: Uint8Array.of(1, 2, 3, 4, 5) }
const codes = (r: Read) => r.diagnostics.map(d => d.code)

describe("times", () => {
  it.each([
    [9, "1700000000.123456789"],
    [6, "1700000000.123457000"],
    [10, "1700000000.123456789"],
    [0x80 | 33, "1700000000.123456789"],
    [0, "1700000001.000000000"],
  ])("resolution %i", (resolution, time) => {
    expect(read(pcapng([frame], 101, { little: true, block: "enhanced", resolution })).records[0].time).toBe(time)
  })
  it("before 1970, by an offset", () => {
    const old = { ...frame, seconds: -5 }
    const file = pcapng([old], 101, { little: false, block: "enhanced", resolution: 9, offset: -1000 })
    expect(read(file).records[0].time).toBe("-5.123456789")
  })
  it("a fraction above a second carries over", () => {
    const file = pcap([frame], 101, PCAP_FORMS[0])
    new DataView(file.buffer).setUint32(28, 2_500_000, true)
    expect(read(file).records[0].time).toBe("1700000002.500000000")
  })
})

describe("blocks beside packets", () => {
  it("are handed on, comments kept", () => {
    const seen: unknown[] = []
    const interfaces: CaptureInterface[] = []
    const form = { little: false, block: "enhanced", second: true, noise: true } as const
    const got = read(pcapng([frame], 101, form), {
      interface: i => void interfaces.push(i),
      comment: (of, text) => void seen.push([of, text]),
      nameResolution: (address, names) => void seen.push([[...address], names]),
      secretsBlock: (type, bytes) => void seen.push([type, new TextDecoder().decode(bytes)]),
      customBlock: (pen, bytes) => void seen.push([pen, new TextDecoder().decode(bytes)]),
    })
    expect(seen.slice(0, 4)).toEqual([
      ["section", "a section"],
      [[10, 1, 0, 1], ["left"]],
      [0x544c534b, "hello"],
      [32473, "data"],
    ])
    expect(interfaces.map(i => [i.id, i.linkType, i.name])).toEqual([
      [0, 147, "eth0"],
      [1, 101, "eth0"],
    ])
    expect(got.records.map(r => [r.interfaceId, r.original, r.comments])).toEqual([[1, 6, ["time 123456789"]]])
  })
})

describe("damaged captures keep what came before", () => {
  const good = pcapng([frame], 101, { little: true, block: "enhanced" })
  const bad = (type: number, length: number, trailer = length) => {
    const block = new Uint8Array(Math.max(12, Math.min(length, 64)))
    const view = new DataView(block.buffer)
    view.setUint32(0, type, true)
    view.setUint32(4, length, true)
    view.setUint32(block.length - 4, trailer, true)
    return concat(good, block)
  }
  it.each([
    ["a block of length 0", bad(6, 0), "capture-block-length"],
    ["a length not a multiple of 4", bad(6, 33), "capture-block-length"],
    ["two lengths that differ", bad(6, 32, 36), "capture-block-length"],
    ["an enhanced packet too short", bad(6, 16), "capture-block-content"],
    [
      "a packet on an unknown interface",
      bad(2, 40).map((b, i) => (i === good.length + 8 ? 9 : b)),
      "capture-block-content",
    ],
    ["a block that is cut off", good.subarray(0, good.length - 6), "capture-truncated"],
    ["a block of a gigabyte", bad(6, 1 << 30), "capture-block-length"],
  ])("%s", (_, file, code) => {
    const got = read(file)
    expect(got.records.length).toBe(file.length < good.length ? 0 : 1)
    expect(codes(got)[0]).toBe(code)
    expect(got.diagnostics[0].message).toMatch(/offset \d+$/)
    expect(got.complete).toBe(false)
  })
  it("an absurd captured length ends a pcap", () => {
    const file = concat(pcap([frame], 101, PCAP_FORMS[0]), new Uint8Array(8), Uint8Array.of(1, 0, 16, 0, 1, 0, 16, 0))
    const got = read(file)
    expect([got.records.length, codes(got), got.complete]).toEqual([1, ["capture-record-length"], false])
  })
  it("a captured length above the snaplen is reported once, and read where it can be true", () => {
    const file = pcap([frame, frame], 101, PCAP_FORMS[0])
    new DataView(file.buffer).setUint32(16, 4, true)
    const got = read(file)
    expect([got.records.length, codes(got), got.complete]).toEqual([2, ["capture-record-length"], false])
  })
  it("a million records without a byte are the end of what is read", () => {
    const records = (n: number) => new Uint8Array(16 * n)
    const behind = (empty: number) => {
      const found: Diagnostic[] = []
      let frames = 0
      const reader = new CaptureReader({ record: () => void frames++, diagnostic: d => void found.push(d) })
      reader.push(pcap([frame], 101, PCAP_FORMS[0]))
      for (let n = 0; n < empty; n += 50_000) reader.push(records(50_000))
      reader.push(pcap([frame], 101, PCAP_FORMS[0]).subarray(24))
      reader.end()
      return { frames, codes: found.map(d => d.code), complete: reader.complete }
    }
    expect(behind(950_000)).toEqual({ frames: 950_002, codes: [], complete: true })
    expect(behind(1_000_000)).toEqual({ frames: 1_000_001, codes: ["capture-truncated"], complete: false })
  })
  it("no capture at all", () => {
    expect(codes(read(new Uint8Array(0)))).toEqual(["capture-empty"])
    expect(codes(read(Uint8Array.of(1, 2)))).toEqual(["capture-truncated"])
    expect(codes(read(new TextEncoder().encode("hello, world")))).toEqual(["capture-format"])
  })
})

describe("the pcapng writer", () => {
  it("writes what the reader reads", () => {
    const file = concat(
      sectionBlock({ application: "ikedump", comments: ["made by a test"] }),
      interfaceBlock({ linkType: 1, name: "wire" }),
      interfaceBlock({ linkType: 101, description: "decrypted" }),
      packetBlock({ interfaceId: 1, ...frame, originalBytes: 9, comments: ["frame 12", "ünï"] }),
    )
    expect(read(file)).toEqual({
      records: [
        {
          time: "1700000000.123456789",
          original: 9,
          bytes: "0102030405",
          interfaceId: 1,
          comments: ["frame 12", "ünï"],
        },
      ],
      diagnostics: [],
      complete: true,
    })
  })

  it("writes the same into memory that was used before", () => {
    const packet = { interfaceId: 1, ...frame, comments: ["frame 12", "ünï"] }
    expect(packetBlock(packet, n => new Uint8Array(n).fill(0xa5))).toEqual(packetBlock(packet))
    const bare = { interfaceId: 1, ...frame }
    expect(packetBlock(bare, n => new Uint8Array(n).fill(0xa5))).toEqual(packetBlock(bare))
  })
})

/** Whether it is one by content: some are pcapng, which the other parser does not read. */
const isPcap = (path: string): boolean => PCAP_MAGIC.has(readFileSync(path).toString("hex", 0, 4))
const PCAP_MAGIC = new Set(["d4c3b2a1", "a1b2c3d4"])

describe("pcap-parser agrees", () => {
  const roots = [new URL("../../fixtures", import.meta.url), new URL("../../../shared/captures", import.meta.url)]
  const files = roots.flatMap(root => {
    try {
      return readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter(f => /\.(pcap|cap)$/.test(f))
        .map(f => join(root.pathname, f))
        .filter(isPcap)
    } catch {
      console.log(`skipped: no ${root.pathname}`)
      return []
    }
  })
  const { parse } = createRequire(import.meta.url)("pcap-parser") as {
    parse(stream: Readable): {
      on(event: string, f: (p: { header: Record<string, number>; data: Buffer }) => void): void
    }
  }
  it.each(files)("%s", async file => {
    const bytes = readFileSync(file)
    const ours = read(bytes).records
    const theirs: unknown[] = []
    await new Promise<void>(done => {
      const stream = Readable.from([bytes], { objectMode: false, highWaterMark: bytes.length })
      const parser = parse(stream)
      parser.on("packet", ({ header, data }) => {
        const time = `${header.timestampSeconds}.${String(header.timestampMicroseconds * 1000).padStart(9, "0")}`
        theirs.push({ time, original: header.originalLength, bytes: data.toString("hex") })
      })
      parser.on("end", () => done())
      parser.on("error", () => done())
    })
    expect(ours.map(({ time, original, bytes }) => ({ time, original, bytes }))).toEqual(theirs)
  })
})
