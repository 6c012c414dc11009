/**
 * Every number from the wire that becomes a length, a count or an index: real captures of the fixtures in which one of them is set to an
 * edge of its range, found by the byte ranges of the field tree; numbers inside SK are set and sealed again under the keys; those of
 * the file formats too. Each capture goes through a command, its output is read, and it takes neither long nor much memory.
 * A sample in the tests; `IKEDUMP_NUMBERS=all` is the whole (`npm run fuzz`); `IKEDUMP_SEED` chooses another sample.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { Cursor } from "../../src/bytes/cursor.ts"
import { TreeSink } from "../../src/bytes/field-sink.ts"
import { hexBytes } from "../../src/bytes/hex.ts"
import { FrameDissector } from "../../src/dissect/frame-dissector.ts"
import { decodeChain } from "../../src/ike/shared/chain.ts"
import { IKEV2 } from "../../src/ike/v2/table.ts"
import { frameSources } from "../../src/net/dissect.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { NOTIFY } from "../../src/registry/ikev2/notify.ts"
import { LINK_FORMS, PCAP_FORMS, pcap } from "../helpers/capture-variants.ts"
import { random } from "../helpers/mutations.ts"
import { ipv4, udp } from "../helpers/packets.ts"
import { PlayV2, type Side } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"
import * as w from "../play/wire-v2.ts"
import { oneOf } from "./bend.ts"
import { ALL, bitsOf, edges, faultIn, folder, numbersOf, type Place, SAMPLE, SEED, set } from "./edges.ts"

/** Numbers of all frames, with their places in the file. */
function inFrames(file: Uint8Array): Place[] {
  const found: Place[] = []
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.length)
  const dissector = new FrameDissector()
  let [frame, from, frameAt] = [0, 0, 0]
  walkCapture(
    file,
    {
      packet(view) {
        const sources = frameSources(view)
        if (view.frame !== frame) {
          const { bytes } = sources.frame
          frameAt = buffer.indexOf(bytes, from)
          from = frameAt + bytes.length
          frame = view.frame
        }
        const sink = new TreeSink()
        dissector.draw(view, sink, sources)
        for (const place of numbersOf(sink.roots, sources.frame)) found.push({ ...place, at: frameAt + place.at })
      },
      diagnostic() {},
    },
    { all: true },
  )
  return found
}

/** Numbers of the file's own format: headers of the file and of its first records, blocks and options. */
function inFormat(file: Uint8Array): Place[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const word = (name: string, at: number, size = 4): Place => ({ name, at, size, littleEndian: true })
  const found: Place[] = []
  if (view.getUint32(0) !== 0x0a0d0d0a) {
    found.push(word("pcap snaplen", 16), word("pcap linktype", 20))
    for (let at = 24, n = 0; n < 3 && at + 16 < file.length; n++) {
      for (const [i, name] of ["seconds", "fraction", "captured", "original"].entries())
        found.push(word(`pcap ${name}`, at + 4 * i))
      at += 16 + view.getUint32(at + 8, true)
    }
    return found
  }
  for (let at = 0, n = 0; n < 6 && at + 12 < file.length; n++) {
    const size = view.getUint32(at + 4, true)
    found.push(
      word("pcapng block type", at),
      word("pcapng block length", at + 4),
      word("pcapng length again", at + size - 4),
    )
    for (let inside = at + 8; inside < Math.min(at + size - 4, at + 40); inside += 2)
      found.push(word(`pcapng block ${view.getUint32(at, true)} +${inside - at}`, inside, 2))
    at += size
  }
  return found
}

const fixtures = resolve(import.meta.dirname, "../../fixtures")
const files = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter(f => /\.(pcap|pcapng|cap)$/.test(f))
  .sort()

/** Each number of a file once, by its name. */
const distinct = (places: readonly Place[]): Place[] => [...new Map(places.map(p => [p.name, p])).values()]

