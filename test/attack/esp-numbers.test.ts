/**
 * Numbers inside ESP at the edges of their ranges, sealed again under the right keys: AGGFRAG payloads (IP-TFS) of RFC 9347's author, ROHC
 * behind its protocol number, sequence numbers around the replay window, with and without ESN; and the counters of `ip xfrm state`.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { TreeSink } from "../../src/bytes/field-sink.ts"
import { hex8, hexBytes, toHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { memorySource } from "../../src/index.ts"
import { decodeInner } from "../../src/ipsec/inner.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { IP_PROTOCOL } from "../../src/registry/ip-protocols.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { random } from "../helpers/mutations.ts"
import { sealEsp } from "../open/seal.ts"
import { ip, LEFT, RIGHT, Tape } from "../play/tape.ts"
import { oneOf } from "./bend.ts"
import { ALL, bitsOf, edges, faultIn, folder, numbersOf, type Place, SAMPLE, SEED, set } from "./edges.ts"

const fixtures = join(import.meta.dirname, "../../fixtures")
const iptfs = (name: string) => new Uint8Array(readFileSync(join(fixtures, "iptfs", name)))

/** What one packet of an SA carries, and its sequence number. */
interface Sent {
  readonly payload: Uint8Array
  readonly nextHeader: number
  sequence: number
  seqHi?: number
}

const KEYS: EspKeys = {
  encr: encrByName("AES-GCM-16-128")!,
  key: hexBytes("101112131415161718191a1b1c1d1e1f20212223"),
  integ: null,
  integKey: new Uint8Array(0),
  esn: false,
}
const SPI = 0x1234_5678

const capture = (sent: readonly Sent[], esn = false): Uint8Array => {
  const tape = new Tape()
  for (const { payload, ...options } of sent)
    tape.add(
      ip(LEFT, RIGHT, IP_PROTOCOL.ESP, sealEsp({ ...KEYS, esn }, nodeProvider, payload, { spi: SPI, ...options })),
    )
  return tape.capture()
}

/** The keys file of such a capture. */
function keysFile(esn = false): string {
  const path = join(folder, `esp-${esn}.json`)
  const row = { protocol: "ESP", spi: hex8(SPI), encr: KEYS.encr.name, key: toHex(KEYS.key), esn }
  writeFileSync(path, JSON.stringify({ ikedump_keys: 1, child_sas: [row] }))
  return path
}

/** Packets of which ICVs hold, and packets that were in them. */
async function opened(bytes: Uint8Array, keys: string): Promise<{ held: number; inner: number }> {
  const { secrets } = importSecrets(new Uint8Array(readFileSync(keys)), { file: keys })
  let inner = 0
  const data = { onInner: () => void inner++ }
  const { report } = await analyze(memorySource(bytes), { provider: nodeProvider, secrets, data })
  return { held: report.esp_sas.reduce((sum, s) => sum + s.icv_ok, 0), inner }
}

/** The packets of each SA of the fixture, in the clear. */
async function aggregated(): Promise<Sent[][]> {
  const { secrets } = importSecrets(iptfs("keys.json"), { file: "keys.json" })
  const bySa = new Map<number, Sent[]>()
  await analyze(
    { ...memorySource(iptfs("capture.pcap")), rereadable: false },
    {
      provider: nodeProvider,
      secrets,
      onPacket(view, open) {
        const p = open(view)
        if (!p) return
        const { nextHeader, sequence } = p
        const sent = bySa.get(p.data.spi) ?? []
        bySa.set(p.data.spi, [...sent, { payload: p.clear.slice(p.dataStart, p.dataEnd), nextHeader, sequence }])
      },
    },
  )
  return [...bySa.values()]
}

/** Numbers of a payload by the tree that is drawn of it; where none is drawn, its first octets. */
function numbersIn({ payload, nextHeader }: Sent): Place[] {
  const source = byteSource(payload, "payload data")
  const sink = new TreeSink()
  decodeInner(source, 0, payload.length, nextHeader, { sink })
  const places = [...numbersOf(sink.roots, source, /^(?!data|.*\.flags|.*checksum)/)]
  if (places.length > 0) return places
  return Array.from({ length: 12 }, (_, at) => ({ name: `octet ${at}`, at, size: at % 2 === 0 ? 2 : 1 }))
}

/** The SA with one number of one packet at an edge. */
function withEdge(sent: readonly Sent[], which: number, place: Place, edge: number): Sent[] {
  const payload = sent[which].payload.slice()
  set(payload, place, edge)
  return sent.with(which, { ...sent[which], payload })
}

/** Tries every number of every packet, or a sample of them. */
async function sweep(name: string, sas: readonly (readonly Sent[])[]): Promise<string[]> {
  const next = random(SEED)
  const faults: string[] = []
  const attempt = async (sent: readonly Sent[], which: number, place: Place, edge: number) => {
    const fault = await faultIn(capture(withEdge(sent, which, place, edge)), ["--keys", keysFile()], next)
    if (fault) faults.push(`${name}: ${place.name} at ${place.at} of packet ${which} = ${edge}: ${fault}`)
  }
  if (ALL)
    for (const sent of sas)
      for (const [which, packet] of sent.entries())
        for (const place of numbersIn(packet))
          for (const edge of edges(bitsOf(place))) await attempt(sent, which, place, edge)
  else
    for (let n = 0; n < SAMPLE / 3; n++) {
      const sent = oneOf(next, sas)
      const which = Math.floor(next() * sent.length)
      const place = oneOf(next, numbersIn(sent[which]))
      await attempt(sent, which, place, oneOf(next, edges(bitsOf(place))))
    }
  return faults
}

