/** The kernels over batches larger than their scratch, with the largest packets, and with SAs in turn: the same as packet by packet. */

import { afterAll, expect, it } from "vitest"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { noble } from "../../src/crypto/noble.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { createBrowserEspOpener } from "../../src/open/browser-esp-opener.ts"
import { createEspOpener, type EspBatch, type EspOpener } from "../../src/open/esp-opener.ts"
import { batchOf, sealEsp } from "../open/seal.ts"

const SUITES: [string, string | null][] = [
  ["AES-CBC-128", "HMAC-SHA2-256-128"],
  ["AES-CBC-256", "HMAC-SHA2-512-256"],
  ["AES-CBC-192", "AES-XCBC-96"],
  ["AES-CBC-128", null],
  ["AES-CTR-128", "HMAC-SHA1-96"],
  ["AES-CTR-256", "HMAC-SHA2-384-192"],
  ["AES-CTR-128", null],
  ["AES-GCM-16-256", null],
  ["CHACHA20-POLY1305", null],
]
const KERNELS = [
  ["node", createNodeEspOpener],
  ["browser", createBrowserEspOpener],
] as const

function keysOf(encrName: string, integName: string | null, esn: boolean, salt = 0): EspKeys {
  const encr = encrByName(encrName)!
  const integ = integName === null ? null : integByName(integName)!
  const key = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 11 + salt) & 0xff)
  return { encr, integ, key: key(encr.keyBytes + encr.saltBytes), integKey: key(integ?.keyBytes ?? 0), esn }
}

/** Payload lengths over and over the scratch: the largest that fits into IP, and then small ones and large ones. */
const LENGTHS = [65_400, 65_399, 0, 65_400, 1, ...Array.from({ length: 1500 }, (_, i) => (i * 37) % 1500), 65_400]

/** Every seventh packet is damaged. */
function damagedBatch(keys: EspKeys): EspBatch {
  const seqHi = (i: number) => (keys.esn ? i % 3 : 0)
  const packets = LENGTHS.map((length, i) => {
    const payload = new Uint8Array(length).fill(i)
    const packet = sealEsp(keys, nodeProvider, payload, { sequence: i + 1, seqHi: seqHi(i) })
    if (i % 7 === 3) packet[(i * 13) % packet.length] ^= 1 << (i % 8)
    return packet
  })
  return batchOf(packets, seqHi)
}

function opened(opener: EspOpener, batch: EspBatch): { held: number; ok: Uint8Array; out: Uint8Array } {
  const ok = new Uint8Array(batch.n).fill(7)
  const out = new Uint8Array(batch.bytes.length)
  return { held: opener.open(batch, ok, out), ok, out }
}

interface Case {
  readonly keys: EspKeys
  readonly batch: EspBatch
  readonly reference: ReturnType<typeof opened>
}

/** Batches and what packet by packet makes of them: the same for every kernel. */
const cases = new Map<string, Case>()
afterAll(() => cases.clear())

function caseOf(encr: string, integ: string | null, esn: boolean): Case {
  const name = `${encr} ${integ} ${esn}`
  const known = cases.get(name)
  if (known) return known
  const keys = keysOf(encr, integ, esn)
  const batch = damagedBatch(keys)
  const made = { keys, batch, reference: opened(createEspOpener(keys, nodeProvider)!, batch) }
  cases.set(name, made)
  return made
}

function same(a: ReturnType<typeof opened>, b: ReturnType<typeof opened>): void {
  expect(a.held).toBe(b.held)
  expect(Buffer.compare(a.ok, b.ok)).toBe(0)
  expect(Buffer.compare(a.out, b.out)).toBe(0)
}

it.each(KERNELS.flatMap(k => SUITES.flatMap(s => [[...k, ...s, false] as const, [...k, ...s, true] as const])))(
  "%s: %o %s with %s, ESN %s",
  (_, create, encr, integ, esn) => {
    const { keys, batch, reference } = caseOf(encr, integ, esn)
    const before = batch.bytes.slice()
    const opener = create(keys, noble)!
    same(opened(opener, batch), reference)
    expect(opener.open(batch, new Uint8Array(batch.n))).toBe(reference.held)
    same(opened(opener, batch), reference)
    expect(Buffer.compare(batch.bytes, before)).toBe(0)
  },
)

it.each(KERNELS)("SAs in turn: %s", (_, create) => {
  const sas = SUITES.map(([encr, integ], i) => keysOf(encr, integ, i % 2 === 0, i)).map(keys => {
    const packets = [1400, 64, 700].map((n, i) => sealEsp(keys, nodeProvider, new Uint8Array(n), { sequence: i }))
    const batch = batchOf(packets)
    return {
      batch,
      reference: opened(createEspOpener(keys, nodeProvider)!, batch),
      opener: create(keys, noble)!,
    }
  })
  for (let round = 0; round < 3; round++)
    for (const { batch, reference, opener } of sas) same(opened(opener, batch), reference)
})
