/** Hashes, MACs and ciphers of the default provider: noble's, and our own where noble has none. */
import { cbc as nobleCbc, ctr as nobleCtr } from "@noble/ciphers/aes.js"
import { chacha20poly1305 } from "@noble/ciphers/chacha.js"
import { hmac } from "@noble/hashes/hmac.js"
import { md5, ripemd160, sha1 } from "@noble/hashes/legacy.js"
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js"
import type { CHash } from "@noble/hashes/utils.js"
import { concat } from "../bytes/bytes.ts"
import { aesCbcMac, aesCcm, aesGcm } from "./ciphers/aes.ts"
import { cmacOver, xcbcOver } from "./ciphers/aes-mac.ts"
import { blowfish } from "./ciphers/blowfish.ts"
import { camellia } from "./ciphers/camellia.ts"
import { des, tripleDes } from "./ciphers/des.ts"
import { cbc, ccm, ctr } from "./ciphers/modes.ts"
import { rareCiphers } from "./ciphers/rare.ts"
import type { Aead, Cipher, Hash, Mac, SymmetricProvider } from "./provider.ts"
import { ONE_BLOCK_BYTES, sha1OfBlock } from "./sha1-block.ts"

/** The key is hashed once; each message starts from a copy of that state. */
const hmacOf =
  (hash: CHash): Mac =>
  key => {
    const keyed = hmac.create(hash, key)
    return message => keyed.clone().update(message).digest()
  }

/** Most of what is hashed with SHA-1 is one block of NAT detection. */
const shortSha1: Hash = message => (message.length <= ONE_BLOCK_BYTES ? sha1OfBlock(message) : sha1(message))

const aesCbc: Cipher = {
  decrypt: (key, iv, data) => nobleCbc(key, iv, { disablePadding: true }).decrypt(data),
  encrypt: (key, iv, data) => nobleCbc(key, iv, { disablePadding: true }).encrypt(data),
}
const aesCtr: Cipher = {
  decrypt: (key, iv, data) => nobleCtr(key, iv).decrypt(data),
  encrypt: (key, iv, data) => nobleCtr(key, iv).encrypt(data),
}

/** RFC 7634. */
const chacha: Aead = {
  open(key, nonce, aad, ciphertext, tag) {
    if (tag.length !== 16) return undefined
    try {
      return chacha20poly1305(key, nonce, aad).decrypt(concat(ciphertext, tag))
    } catch {
      return undefined
    }
  },
  seal(key, nonce, aad, plaintext, tagBytes) {
    if (tagBytes !== 16) throw new RangeError("ChaCha20-Poly1305 has a tag of 16 bytes")
    return chacha20poly1305(key, nonce, aad).encrypt(plaintext)
  },
}

/** Without key exchange and signatures, whose curves take longer to load than all of this. */
export const symmetric = {
  hash: { md5, sha1: shortSha1, "sha2-224": sha224, "sha2-256": sha256, "sha2-384": sha384, "sha2-512": sha512 },
  mac: {
    "hmac-md5": hmacOf(md5),
    "hmac-sha1": hmacOf(sha1),
    "hmac-sha2-256": hmacOf(sha256),
    "hmac-sha2-384": hmacOf(sha384),
    "hmac-sha2-512": hmacOf(sha512),
    "hmac-ripemd-160": hmacOf(ripemd160),
    "aes-xcbc": xcbcOver(aesCbcMac),
    "aes-cmac": cmacOver(aesCbcMac),
  },
  cipher: {
    "aes-cbc": aesCbc,
    "aes-ctr": aesCtr,
    "3des-cbc": cbc(tripleDes),
    "des-cbc": cbc(des),
    "blowfish-cbc": cbc(blowfish),
    "camellia-cbc": cbc(camellia),
    "camellia-ctr": ctr(camellia),
    ...rareCiphers,
  },
  aead: { "aes-gcm": aesGcm, "aes-ccm": aesCcm, "camellia-ccm": ccm(camellia), "chacha20-poly1305": chacha },
} satisfies Omit<SymmetricProvider, "name">
