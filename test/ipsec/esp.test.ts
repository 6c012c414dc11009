/** ESP and AH as Wireshark draws them: field for field over the lab and other projects' captures. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { u32be } from "../../src/bytes/bytes.ts"
import { dissectAh } from "../../src/ipsec/ah.ts"
import { dissectEsp, dissectWesp } from "../../src/ipsec/esp.ts"
import { SequenceRemarks } from "../../src/ipsec/sequence-remarks.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { DataPlane } from "../../src/open/data-plane.ts"
import { DataSaTable } from "../../src/open/data-table.ts"
import { openedEsp } from "../../src/open/opened-packet.ts"
import { CollectFields } from "../helpers/collect-fields.ts"
import { LAB, labNames, readTruth, SHARED, type Truth, truthTable } from "../open/lab.ts"

type Frame = { frame: number; fields: Record<string, string[]> }

const readOracle = (capture: string): Frame[] =>
  JSON.parse(gunzipSync(readFileSync(`${capture}.tshark.json.gz`)).toString("utf8"))

/** What we draw of each frame, only Wireshark's fields of ESP and AH. */
async function drawn(capture: string, table: DataSaTable): Promise<Map<number, Record<string, string[]>>> {
  const plane = new DataPlane({
    provider: nodeProvider,
    createOpener: createNodeEspOpener,
    table,
    nullHeuristic: false,
  })
  const remarks = new SequenceRemarks()
  const frames = new Map<number, Record<string, string[]>>()
  const packet = (view: Parameters<Parameters<typeof readCaptures>[1]["packet"]>[0]) => {
    if (view.kind !== Kind.ESP && view.kind !== Kind.AH) return
    const sink = new CollectFields()
    const src = byteSource(view.payloadBytes, "frame")
    const opened = plane.openNow(view)
    if (view.kind === Kind.AH) dissectAh(src, view.payloadStart, view.payloadEnd, undefined, { sink })
    else {
      const remark = remarks.add(view.spi, view.sequence, view.frame)
      dissectEsp(src, view.payloadStart, view.payloadEnd, opened && openedEsp(opened), { sink, remark })
    }
    expect([sink.stray, sink.unclosed]).toEqual([[], 0])
    const values = Object.entries(sink.values).filter(([name]) => /^(esp|ah)\./.test(name))
    const frame = frames.get(view.frame) ?? {}
    for (const [name, list] of values) frame[name] = [...(frame[name] ?? []), ...list]
    frames.set(view.frame, frame)
  }
  await readCaptures([capture], { packet, diagnostic: () => {} })
  return frames
}

function compare(oracle: Frame[], ours: Map<number, Record<string, string[]>>, leaveOut?: RegExp): void {
  for (const { frame, fields } of oracle) {
    for (const [name, values] of Object.entries(fields)) {
      if (!/^(esp|ah)\./.test(name) || leaveOut?.test(name)) continue
      expect([frame, name, ours.get(frame)?.[name]]).toEqual([frame, name, values])
    }
  }
}

// Wireshark leaves the high half of an extended sequence number out of the ICV, and does not know XCBC.
const leaveOut = (sas: Truth["esp"] = []) =>
  sas.some(sa => /\/EXT_SEQ|AES_XCBC/.test(sa.proposal)) ? /^esp\.icv_/ : undefined

describe.each(labNames())("lab %s", name => {
  it("is drawn as by Wireshark", async () => {
    const dir = `${LAB}/${name}`
    const truth = readTruth(dir)
    const ours = await drawn(`${dir}/capture.pcap`, new DataSaTable(truthTable(truth)))
    const oracle = readOracle(`${dir}/capture.pcap`)
    // tshark's table has no row for CCM, CMAC and the like: what it did not open is not compared.
    compare(oracle, ours, leaveOut(truth.esp))
  })
})

const PEERS = `${SHARED}/captures/peers`
const peers = existsSync(PEERS)
  ? readdirSync(PEERS, { recursive: true, encoding: "utf8" }).filter(f => f.endsWith(".tshark.json.gz"))
  : []

describe.each(peers.map(f => f.slice(0, -".tshark.json.gz".length)))("%s", name => {
  it("is drawn as by Wireshark where there is no key", async () => {
    const capture = `${PEERS}/${name}`
    // A packet without a whole header is not handed to the data plane.
    const oracle = readOracle(capture).filter(f => !("esp.encrypted_data" in f.fields) && f.fields["esp.sequence"])
    compare(oracle, await drawn(capture, new DataSaTable()))
  })
})

describe("hostile bytes", () => {
  const opened = (clear: Uint8Array) => ({
    ivBytes: 8,
    icvBytes: 12,
    icv: "ok" as const,
    clear: byteSource(clear, "clear"),
  })
  it("never throws, whatever is cut off", () => {
    const bytes = Uint8Array.from({ length: 80 }, (_, i) => (i * 73) & 0xff)
    for (let length = 0; length <= bytes.length; length++) {
      const src = byteSource(bytes, "frame")
      for (const next of [1, 4, 6, 17, 41, 50, 58, 59, 94, 108, 144, 200]) {
        const clear = bytes.slice(0, length)
        if (length > 1) clear.set([length % 3, next], length - 2)
        if (next === 4 && length > 0) clear[0] = 0x45
        if (next === 41 && length > 0) clear[0] = 0x60
        const sink = new CollectFields()
        dissectEsp(src, 0, length, opened(clear), { sink })
        expect(sink.unclosed).toBe(0)
      }
      dissectAh(src, 0, length, "ok", { sink: new CollectFields() })
      dissectWesp(src, 0, length, new CollectFields())
    }
  })

  it("draws a WESP header and says where ESP begins", () => {
    const sink = new CollectFields()
    const src = byteSource(Uint8Array.of(4, 24, 16, 0x10, 0, 0, 0, 0, ...u32be(7), ...u32be(1)), "frame")
    expect(dissectWesp(src, 0, 16, sink)).toBe(8)
    expect(sink.values).toMatchObject({
      "wesp.encrypted": ["0"],
      "wesp.padding_present": ["1"],
      "wesp.next_header": ["4"],
    })
  })
})
