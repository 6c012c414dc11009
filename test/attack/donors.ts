/** Honest cleartext to bend: the payloads of every message that the fixtures' keys open, and the packets inside their ESP. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import type { Chain } from "./bend.ts"

interface InnerDonor {
  readonly nextHeader: number
  readonly bytes: Uint8Array
}

export interface Donors {
  readonly v1: Chain[]
  readonly v2: Chain[]
  readonly inner: InnerDonor[]
}

const fixtures = resolve(import.meta.dirname, "../../fixtures")
/** Kept of each capture: the rest is of the same kind. */
const INNER_EACH = 6

/** Of every fixture that has keys, or of a third of them, which takes less time. */
export async function collectDonors(all: boolean): Promise<Donors> {
  const donors: Donors = { v1: [], v2: [], inner: [...BUILT] }
  const captures = readdirSync(fixtures, { recursive: true, encoding: "utf8" }).filter(f => f.endsWith("capture.pcap"))
  const keysOf = (capture: string): string => join(fixtures, dirname(capture), "keys.json")
  const keyed = captures.sort().filter(c => existsSync(keysOf(c)))
  for (const capture of all ? keyed : keyed.filter((_, i) => i % 3 === 0)) {
    const keys = keysOf(capture)
    let kept = 0
    await analyze(memorySource(new Uint8Array(readFileSync(join(fixtures, capture)))), {
      provider: nodeProvider,
      secrets: importSecrets(readFileSync(keys, "utf8"), { file: keys }).secrets,
      onOpened(_frame, _place, { clear, first, end, iv, reassembled }) {
        const chain = reassembled
          ? { first: reassembled.first, bytes: reassembled.clear.bytes.slice() }
          : { first, bytes: clear.bytes.slice(0, end) }
        if (chain.bytes.length > 0) (iv ? donors.v1 : donors.v2).push(chain)
      },
      data: {
        onInner({ nextHeader, bytes, start, end }) {
          if (kept++ < INNER_EACH) donors.inner.push({ nextHeader, bytes: bytes.slice(start, end) })
        },
      },
    })
  }
  return donors
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ""), "hex"))
const V4 = "4500 003c 0001 0000 40 PP 0000 0a010001 0a650001"
const v4 = (protocol: number, body: string): Uint8Array =>
  hex(V4.replace("PP", protocol.toString(16).padStart(2, "0")) + body)

/** What no fixture has inside: extension headers, tunnels in tunnels, compression, aggregation, DNS, ESP, errors. */
const BUILT: readonly InnerDonor[] = [
  {
    nextHeader: 4,
    bytes: v4(
      17,
      "0035 3039 0028 0000 1234 8180 0001 0001 0000 0000 03777777 c00c 0001 0001 c00c 0001 0001 00000e10 0004 0a000001",
    ),
  },
  {
    nextHeader: 4,
    bytes: v4(
      17,
      "1194 1194 0028 0000 00000000 1122334455667788 8877665544332211 21 20 22 08 00000000 00000024 00000008",
    ),
  },
  {
    nextHeader: 4,
    bytes: v4(50, "deadbeef 00000001 00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff"),
  },
  { nextHeader: 4, bytes: v4(4, V4.replace("PP", "01") + "0800 1234 0001 0001 6162636465666768") },
  { nextHeader: 4, bytes: v4(1, `0304 0000 0000 05dc ${V4.replace("PP", "32")} deadbeef 00000001`) },
  { nextHeader: 4, bytes: v4(47, "2000 0800 00000001 4500 0014 0000 0000 40 01 0000 0a000001 0a000002") },
  {
    nextHeader: 4,
    bytes: v4(6, "1194 01f4 00000001 00000002 a0 12 ffff 0000 0000 0204 05b4 0402 080a 00000001 00000000 0103 0307"),
  },
  {
    nextHeader: 41,
    bytes: hex(
      "60000000 0028 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002 3c00 0502 0000 0100 2b00 0104 00000000 2c00 0000 3a00 0001 00000001 8000 1234 0001 0001 61626364",
    ),
  },
  { nextHeader: 108, bytes: hex("04 00 0002 4b4c0402000100") },
  {
    nextHeader: 144,
    bytes: hex(`00 00 0000 ${V4.replace("PP", "11")} 0035 3039 0028 0000 ${"61".repeat(32)} 00 00 00 00`),
  },
  {
    nextHeader: 144,
    bytes: hex(`01 00 0010 00000000 0000000000000000 00000000 00000000 ${"00".repeat(16)} ${V4.replace("PP", "11")}`),
  },
  { nextHeader: 94, bytes: hex("04 00 04 00 01010101 4500 0014 0000 0000 40 01 0000 0a000001 0a000002") },
  { nextHeader: 59, bytes: hex("0000000000000000") },
  { nextHeader: 6, bytes: hex("01bb 01bb 00000001 00000002 50 18 ffff 0000 0000 16030100 0561626364") },
]
