/** Every ESP suite on every opener: packets sealed here, packets that a Linux kernel made, damaged packets. */

import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { concat, u32be } from "../../src/bytes/bytes.ts"
import { fromHex, toHex } from "../../src/bytes/hex.ts"
import { encrByName, encrFromKeyLength } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { noble } from "../../src/crypto/noble.ts"
import { readTrailer } from "../../src/ipsec/esp-trailer.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { createEspOpener, type EspOpener } from "../../src/open/esp-opener.ts"
import { espLayout, espUnsupported } from "../../src/open/esp-suite.ts"
import { SHARED } from "./lab.ts"
import { batchOf, sealEsp } from "./seal.ts"

const ENCR = [
  "AES-CBC-128",
  "AES-CBC-256",
  "AES-CTR-128",
  "AES-CTR-192",
  "3DES-CBC",
  "DES-CBC",
  "BLOWFISH-CBC-128",
  "CAST-CBC-128",
  "CAMELLIA-CBC-256",
  "CAMELLIA-CTR-128",
  "NULL",
]
const INTEG = [
  "HMAC-MD5-96",
  "HMAC-SHA1-96",
  "HMAC-SHA2-256-96",
  "HMAC-SHA2-256-128",
  "HMAC-SHA2-384-192",
  "HMAC-SHA2-512-256",
  "AES-XCBC-96",
  "AES-CMAC-96",
]
const AEAD = [
  "AES-GCM-8-128",
  "AES-GCM-12-192",
  "AES-GCM-16-256",
  "AES-CCM-8-128",
  "AES-CCM-12-192",
  "AES-CCM-16-256",
  "CAMELLIA-CCM-16-256",
  "CHACHA20-POLY1305",
  "AES-CCM-8-IIV-128",
  "AES-GCM-16-IIV-256",
  "CHACHA20-POLY1305-IIV",
  "NULL-AES-GMAC-256",
]

const key = (length: number, salt: number) => Uint8Array.from({ length }, (_, i) => (i * 11 + salt) & 0xff)

function keysOf(encrName: string, integName: string | null, esn: boolean): EspKeys {
  const encr = encrByName(encrName)!
  const integ = integName === null ? null : integByName(integName)!
  return { encr, integ, key: key(encr.keyBytes + encr.saltBytes, 3), integKey: key(integ?.keyBytes ?? 0, 5), esn }
}

const suites: [string, EspKeys][] = [false, true].flatMap(esn => [
  ...ENCR.map((e): [string, EspKeys] => [e, keysOf(e, "HMAC-SHA2-256-128", esn)]),
  ...INTEG.map((i): [string, EspKeys] => [i, keysOf("AES-CBC-128", i, esn)]),
  ...AEAD.map((a): [string, EspKeys] => [a, keysOf(a, null, esn)]),
])

/** 40 payloads of many lengths, over a few of the kernels' batch limits. */
const payloads = Array.from({ length: 40 }, (_, i) => key(i * 37, i))

const openers: [string, (keys: EspKeys) => EspOpener | undefined][] = [
  ["noble", keys => createEspOpener(keys, noble)],
  ["node, packet by packet", keys => createEspOpener(keys, nodeProvider)],
  ["node kernels", keys => createNodeEspOpener(keys, nodeProvider)],
]

describe.each(openers)("%s", (_, create) => {
  it.each(suites.map(([name, keys]) => [`${name}${keys.esn ? " ESN" : ""}`, keys] as const))(
    "opens %s",
    (_name, keys) => {
      const opener = create(keys)
      // Not every provider offers every algorithm.
      if (!opener) return
      const layout = espLayout(keys)
      const seqHi = (i: number) => (keys.esn ? 7 + (i % 2) : 0)
      const packets = payloads.map((p, i) => sealEsp(keys, nodeProvider, p, { sequence: i + 1, seqHi: seqHi(i) }))
      const batch = batchOf(packets, seqHi)
      const ok = new Uint8Array(batch.n)
      const out = new Uint8Array(batch.bytes.length)
      expect(opener.open(batch, ok, out)).toBe(batch.n)
      for (const [i, payload] of payloads.entries()) {
        const start = batch.at[i] + 8 + layout.ivBytes
        const trailer = readTrailer(out, start, batch.at[i] + batch.length[i] - layout.icvBytes)
        expect(trailer).toMatchObject({ fits: true, padOk: true, nextHeader: 4 })
        expect(toHex(out, start, trailer.dataEnd)).toBe(toHex(payload))
      }
      expect(opener.open(batch, ok)).toBe(batch.n)
    },
  )

  it.each(suites)("finds damage: %s", (_name, keys) => {
    const opener = create(keys)
    if (!opener) return
    const packets = payloads.map((p, i) => sealEsp(keys, nodeProvider, p, { sequence: i + 1 }))
    // Every third packet has a bit flipped, each in another place; every fifth is cut short.
    const damaged = packets.map((p, i) => {
      const copy = p.slice(0, i % 5 === 4 ? Math.min(p.length - 1, i) : p.length)
      if (i % 3 === 2) copy[(i * 13) % copy.length] ^= 1 << (i % 8)
      return copy
    })
    const batch = batchOf(damaged)
    const ok = new Uint8Array(batch.n)
    opener.open(batch, ok, new Uint8Array(batch.bytes.length))
    expect([...ok]).toEqual(payloads.map((_p, i) => (i % 3 === 2 || i % 5 === 4 ? 0 : 1)))
  })
})

