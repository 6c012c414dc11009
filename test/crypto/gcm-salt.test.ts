/** The salt of AES-GCM found from one packet, as rows without it need. */
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { recoverGcmSalt } from "../../src/crypto/gcm-salt.ts"
import { noble } from "../../src/crypto/noble.ts"
import { nodeProvider } from "../../src/node/crypto.ts"

const bytes = (n: number, from: number) => Uint8Array.from({ length: n }, (_, i) => from + 7 * i)

describe.each([noble, nodeProvider])("salt of AES-GCM with $name", provider => {
  it.each([16, 24, 32])("comes out of one packet, key of %i bytes", keyBytes => {
    const [key, salt, iv, aad, plain] = [bytes(keyBytes, 3), bytes(4, 0xc0), bytes(8, 1), bytes(12, 9), bytes(61, 0)]
    const sealed = provider.aead["aes-gcm"]!.seal(key, concat(salt, iv), aad, plain, 16)
    const [ciphertext, tag] = [sealed.subarray(0, 61), sealed.subarray(61)]
    expect(recoverGcmSalt(provider, key, { iv: iv, aad: aad, ciphertext: ciphertext, tag: tag })).toEqual(salt)
    expect(
      recoverGcmSalt(provider, bytes(keyBytes, 4), { iv: iv, aad: aad, ciphertext: ciphertext, tag: tag }),
    ).toBeUndefined()
    expect(
      recoverGcmSalt(provider, key, { iv: iv, aad: aad, ciphertext: ciphertext, tag: tag.subarray(0, 12) }),
    ).toBeUndefined()
    expect(
      recoverGcmSalt(provider, key, { iv: bytes(8, 2), aad: aad, ciphertext: ciphertext, tag: tag }),
    ).toBeUndefined()
  })
})
