/** Hashes, MACs and ciphers of node:crypto where it is faster or has more, the default provider's for the rest. */
import { createCipheriv, createDecipheriv, hash as digest } from "node:crypto"
import { concat, equal, u32be } from "../bytes/bytes.ts"
import { present } from "../bytes/typed.ts"
import { cmacOver, xcbcOver } from "../crypto/ciphers/aes-mac.ts"
import { ghashOf } from "../crypto/gcm-salt.ts"
import type { Aead, Cipher, Hash, Mac, MacId, SymmetricProvider } from "../crypto/provider.ts"
import { ONE_BLOCK_BYTES, sha1OfBlock } from "../crypto/sha1-block.ts"
import { sha256OfBlock } from "../crypto/sha2-block.ts"
import { symmetric } from "../crypto/symmetric.ts"
import { HmacIcv } from "./hmac-icv.ts"

/** A plain view of a Buffer: the core knows no Buffer. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)

const hash =
  (name: string): Hash =>
  message =>
    plain(digest(name, message, "buffer"))

const openSslSha1 = hash("sha1")
/** For one block, as in NAT detection, the call into OpenSSL costs more than the hash in JavaScript. */
const sha1: Hash = message => (message.length <= ONE_BLOCK_BYTES ? sha1OfBlock(message) : openSslSha1(message))
const openSslSha256 = hash("sha256")
const sha256: Hash = message => (message.length <= ONE_BLOCK_BYTES ? sha256OfBlock(message) : openSslSha256(message))

const hmac = (id: MacId): Mac =>
  keptByKey(key => {
    const keyed = present(HmacIcv.of(id, key))
    return message => keyed.of(message)
  })

/** Keys of which the state is kept: both directions of an IKE SA, its SK_d, and one more. */
const KEPT_KEYS = 4

/** `make`, with one result for a key that was among the last. */
function keptByKey<T>(make: (key: Uint8Array) => T): (key: Uint8Array) => T {
  const kept: { readonly key: Uint8Array; readonly made: T }[] = []
  let next = 0
  return key => {
    for (const k of kept) if (equal(k.key, key)) return k.made
    const made = make(key)
    kept[next] = { key: key.slice(), made }
    next = (next + 1) % KEPT_KEYS
    return made
  }
}

/** Makes states of OpenSSL's cipher of a name with `*` for the key bits; `keyOf` adapts the key. Throws on a key or IV of another length. */
const statesOf =
  (name: string, keyOf = (key: Uint8Array) => key) =>
  (make: typeof createCipheriv | typeof createDecipheriv, key: Uint8Array, iv: Uint8Array) =>
    make(name.replace("*", String(8 * key.length)), keyOf(key), iv).setAutoPadding(false)

const cipher = (...named: Parameters<typeof statesOf>): Cipher => {
  const stateOf = statesOf(...named)
  const run = (make: typeof createCipheriv | typeof createDecipheriv): Cipher["encrypt"] => {
    return (key, iv, data) => {
      const state = stateOf(make, key, iv)
      const out = plain(state.update(data))
      state.final() // throws unless the data were whole blocks
      return out
    }
  }
  return { encrypt: run(createCipheriv), decrypt: run(createDecipheriv) }
}

/**
 * The same for CBC, which decrypts with a state that is kept for its key: a new one costs as much as decrypting 2 kB. Behind the IV as a block of its own,
 * what came before does not matter.
 */
const cbc = (name: string, ivBytes: number, keyOf?: (key: Uint8Array) => Uint8Array): Cipher => {
  const { encrypt, decrypt } = cipher(name, keyOf)
  const newState = statesOf(name, keyOf)
  const stateOf = keptByKey(key => newState(createDecipheriv, key, new Uint8Array(ivBytes)))
  return {
    encrypt,
    decrypt: (key, iv, data) =>
      iv.length === ivBytes && data.length % ivBytes === 0
        ? plain(stateOf(key).update(concat(iv, data))).subarray(ivBytes)
        : decrypt(key, iv, data),
  }
}

/** EDE with one key thrice is single DES, which OpenSSL 3 has moved to its legacy provider. */
const thrice = (key: Uint8Array): Uint8Array => {
  if (key.length !== 8) throw new RangeError("a DES key has 8 bytes")
  return Uint8Array.of(...key, ...key, ...key)
}

/** The name of an AEAD with `*` for the key bits. The typings know each key length by a name of its own; one stands for all. */
export const aeadName = (pattern: string, keyBytes: number): "aes-128-gcm" =>
  pattern.replace("*", String(8 * keyBytes)) as "aes-128-gcm"