describe("the keys", () => {
  it("says why they cannot be used", () => {
    const keys = keysOf("AES-CBC-256", "HMAC-SHA1-96", false)
    expect(espUnsupported({ ...keys, key: keys.key.subarray(1) }, nodeProvider)).toMatch(/32 bytes.*not 31/)
    const bare = { ...nodeProvider, name: "bare", cipher: {} }
    expect(espUnsupported(keys, bare)).toMatch("AES-CBC-256 is not offered by bare")
    expect(createEspOpener(keys, bare)).toBeUndefined()
  })

  it("leaves an unknown ICV unchecked, at its length", () => {
    const keys = keysOf("AES-CBC-128", "HMAC-SHA1-96", false)
    const any = { ...keys, integ: { name: "ANY-96", keyBytes: 0, icvBytes: 12 }, integKey: new Uint8Array(0) }
    expect(espLayout(any)).toMatchObject({ icv: "unchecked", icvBytes: 12 })
    const batch = batchOf([sealEsp(keys, nodeProvider, payloads[5], { sequence: 1 })])
    const out = new Uint8Array(batch.bytes.length)
    for (const create of [createEspOpener, createNodeEspOpener]) {
      expect(create(any, nodeProvider)!.open(batch, new Uint8Array(1), out)).toBe(1)
      expect(toHex(out, 24, 24 + payloads[5].length)).toBe(toHex(payloads[5]))
    }
  })
})

interface KernelVector {
  test: string
  spi: number
  seq: number
  sa: { crypt_algo: string; crypt_key: string; crypt_icv_size?: string }
  esp_payload_after_spi_seq_hex: string
}

const VECTORS = `${SHARED}/vectors/scapy_linux_esp.json`
const NAMES: Record<string, string> = {
  DES: "DES-CBC",
  "3DES": "3DES-CBC",
  Blowfish: "BLOWFISH-CBC",
  CAST: "CAST-CBC",
  "AES-GCM": "AES-GCM-16",
  "AES-NULL-GMAC": "NULL-AES-GMAC",
  "AES-CCM": "AES-CCM-8",
}

/** The file gives sequence number 1 for the GMAC packets, whose tags hold for 22 and for 5; with ESN the high half is 1. */
const SEQUENCE: Record<string, number> = {
  "IPv4 / ESP - Transport - AES-NULL-GMAC - NULL": 22,
  "IPv4 / ESP - Transport - AES-NULL-GMAC - NULL -- ESN": 5,
}

describe.skipIf(!existsSync(VECTORS))("packets of a Linux kernel", () => {
  const vectors: KernelVector[] = existsSync(VECTORS) ? JSON.parse(readFileSync(VECTORS, "utf8")).vectors : []
  it.each(vectors.map(v => [v.test, v] as const))("%s", (_name, v) => {
    const cryptKey = fromHex(v.sa.crypt_key)!
    const encr = encrFromKeyLength(NAMES[v.sa.crypt_algo] ?? v.sa.crypt_algo, cryptKey.length)!
    const packet = concat(u32be(v.spi), u32be(SEQUENCE[v.test] ?? v.seq), fromHex(v.esp_payload_after_spi_seq_hex)!)
    const keys = { encr, key: cryptKey, integ: null, integKey: new Uint8Array(0), esn: v.test.includes("ESN") }
    for (const create of [createEspOpener, createNodeEspOpener]) {
      const opener = create(keys, nodeProvider)!
      const batch = batchOf([packet], () => (keys.esn ? 1 : 0))
      const out = new Uint8Array(packet.length)
      expect(opener.open(batch, new Uint8Array(1), out)).toBe(1)
      const layout = espLayout(keys)
      const trailer = readTrailer(out, 8 + layout.ivBytes, packet.length - layout.icvBytes)
      expect(trailer).toMatchObject({ fits: true, padOk: true, nextHeader: 4 })
    }
  })
})