/** Files with their numbers; a few of them, or all. */
async function sweep(numbersIn: (file: Uint8Array) => Place[]): Promise<{ tried: number; faults: string[] }> {
  const next = random(SEED)
  const faults: string[] = []
  let tried = 0
  const attempt = async (name: string, file: Uint8Array, place: Place, edge: number): Promise<void> => {
    const bytes = file.slice()
    set(bytes, place, edge)
    const keys = join(fixtures, dirname(name), "keys.json")
    const fault = await faultIn(bytes, existsSync(keys) ? ["--keys", keys] : [], next)
    if (fault) faults.push(`${name}: ${place.name} at ${place.at} = ${edge}: ${fault}`)
    tried++
  }
  const read = (name: string) => new Uint8Array(readFileSync(join(fixtures, name)))
  if (ALL)
    for (const name of files) {
      const file = read(name)
      for (const place of distinct(numbersIn(file)))
        for (const edge of edges(bitsOf(place))) await attempt(name, file, place, edge)
    }
  else
    for (let i = 0; i < SAMPLE / 10; i++) {
      const name = oneOf(next, files)
      const file = read(name)
      const places = distinct(numbersIn(file))
      for (let n = 0; n < 10 && places.length > 0; n++) {
        const place = oneOf(next, places)
        await attempt(name, file, place, oneOf(next, edges(bitsOf(place))))
      }
    }
  return { tried, faults }
}

