/** The kernel beside noble: every length around its blocks, states and room; and that its bytes are what the source assembles to. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { expect, it } from "vitest"
// @ts-expect-error plain JavaScript
import { kernelText } from "../../scripts/build-wasm.mjs"
import { toHex } from "../../src/bytes/hex.ts"
import { noble } from "../../src/crypto/noble.ts"
import type { CipherId, HashId, MacId } from "../../src/crypto/provider.ts"
import { FOUR_PADDING_BYTES, HmacFour } from "../../src/crypto/wasm/hmac-four.ts"
import { kernel } from "../../src/crypto/wasm/kernel.ts"
import { kernelSymmetric } from "../../src/crypto/wasm/symmetric.ts"

const mine = kernelSymmetric(kernel()!)
/** Bytes that look like none other. */
const bytes = (length: number, seed = 1): Uint8Array => {
  let x = seed * 2654435761
  return Uint8Array.from({ length }, () => (x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x9e3779b1) >>> 24)
}
const LENGTHS = [...Array.from({ length: 150 }, (_, i) => i), 255, 256, 257, 1400, 1401, 32_767, 32_768, 32_769, 70_000]

it("is what its source assembles to", async () => {
  expect(await kernelText()).toBe(
    readFileSync(resolve(import.meta.dirname, "../../src/crypto/wasm/kernel-wasm.ts"), "utf8"),
  )
})

it.each(["sha2-224", "sha2-256", "sha2-384", "sha2-512"] as HashId[])("hashes by %s as noble does", id => {
  for (const length of LENGTHS)
    expect(toHex(mine.hash[id]!(bytes(length))), `${length}`).toBe(toHex(noble.hash[id]!(bytes(length))))
})

it.each(["hmac-sha1", "hmac-sha2-256", "hmac-sha2-384", "hmac-sha2-512"] as MacId[])("makes %s as noble does", id => {
  for (const length of LENGTHS)
    for (const keyBytes of [0, 20, 64, 65, 129]) {
      const [a, b] = [mine, noble].map(p => p.mac[id]!(bytes(keyBytes, 3))(bytes(length)))
      expect(toHex(a), `${length} ${keyBytes}`).toBe(toHex(b))
    }
})

it("makes four HMAC-SHA2-256 at once as noble makes them one by one", () => {
  const { bytes: memory } = kernel()!
  const fit = LENGTHS.filter(length => length < 2000)
  const most = 2000 + FOUR_PADDING_BYTES
  const room = kernel()!.place("four messages", 4 * most)
  for (const [n, keyBytes] of fit.map((_, n) => [n, [0, 32, 64, 65][n % 4]])) {
    const key = bytes(keyBytes, 3)
    const four = HmacFour.of(kernel()!, key)
    // Lengths near each other and far from each other, in any order.
    const lengths = [n, n + 1, 3 * n + 2, 7 * n + 5].map(i => fit[i % fit.length])
    const at = lengths.map((_, lane) => room + lane * most)
    for (const [lane, length] of lengths.entries()) memory.set(bytes(length, lane + 1), at[lane])
    four.take(at, lengths)
    for (const [lane, length] of lengths.entries()) {
      const mac = noble.mac["hmac-sha2-256"]!(key)(bytes(length, lane + 1))
      expect(four.holds(lane, mac, 0, 32), `${length} ${keyBytes}`).toBe(true)
      mac[n % 32] ^= 1
      expect(four.holds(lane, mac, 0, 32)).toBe(false)
    }
  }
})

it.each(["aes-cbc", "aes-ctr"] as CipherId[])("decrypts %s as noble does", id => {
  for (const keyBytes of [16, 24, 32])
    for (const length of LENGTHS.filter(n => id === "aes-ctr" || n % 16 === 0)) {
      const [key, iv, data] = [bytes(keyBytes, 5), bytes(16, length + 1), bytes(length)]
      const [a, b] = [mine, noble].map(p => p.cipher[id]!.decrypt(key, iv, data))
      expect(toHex(a), `${keyBytes} ${length}`).toBe(toHex(b))
    }
})

it.each(["aes-gcm", "chacha20-poly1305"] as const)("opens %s as noble seals it, and no other", id => {
  for (const length of LENGTHS)
    for (const aadBytes of [0, 8, 12, 16, 28]) {
      const key = bytes(32, 7)
      const [nonce, aad, plain] = [bytes(12, length + 2), bytes(aadBytes, 9), bytes(length)]
      const sealed = noble.aead[id]!.seal(key, nonce, aad, plain, 16)
      const [body, tag] = [sealed.subarray(0, length), sealed.slice(length)]
      const open = () => mine.aead[id]!.open(key, nonce, aad, body, tag)
      expect(toHex(open()!), `${length} ${aadBytes}`).toBe(toHex(plain))
      tag[length % 16] ^= 1 << (length % 8)
      expect(open()).toBeUndefined()
      tag[length % 16] ^= 1 << (length % 8)
      if (length > 0) {
        body[length >> 1] ^= 1
        expect(open()).toBeUndefined()
      }
    }
})

it("adds up Poly1305 where every limb runs over", () => {
  // Keys and texts of ones: h comes close to 2^130 - 5, where the last subtraction decides.
  for (const fill of [0xff, 0xfe, 0xfb, 0x80]) {
    const key = new Uint8Array(32).fill(fill)
    for (const length of [0, 15, 16, 64, 1024]) {
      const plain = new Uint8Array(length).fill(fill)
      const sealed = noble.aead["chacha20-poly1305"]!.seal(key, key.subarray(0, 12), key.subarray(0, 8), plain, 16)
      const out = mine.aead["chacha20-poly1305"]!.open(
        key,
        key.subarray(0, 12),
        key.subarray(0, 8),
        sealed.subarray(0, length),
        sealed.subarray(length),
      )
      expect(toHex(out!)).toBe(toHex(plain))
    }
  }
})
