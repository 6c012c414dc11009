/** Hashes of one block are those of OpenSSL, for every length, and longer messages are left to the library. */
import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { ONE_BLOCK_BYTES, sha1OfBlock } from "../../src/crypto/sha1-block.ts"
import { sha256OfBlock } from "../../src/crypto/sha2-block.ts"
import { symmetric } from "../../src/crypto/symmetric.ts"
import { nodeSymmetric } from "../../src/node/symmetric.ts"

describe.each([
  ["sha1", "sha1", sha1OfBlock],
  ["sha256", "sha2-256", sha256OfBlock],
] as const)("%s of one block", (name, id, ofBlock) => {
  const right = (m: Uint8Array) => createHash(name).update(m).digest("hex")

  it("is right for every length and many contents, one after another", () => {
    let seed = 1
    for (let round = 0; round < 40; round++)
      for (let length = 0; length <= ONE_BLOCK_BYTES; length++) {
        const message = Uint8Array.from({ length }, () => {
          seed = (Math.imul(seed, 1103515245) + 12345) | 0
          return seed >>> 16
        })
        expect(toHex(ofBlock(message))).toBe(right(message))
      }
    for (const fill of [0x00, 0xff])
      expect(toHex(ofBlock(new Uint8Array(55).fill(fill)))).toBe(right(new Uint8Array(55).fill(fill)))
  })

  it("leaves longer messages to the library", () => {
    for (const provider of [symmetric, nodeSymmetric])
      for (const length of [54, 55, 56, 63, 64, 65, 200]) {
        const message = new Uint8Array(length).fill(length)
        expect(toHex(provider.hash[id]!(message))).toBe(right(message))
      }
  })
})