/** Headers in front of an IP packet: every link layer and tag, and tunnels over UDP. */
const WRAPPED: readonly { readonly name: string; readonly linkType: number; wrap(ip: Uint8Array): Uint8Array }[] = [
  ...LINK_FORMS.map(({ name, linkType, wrap }) => ({ name, linkType, wrap: (ip: Uint8Array) => wrap(ip, true) })),
  ...(
    [
      ["TZSP", 37008, [1, 0, 0, 1, 10, 1, 5, 0, 13, 2, 1, 2, 1]],
      ["CAPWAP", 5247, [0, 0x10, 2, 0, 0, 0, 0, 0]],
    ] as const
  ).map(([name, port, header]) => ({
    name,
    linkType: 101,
    wrap: (ip: Uint8Array) =>
      ipv4(17, udp(40_000, port, concat(Uint8Array.from(header), new Uint8Array(12), u16be(0x0800), ip))),
  })),
  ...(
    [
      ["Teredo", 3544, [0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
      ["L2TP", 1701, [0x02, 0x02, 0, 1, 0, 2, 0, 2, 0, 0, 0xff, 3, 0, 0x21]],
      ["LISP", 4341, [0, 0, 0, 0, 0, 0, 0, 0]],
    ] as const
  ).map(([name, port, header]) => ({
    name,
    linkType: 101,
    wrap: (ip: Uint8Array) => ipv4(17, udp(40_000, port, concat(Uint8Array.from(header), ip))),
  })),
]
const INNER = ipv4(50, concat(u32be(0xabcd), u32be(7), new Uint8Array(40)))

/** Both ends of a negotiation; one number inside one sealed message is set to an edge. */
class Numbered extends PlayV2 {
  /** Every number that was sealed so far. */
  seen = 0
  target = -1
  edge: (bits: number) => number = () => 0
  about = ""

  override sealed(
    from: Side,
    exchange: number,
    id: number,
    response: boolean,
    payloads: readonly w.Payload[],
  ): Uint8Array {
    const first = payloads[0]?.type ?? 0
    const bytes = w.chain(payloads)
    const source = byteSource(bytes, "inside")
    const sink = new TreeSink()
    decodeChain(IKEV2, first, new Cursor(source, 0, bytes.length, "inside", sink), {
      version: 2,
      exchangeType: exchange,
      flags: 8,
      table: IKEV2,
    })
    for (const place of numbersOf(sink.roots, source))
      if (this.seen++ === this.target) {
        const edge = this.edge(bitsOf(place))
        this.about = `${place.name} of exchange ${exchange} = ${edge}`
        set(bytes, place, edge)
      }
    const head = this.head(from, exchange, id, response)
    return w.seal(head, w.P.SK, first, new Uint8Array(0), bytes, this.sealKeys(from), this.provider, { iv: this.iv() })
  }
}

/** Notifications whose data are numbers that later packets go by: ROHC channels, IP-TFS, and counters after a failover. */
const NOTIFIES = [
  // A maximum context, two profiles, an integrity algorithm, its ICV, and the maximum reconstructed unit.
  w.notifyP(NOTIFY.ROHC_SUPPORTED, hexBytes("8001000f80020001800200028003000c8004001080050100")),
  w.notifyP(NOTIFY.USE_AGGFRAG, Uint8Array.of(3)),
  w.notifyP(NOTIFY.IKEV2_MESSAGE_ID_SYNC, concat(u32be(0x01020304), u32be(5), u32be(6))),
  w.notifyP(NOTIFY.IPSEC_REPLAY_COUNTER_SYNC, u32be(0x1000)),
]

function played(target: number, edge: (bits: number) => number): { tape: Tape; play: Numbered } {
  const tape = new Tape()
  const play = new Numbered(tape)
  play.target = target
  play.edge = edge
  play.saInit().auth({ extra: { request: NOTIFIES, response: NOTIFIES } })
  play.child("initiator", { encr: "AES-GCM-16-128", ke: [31] })
  play.delete()
  return { tape, play }
}

describe("numbers at the edges of their ranges", () => {
  it("are found in real captures", () => {
    const names = new Set(
      files.flatMap(f => inFrames(new Uint8Array(readFileSync(join(fixtures, f)))).map(p => p.name)),
    )
    const known = ["ip.len", "ip.hdr_len", "ip.frag_offset", "udp.length", "isakmp.length", "isakmp.payloadlength"]
    expect(known.filter(name => !names.has(name))).toEqual([])
    expect(names.size).toBeGreaterThan(50)
  })

  it("are set as they say", () => {
    const bytes = Uint8Array.of(0xff, 0x12, 0x34, 0xff)
    set(bytes, { name: "", at: 1, size: 2, mask: 0x0ff0 }, 0xab)
    expect([...bytes]).toEqual([0xff, 0x1a, 0xb4, 0xff])
    set(bytes, { name: "", at: 0, size: 4, littleEndian: true }, 0x80000001)
    expect([...bytes]).toEqual([1, 0, 0, 0x80])
  })

  it("in frames give diagnostics only", { timeout: 0 }, async () => {
    const { tried, faults } = await sweep(inFrames)
    expect(tried).toBeGreaterThan(SAMPLE / 2)
    expect(faults).toEqual([])
  })

  it("in the formats of files give diagnostics only", { timeout: 0 }, async () => {
    const { tried, faults } = await sweep(inFormat)
    expect(tried).toBeGreaterThan(SAMPLE / 2)
    expect(faults).toEqual([])
  })

  it("in headers of link layers and tunnels give diagnostics only", { timeout: 0 }, async () => {
    const next = random(SEED)
    const faults: string[] = []
    const attempt = async (
      { name, linkType, wrap }: (typeof WRAPPED)[number],
      at: number,
      size: number,
      edge: number,
    ) => {
      const frame = wrap(INNER)
      set(frame, { name, at, size }, edge)
      const fault = await faultIn(pcap([{ seconds: 1, nanos: 0, bytes: frame }], linkType, PCAP_FORMS[0]), [], next)
      if (fault) faults.push(`${name}: ${size} octets at ${at} = ${edge}: ${fault}`)
    }
    const headerOf = (form: (typeof WRAPPED)[number]) => form.wrap(INNER).length - INNER.length
    if (ALL)
      for (const form of WRAPPED)
        for (let at = 0; at < headerOf(form); at++)
          for (const size of [1, 2]) for (const edge of edges(8 * size)) await attempt(form, at, size, edge)
    else
      for (let i = 0; i < SAMPLE / 2; i++) {
        const form = oneOf(next, WRAPPED)
        const size = oneOf(next, [1, 2])
        await attempt(form, Math.floor(next() * Math.max(1, headerOf(form))), size, oneOf(next, edges(8 * size)))
      }
    expect(WRAPPED.length).toBeGreaterThan(30)
    expect(faults).toEqual([])
  })

  it("inside SK, sealed again under the right keys, give diagnostics only", { timeout: 0 }, async () => {
    const next = random(SEED)
    const total = played(-1, () => 0).play.seen
    expect(total).toBeGreaterThan(60)
    const faults: string[] = []
    const keysFile = join(folder, "keys.json")
    const runs = ALL ? total * 6 : SAMPLE / 2
    for (let run = 0; run < runs; run++) {
      const target = ALL ? run % total : Math.floor(next() * total)
      const which = ALL ? Math.floor(run / total) : Math.floor(next() * 6)
      const { tape, play } = played(target, bits => edges(bits)[which % edges(bits).length])
      expect(play.about).not.toBe("")
      writeFileSync(
        keysFile,
        JSON.stringify({ ikedump_keys: 1, psks: ["swordfish"], dh_shared: play.exchanged.map(e => hex(e.shared)) }),
      )
      const fault = await faultIn(tape.capture(), ["--keys", keysFile], next)
      if (fault) faults.push(`${play.about}: ${fault}`)
    }
    expect(faults).toEqual([])
  })
})
