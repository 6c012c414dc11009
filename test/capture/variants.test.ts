/** One capture in every form that is read gives the same packets, whole and in chunks, and cut off at any byte. */
import { readFileSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { describe, expect, it } from "vitest"
import { CaptureReader } from "../../src/capture/reader.ts"
import {
  LINK_FORMS,
  PCAP_FORMS,
  PCAPNG_FORMS,
  type PcapForm,
  type PcapngForm,
  pcap,
  pcapng,
  type TestFrame,
} from "../helpers/capture-variants.ts"
import { type WalkedPacket, walked } from "../helpers/walked.ts"

/** IP packets of a lab capture: the first few, and one of each kind that comes later. */
function ipPackets(name: string, count: number): TestFrame[] {
  const bytes = readFileSync(new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url))
  const frames: TestFrame[] = []
  const reader = new CaptureReader({
    record: r => {
      if (frames.length < count)
        frames.push({
          seconds: r.seconds,
          nanos: r.nanos,
          bytes: r.bytes.slice(r.start + 14, r.end),
        })
    },
    diagnostic: () => {},
  })
  reader.push(bytes)
  return frames
}

const frames = [...ipPackets("v2-nat", 6), ...ipPackets("v2-ipv6-outer", 6), ...ipPackets("v2-ipfrag-bigcert", 6)]
const CHUNKS = [1, 7, 4096]

/** Times are not in every form, and are compared where they are. */
const withoutTime = (packets: readonly WalkedPacket[]) => packets.map(({ time, ...rest }) => rest)

const raw: PcapngForm = { little: true, block: "enhanced", resolution: 9 }
const expected = walked(pcapng(frames, 101, raw))

describe("the reference", () => {
  it("has IKE and ESP over IPv4, IPv6, UDP and fragments", () => {
    expect(expected.complete).toBe(true)
    expect(expected.diagnostics.map(d => d.code)).toEqual(["fragment-gap"])
    expect(expected.packets.length).toBe(15)
    expect(new Set(expected.packets.map(p => p.kind))).toEqual(new Set([1, 2]))
  })
})

const title = (form: object): string => JSON.stringify(form)

describe("files", () => {
  const check = (file: Uint8Array, hasTime: boolean) => {
    for (const size of [file.length, ...CHUNKS]) {
      const got = walked(file, {}, size)
      expect(got.complete).toBe(true)
      expect(got.frames).toBe(frames.length)
      if (hasTime) expect(got.packets).toEqual(expected.packets)
      else expect(withoutTime(got.packets)).toEqual(withoutTime(expected.packets))
    }
  }
  it.each(PCAP_FORMS.map(form => [title(form), form] as const))("pcap %s", (_, form: PcapForm) => {
    check(pcap(frames, 101, form), true)
  })
  it.each(PCAPNG_FORMS.map(form => [title(form), form] as const))("pcapng %s", (_, form: PcapngForm) => {
    check(pcapng(frames, 101, form), form.block !== "simple")
  })
})

describe("links", () => {
  it.each(LINK_FORMS.map(form => [form.name, form] as const))("%s", (_, form) => {
    for (const little of [true, false]) {
      const wrapped = frames.map(f => ({ ...f, bytes: form.wrap(f.bytes, little) }))
      const got = walked(pcap(wrapped, form.linkType, { little, magic: 0xa1b23c4d, minor: 4 }))
      expect(got.packets).toEqual(expected.packets)
    }
  })
  it("IPv4 and IPv6 links", () => {
    for (const [linkType, version] of [
      [228, 4],
      [229, 6],
    ]) {
      const own = frames.filter(f => f.bytes[0] >> 4 === version)
      expect(withoutTime(walked(pcap(own, linkType, PCAP_FORMS[0])).packets).map(p => p.payload)).toEqual(
        walked(pcap(own, 101, PCAP_FORMS[0])).packets.map(p => p.payload),
      )
    }
  })
  it("every link cut off at any byte of a frame yields packets or nothing", () => {
    for (const form of LINK_FORMS) {
      const whole = form.wrap(frames[0].bytes, true)
      const wrong: number[] = []
      for (let length = 0; length < whole.length; length++) {
        const cut = [{ ...frames[0], bytes: whole.subarray(0, length) }]
        const { frames: n } = walked(pcap(cut, form.linkType, PCAP_FORMS[0]), { all: true, heuristicIke: true })
        if (n !== 1) wrong.push(length)
      }
      expect(wrong, form.name).toEqual([])
    }
  })
})

describe("cut off at any byte", () => {
  const few = frames.slice(0, 3).map(f => ({ ...f, bytes: f.bytes.subarray(0, 90) }))
  const all = [
    ...PCAP_FORMS.map(form => [title(form), pcap(few, 101, form)] as const),
    ...PCAPNG_FORMS.map(form => [title(form), pcapng(few, 101, form)] as const),
  ]
  it.each(all)("%s", (_, file) => {
    const whole = walked(file).packets
    for (let length = 0; length < file.length; length++) {
      const got = walked(file.subarray(0, length), {}, 64)
      const before = whole.slice(0, got.packets.length)
      // What differs is shown; asking first is quicker.
      if (!isDeepStrictEqual(got.packets, before)) expect(got.packets, `cut at ${length}`).toEqual(before)
      if (got.diagnostics.length !== (got.complete ? 0 : 1))
        throw new Error(`cut at ${length}: ${got.diagnostics.length}`)
    }
  })
})
