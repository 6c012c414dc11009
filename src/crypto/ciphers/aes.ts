/** AES: the block out of noble, and the modes that noble lacks composed from it: CMAC, XCBC-MAC, CCM, GCM with short tags. */
import { ghash } from "@noble/ciphers/_polyval.js"
import { unsafe } from "@noble/ciphers/aes.js"
import { equal } from "../../bytes/bytes.ts"
import type { Aead } from "../provider.ts"
import { type BlockCipher, remember } from "./block.ts"
import { ccm } from "./modes.ts"

interface AesBlock extends BlockCipher {
  readonly roundKeys: Uint32Array
}

/** Only encryption: no mode built here runs the block backwards. */
const aesBlock = remember((key: Uint8Array): AesBlock => {
  const roundKeys = unsafe.expandKeyLE(key)
  return {
    blockBytes: 16,
    roundKeys,
    encrypt(b, at) {
      const { s0, s1, s2, s3 } = unsafe.encrypt(roundKeys, le(b, at), le(b, at + 4), le(b, at + 8), le(b, at + 12))
      putLe(b, at, s0)
      putLe(b, at + 4, s1)
      putLe(b, at + 8, s2)
      putLe(b, at + 12, s3)
    },
    decrypt() {
      throw new TypeError("AES is decrypted by noble's own modes")
    },
  }
})

const le = (b: Uint8Array, at: number): number => b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)

function putLe(b: Uint8Array, at: number, value: number): void {
  b[at] = value
  b[at + 1] = value >>> 8
  b[at + 2] = value >>> 16
  b[at + 3] = value >>> 24
}

/** AES-CCM with tags of 8, 12 and 16 bytes. RFC 4309. */
export const aesCcm: Aead = ccm(aesBlock)

/** AES-GCM with a 12-byte nonce and tags of 8, 12 and 16 bytes (noble's own has 16 only). SP 800-38D, RFC 4106. */
export const aesGcm: Aead = {
  open(key, nonce, aad, ciphertext, tag) {
    if (nonce.length !== 12 || ![8, 12, 16].includes(tag.length)) return undefined
    const aes = aesBlock(key)
    if (!equal(gcmTag(aes, nonce, aad, ciphertext).subarray(0, tag.length), tag)) return undefined
    return gctr(aes, nonce, ciphertext)
  },
  seal(key, nonce, aad, plaintext, tagBytes) {
    if (nonce.length !== 12 || tagBytes > 16)
      throw new RangeError("GCM takes a nonce of 12 and a tag of up to 16 bytes")
    const aes = aesBlock(key)
    const ciphertext = gctr(aes, nonce, plaintext)
    const out = new Uint8Array(plaintext.length + tagBytes)
    out.set(ciphertext)
    out.set(gcmTag(aes, nonce, aad, ciphertext).subarray(0, tagBytes), plaintext.length)
    return out
  },
}

function gctr(aes: AesBlock, nonce: Uint8Array, data: Uint8Array): Uint8Array {
  // noble reads whole words, so the input has to be aligned.
  return unsafe.ctr32(aes.roundKeys, false, counter0(nonce, 2), data.byteOffset % 4 === 0 ? data : new Uint8Array(data))
}

function counter0(nonce: Uint8Array, count: number): Uint8Array {
  const block = new Uint8Array(16)
  block.set(nonce)
  block[15] = count
  return block
}

function gcmTag(aes: AesBlock, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const h = new Uint8Array(16)
  aes.encrypt(h, 0)
  const lengths = new Uint8Array(16)
  const view = new DataView(lengths.buffer)
  view.setBigUint64(0, 8n * BigInt(aad.length))
  view.setBigUint64(8, 8n * BigInt(ciphertext.length))
  // noble's GHASH fills each part up to whole blocks by itself.
  const tag = ghash
    .create(h, aad.length + ciphertext.length + 48)
    .update(aad)
    .update(ciphertext)
    .update(lengths)
    .digest()
  const mask = counter0(nonce, 1)
  aes.encrypt(mask, 0)
  for (let i = 0; i < 16; i++) tag[i] ^= mask[i]
  return tag
}

/** CBC-MAC of whole blocks, IV zero: the last ciphertext block. */
export const aesCbcMac = (key: Uint8Array): ((blocks: Uint8Array) => Uint8Array) => {
  const aes = aesBlock(key)
  return blocks => {
    const mac = new Uint8Array(16)
    for (let at = 0; at < blocks.length; at += 16) {
      for (let i = 0; i < 16; i++) mac[i] ^= blocks[at + i]
      aes.encrypt(mac, 0)
    }
    return mac
  }
}
