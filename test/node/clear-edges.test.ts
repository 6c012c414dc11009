/** With edges the kernels leave out the middle of a packet's cleartext, and nothing else: the whole form is the reference. */
import { createCipheriv, createHmac, randomBytes } from "node:crypto"
import { describe, expect, it } from "vitest"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { createBrowserEspOpener } from "../../src/open/browser-esp-opener.ts"
import { HEAD_BYTES, TAIL_BYTES, tailStart } from "../../src/open/clear-edges.ts"
import { createEspOpener, type EspBatch } from "../../src/open/esp-opener.ts"

const keysOf = (encrName: string, integName: string | null): EspKeys => {
  const encr = encrByName(encrName)!
  const integ = integName ? integByName(integName)! : null
  return {
    encr,
    integ,
    esn: false,
    key: new Uint8Array(randomBytes(encr.keyBytes + encr.saltBytes)),
    integKey: new Uint8Array(randomBytes(integ?.keyBytes ?? 0)),
  }
}

/** An ESP packet whose body is `body`. */
function seal(keys: EspKeys, sequence: number, body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(0x1234, 0)
  head.writeUInt32BE(sequence, 4)
  const iv = randomBytes(keys.encr.ivBytes)
  if (keys.encr.aead) {
    const key = keys.key.subarray(0, keys.encr.keyBytes)
    const nonce = Buffer.concat([keys.key.subarray(keys.encr.keyBytes), iv])
    const name = keys.encr.aead === "aes-gcm" ? "aes-256-gcm" : "chacha20-poly1305"
    const cipher = createCipheriv(name as "aes-256-gcm", key, nonce, { authTagLength: 16 })
    cipher.setAAD(head)
    const text = Buffer.concat([cipher.update(body), cipher.final()])
    return new Uint8Array(Buffer.concat([head, iv, text, cipher.getAuthTag()]))
  }
  const cipher = createCipheriv("aes-128-cbc", keys.key, iv).setAutoPadding(false)
  const covered = Buffer.concat([head, iv, cipher.update(body), cipher.final()])
  const icv = createHmac("sha256", keys.integKey).update(covered).digest().subarray(0, 16)
  return new Uint8Array(Buffer.concat([covered, icv]))
}

function batchOf(packets: readonly Uint8Array[]): EspBatch {
  const at = new Uint32Array(packets.length)
  let used = 0
  for (const [i, packet] of packets.entries()) {
    at[i] = used
    used += packet.length
  }
  const bytes = new Uint8Array(used)
  for (const [i, packet] of packets.entries()) bytes.set(packet, at[i])
  const length = Uint32Array.from(packets, p => p.length)
  const n = packets.length
  return { bytes, at, length, seqHi: new Uint32Array(n), frame: new Float64Array(n), n }
}

describe.each([
  ["AES-GCM-16-256", null, 1],
  ["AES-CBC-128", "HMAC-SHA2-256-128", 16],
  ["CHACHA20-POLY1305", null, 1],
] as const)("edges of %s with %s", (encrName, integName, block) => {
  const keys = keysOf(encrName, integName)
  const sizes = Array.from({ length: 400 }, (_, i) => block * (1 + (i % (1600 / block))) + (block === 1 ? 1 : 0))
  const bodies = sizes.map(size => new Uint8Array(randomBytes(size)))
  const packets = bodies.map((body, i) => seal(keys, i + 1, body))
  // Some are broken.
  for (let i = 5; i < packets.length; i += 40) packets[i][packets[i].length - 1] ^= 1
  const batch = batchOf(packets)

  it.each([
    ["node", createNodeEspOpener],
    ["browser", createBrowserEspOpener],
  ] as const)("hold where the whole packet holds, with the same head and tail: %s", (kernels, create) => {
    const reference = { ok: new Uint8Array(batch.n), out: new Uint8Array(batch.bytes.length) }
    createEspOpener(keys, nodeProvider)!.open(batch, reference.ok, reference.out)
    const ok = new Uint8Array(batch.n)
    const out = new Uint8Array(batch.bytes.length)
    const held = create(keys, nodeProvider)!.open(batch, ok, out, true)
    expect([...ok]).toEqual([...reference.ok])
    expect(held).toBe(packets.length - 10)
    let left = 0
    for (const [i, body] of bodies.entries()) {
      if (!ok[i]) continue
      const from = batch.at[i] + 8 + keys.encr.ivBytes
      const head = Math.min(HEAD_BYTES, body.length)
      const tail = Math.max(0, body.length - TAIL_BYTES)
      expect(out.subarray(from, from + head)).toEqual(body.subarray(0, head))
      expect(out.subarray(from + tail, from + body.length)).toEqual(body.subarray(tail))
      if (tailStart(body.length) === body.length) expect(out.subarray(from, from + body.length)).toEqual(body)
      else if (out.subarray(from, from + body.length).some((b, n) => b !== body[n])) left++
    }
    // It does leave something out, but node's ChaCha20.
    if (kernels === "browser" || encrName !== "CHACHA20-POLY1305") expect(left).toBeGreaterThan(100)
  })
})