describe("numbers inside ESP at the edges of their ranges", () => {
  it("of AGGFRAG payloads give diagnostics only", { timeout: 0 }, async () => {
    const sas = await aggregated()
    // Sealed again, they are what they were, and the numbers of RFC 9347 are among those that are set.
    for (const sent of sas) expect((await opened(capture(sent), keysFile())).held).toBe(sent.length)
    const inner = await Promise.all(sas.map(async sent => (await opened(capture(sent), keysFile())).inner))
    expect(inner.reduce((a, b) => a + b)).toBe(37)
    const names = new Set(
      sas
        .flat()
        .flatMap(numbersIn)
        .map(p => p.name),
    )
    expect(names).toContain("aggfrag.subtype")
    expect(names).toContain("aggfrag.block_offset")
    expect(names).toContain("ip.len")
    // A number that was set is seen: an offset beyond all packets leaves nothing whole.
    const offset = numbersIn(sas[0][0]).find(p => p.name === "aggfrag.block_offset")!
    expect((await opened(capture(withEdge(sas[0], 0, offset, 0xffff)), keysFile())).inner).toBeLessThan(inner[0])
    expect(await sweep("AGGFRAG", sas)).toEqual([])
  })

  it("of ROHC give diagnostics only", { timeout: 0 }, async () => {
    // An IR packet of profile 2 (UDP) under context 0, then UO-0 packets. RFC 3095 §5.7.
    const bodies = ["fd0002a545000000400a0000010a0000020400050000010011", "00aabb", "e101ccdd"]
    const sent = bodies.map((body, i) => ({
      payload: hexBytes(body.padEnd(48, "0")),
      nextHeader: IP_PROTOCOL.ROHC,
      sequence: i + 1,
    }))
    expect((await opened(capture(sent), keysFile())).held).toBe(3)
    expect(await sweep("ROHC", [sent])).toEqual([])
  })

  it("of sequence numbers around the replay window give diagnostics only", { timeout: 0 }, async () => {
    const payload = (await aggregated())[0][0].payload
    const next = random(SEED)
    const near = [63, 64, 65, 65_535, 65_536, 65_537]
    const low = [...edges(32), ...near, ...near.map(n => 2 ** 32 - n)]
    const high = [0, 1, 2, 2 ** 31, 2 ** 32 - 1]
    const faults: string[] = []
    let held = 0
    let repeated = 0
    for (let n = 0; n < (ALL ? 2000 : SAMPLE / 3); n++) {
      const esn = n % 2 === 1
      const nextHeader = IP_PROTOCOL.AGGFRAG
      const seqHi = () => (esn ? oneOf(next, high) : 0)
      const sent = Array.from({ length: 6 }, () => ({
        payload,
        nextHeader,
        sequence: oneOf(next, low),
        seqHi: seqHi(),
      }))
      const bytes = capture(sent, esn)
      const counted = await opened(bytes, keysFile(esn))
      // Without ESN each ICV holds, whatever the number; with it the high half is guessed, and the guess may be off.
      if (!esn) expect(counted.held).toBe(sent.length)
      held += counted.held
      if (new Set(sent.map(s => s.sequence)).size < sent.length) repeated++
      const fault = await faultIn(bytes, ["--keys", keysFile(esn)], next)
      if (fault) faults.push(`${sent.map(s => `${s.seqHi}:${s.sequence}`)}: ${fault}`)
    }
    expect(held).toBeGreaterThan(0)
    expect(repeated).toBeGreaterThan(0)
    expect(faults).toEqual([])
  })

  it("of the window and the counters in `ip xfrm state` change no key", { timeout: 0 }, async () => {
    const table = [
      `src ${LEFT.address.join(".")} dst ${RIGHT.address.join(".")}`,
      `\tproto esp spi 0x${hex8(SPI)} reqid 1 mode tunnel`,
      "\treplay-window 32 seq 0x00000000",
      `\taead rfc4106(gcm(aes)) 0x${toHex(KEYS.key)} 128`,
      "\tanti-replay esn context:",
      "\t seq-hi 0x0, seq 0x0, oseq-hi 0x0, oseq 0x6",
      "\t replay_window 128, bitmap-length 4",
      "\t 00000000 00000000 00000000 0000003f ",
      "\tlifetime config:",
      "\t  limit: soft (INF)(bytes), hard 1000000(bytes)",
      "\tstats:",
      "\t  replay-window 0 replay 0 failed 0",
      "",
    ].join("\n")
    const payload = (await aggregated())[0][0].payload
    const bytes = capture([{ payload, nextHeader: IP_PROTOCOL.AGGFRAG, sequence: 1 }])
    const path = join(folder, "xfrm")
    const counters =
      /(?<=(?:replay-window|seq(?:-hi)?|oseq(?:-hi)?|replay_window|bitmap-length|hard|replay|failed) )(?:0x)?\d+/g
    const found = [...table.matchAll(counters)]
    expect(found).toHaveLength(12)
    for (const [i, { index, 0: old }] of found.entries())
      for (const value of ["4294967295", "18446744073709551616", "-1", "0xffffffff", "9".repeat(400), ""]) {
        writeFileSync(path, table.slice(0, index) + value + table.slice(index + old.length))
        const { held } = await opened(bytes, path)
        expect({ i, value, held }).toEqual({ i, value, held: 1 })
      }
  })
})
