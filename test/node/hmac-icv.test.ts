/** HMAC by one-shot hashes against the Hmac object of node:crypto. */
import { createHmac } from "node:crypto"
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import type { MacId } from "../../src/crypto/provider.ts"
import { HmacIcv } from "../../src/node/hmac-icv.ts"

const MACS: [MacId, string, number][] = [
  ["hmac-md5", "md5", 12],
  ["hmac-sha1", "sha1", 12],
  ["hmac-sha2-256", "sha256", 16],
  ["hmac-sha2-384", "sha384", 24],
  ["hmac-sha2-512", "sha512", 32],
]

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 73 + length) & 0xff)

describe.each(MACS)("%s", (mac, name, icvBytes) => {
  // Of a block, one more, and far more than any block: RFC 2104 hashes the key then.
  it.each([0, 1, 20, 64, 65, 128, 129, 300])("holds under a key of %i bytes", keyBytes => {
    const key = bytes(keyBytes)
    const hmac = HmacIcv.of(mac, key)!
    for (const message of [0, 1, 55, 56, 64, 1448].map(bytes)) {
      const padded = concat(hmac.pad, message)
      const icv = concat(Uint8Array.of(9), createHmac(name, key).update(message).digest())
      expect(hmac.holds(padded, icv, 1, icvBytes)).toBe(true)
      for (let i = 1; i <= icvBytes; i++) {
        icv[i] ^= 0x80
        expect(hmac.holds(padded, icv, 1, icvBytes)).toBe(false)
        icv[i] ^= 0x80
      }
      // What is behind a truncated ICV belongs to others.
      icv.fill(0, icvBytes + 1)
      expect(hmac.holds(padded, icv, 1, icvBytes)).toBe(true)
    }
  })
})

it("leaves other MACs to others", () => {
  expect(HmacIcv.of("aes-xcbc", bytes(16))).toBeUndefined()
})