/** OpenSSL's AEAD of such a name. */
const aead = (pattern: string, tagLengths: readonly number[]): Aead => {
  const nameFor = (key: Uint8Array) => aeadName(pattern, key.length)
  return {
    open(key, nonce, aad, ciphertext, tag) {
      if (!tagLengths.includes(tag.length)) return undefined
      const state = createDecipheriv(nameFor(key), key, nonce, { authTagLength: tag.length })
      state.setAuthTag(tag)
      state.setAAD(aad, { plaintextLength: ciphertext.length })
      try {
        const out = plain(state.update(ciphertext))
        state.final()
        return out
      } catch {
        return undefined
      }
    },
    seal(key, nonce, aad, plaintext, tagBytes) {
      const state = createCipheriv(nameFor(key), key, nonce, { authTagLength: tagBytes })
      state.setAAD(aad, { plaintextLength: plaintext.length })
      const out = new Uint8Array(plaintext.length + tagBytes)
      out.set(state.update(plaintext))
      state.final()
      out.set(state.getAuthTag(), plaintext.length)
      return out
    },
  }
}

const BLOCK = 16

/** GCM over SM4, which OpenSSL 3.0 has no mode of. SP 800-38D §7; the nonce has 12 bytes. */
const sm4Gcm: Aead = {
  open(key, nonce, aad, ciphertext, tag) {
    const { expected, crypt } = sm4GcmOf(key, nonce, aad)
    return equal(expected(ciphertext).subarray(0, tag.length), tag) ? crypt(ciphertext) : undefined
  },
  seal(key, nonce, aad, plaintext, tagBytes) {
    const { expected, crypt } = sm4GcmOf(key, nonce, aad)
    const ciphertext = crypt(plaintext)
    return concat(ciphertext, expected(ciphertext).subarray(0, tagBytes))
  },
}
const sm4Ctr = cipher("sm4-ctr")

function sm4GcmOf(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) {
  const zero = new Uint8Array(BLOCK)
  const counter = (n: number) => concat(nonce, u32be(n))
  const h = sm4Ctr.encrypt(key, zero, zero)
  const mask = sm4Ctr.encrypt(key, counter(1), zero)
  return {
    expected: (ciphertext: Uint8Array) => ghashOf(h, aad, ciphertext).map((b, i) => b ^ mask[i]),
    crypt: (data: Uint8Array) => sm4Ctr.encrypt(key, counter(2), data),
  }
}

/** The last block of OpenSSL's CBC. */
const cbcMac = (key: Uint8Array) => (blocks: Uint8Array) => {
  const state = createCipheriv("aes-128-cbc", key, new Uint8Array(16)).setAutoPadding(false)
  return plain(state.update(blocks)).slice(-16)
}

export const nodeSymmetric: SymmetricProvider = {
  name: "node:crypto",
  hash: {
    md5: hash("md5"),
    sha1,
    "sha2-224": hash("sha224"),
    "sha2-256": sha256,
    "sha2-384": hash("sha384"),
    "sha2-512": hash("sha512"),
    sm3: hash("sm3"),
  },
  mac: {
    "hmac-md5": hmac("hmac-md5"),
    "hmac-sha1": hmac("hmac-sha1"),
    "hmac-sha2-256": hmac("hmac-sha2-256"),
    "hmac-sha2-384": hmac("hmac-sha2-384"),
    "hmac-sha2-512": hmac("hmac-sha2-512"),
    "hmac-ripemd-160": hmac("hmac-ripemd-160"),
    "hmac-sm3": hmac("hmac-sm3"),
    "aes-xcbc": xcbcOver(cbcMac),
    "aes-cmac": cmacOver(cbcMac),
  },
  cipher: {
    ...symmetric.cipher,
    "aes-cbc": cbc("aes-*-cbc", 16),
    "aes-ctr": cipher("aes-*-ctr"),
    "3des-cbc": cbc("des-ede3-cbc", 8),
    "des-cbc": cbc("des-ede3-cbc", 8, thrice),
    "camellia-cbc": cbc("camellia-*-cbc", 16),
    "camellia-ctr": cipher("camellia-*-ctr"),
    "sm4-cbc": cbc("sm4-cbc", 16),
  },
  aead: {
    ...symmetric.aead,
    "aes-gcm": aead("aes-*-gcm", [8, 12, 16]),
    "aes-ccm": aead("aes-*-ccm", [8, 12, 16]),
    "chacha20-poly1305": aead("chacha20-poly1305", [16]),
    "sm4-gcm": sm4Gcm,
  },
}
