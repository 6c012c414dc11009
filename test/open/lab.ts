/** Lab scenarios with the keys that the daemons knew: what ESP and AH tests of several files need. */

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { fromHex } from "../../src/bytes/hex.ts"
import { encrByName, encrFromKeyLength } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { readIpPacket } from "../../src/ipsec/ip-packet.ts"
import type { DataSaKeys } from "../../src/keys/data-sa-keys.ts"
import { readCaptures } from "../../src/node/read-captures.ts"

const root = resolve(import.meta.dirname, "../../..")
export const LAB = resolve(root, "shared/captures/lab")
export const SHARED = resolve(root, "shared")
export const haveShared = existsSync(SHARED)
if (!haveShared) console.log("skipped: no ../shared beside the checkout")

/** Names of the scenarios, none when they are not there. */
export const labNames = (): string[] => (existsSync(LAB) ? readdirSync(LAB).sort() : [])

interface TruthSa {
  spi: string
  src: string
  dst: string
  proto: "ESP" | "AH"
  encr: string | null
  encr_key: string
  integ: string | null
  integ_key: string
  proposal: string
}

export interface Truth {
  packets: Record<string, number>
  esp?: TruthSa[]
}

export const readTruth = (dir: string): Truth => JSON.parse(readFileSync(`${dir}/truth.json`, "utf8"))

const bytes = (hex: string | null | undefined) => fromHex(hex ?? "") ?? new Uint8Array(0)

/** The SAs of a scenario as the data plane takes them. */
export function truthTable(truth: Truth): DataSaKeys[] {
  return (truth.esp ?? []).map((sa, i) => {
    const key = bytes(sa.encr_key)
    const encr = sa.encr ? encrFromKeyLength(sa.encr.replaceAll("_", "-"), key.length) : encrByName("NULL")
    if (!encr) throw new Error(`no row for ${sa.encr}`)
    const integ = sa.integ ? (integByName(sa.integ.replaceAll("_", "-")) ?? null) : null
    const keys = { encr, key, integ, integKey: bytes(sa.integ_key), esn: /\/EXT_SEQ/.test(sa.proposal) }
    const spi = Number.parseInt(sa.spi, 16)
    return {
      id: `child/${i}`,
      protocol: sa.proto,
      spi,
      source: sa.src,
      destination: sa.dst,
      keys,
      origin: "given" as const,
    }
  })
}

/** Transport headers and what follows of every packet of a plaintext capture, as hex; fragments with their data. */
export async function innerPayloads(path: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  await readCaptures(
    [path],
    {
      packet(view) {
        const hex = transportHex(view.ipBytes, view.ipStart, view.ipBytes.length)
        found.set(hex, (found.get(hex) ?? 0) + 1)
      },
      diagnostic() {},
    },
    { all: true },
  )
  return found
}

/** What follows the IP headers of the packet at `start`. */
export function transportHex(b: Uint8Array, start: number, end: number): string {
  const ip = readIpPacket(b, start, end)
  return ip ? Buffer.from(b.subarray(ip.upperAt, ip.end)).toString("hex") : ""
}
