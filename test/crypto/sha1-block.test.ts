import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { ONE_BLOCK_BYTES, sha1OfBlock } from "../../src/crypto/sha1-block.ts"
import { symmetric } from "../../src/crypto/symmetric.ts"

const sha1 = (m: Uint8Array) => createHash("sha1").update(m).digest("hex")

describe("SHA-1 of one block", () => {
  it("is SHA-1, for every length and many contents, one after another", () => {
    let seed = 1
    for (let round = 0; round < 40; round++)
      for (let length = 0; length <= ONE_BLOCK_BYTES; length++) {
        const message = Uint8Array.from({ length }, () => {
          seed = (Math.imul(seed, 1103515245) + 12345) | 0
          return seed >>> 16
        })
        expect(toHex(sha1OfBlock(message))).toBe(sha1(message))
      }
    for (const fill of [0x00, 0xff])
      expect(toHex(sha1OfBlock(new Uint8Array(55).fill(fill)))).toBe(sha1(new Uint8Array(55).fill(fill)))
  })

  it("leaves longer messages to the library", () => {
    for (const length of [54, 55, 56, 63, 64, 65, 200]) {
      const message = new Uint8Array(length).fill(length)
      expect(toHex(symmetric.hash.sha1!(message))).toBe(sha1(message))
    }
  })
})
