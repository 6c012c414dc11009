/** Modes of operation over any block cipher: CBC and CTR (SP 800-38A), CCM (RFC 3610). */
import { equal } from "../../bytes/bytes.ts"
import type { Aead, Cipher } from "../provider.ts"
import type { BlockCipher, BlockKey } from "./block.ts"

/** CBC without padding. Throws RangeError when the data is not whole blocks or the IV is not one. */
export function cbc(expand: BlockKey): Cipher {
  return {
    decrypt(key, iv, data) {
      const cipher = expand(key)
      const size = cipher.blockBytes
      wholeBlocks(iv, data, size)
      const out = new Uint8Array(data)
      for (let at = 0; at < out.length; at += size) cipher.decrypt(out, at)
      for (let i = 0; i < size && i < out.length; i++) out[i] ^= iv[i]
      for (let i = size; i < out.length; i++) out[i] ^= data[i - size]
      return out
    },
    encrypt(key, iv, data) {
      const cipher = expand(key)
      const size = cipher.blockBytes
      wholeBlocks(iv, data, size)
      const out = new Uint8Array(data)
      for (let at = 0; at < out.length; at += size) {
        for (let i = 0; i < size; i++) out[at + i] ^= at === 0 ? iv[i] : out[at - size + i]
        cipher.encrypt(out, at)
      }
      return out
    },
  }
}

function wholeBlocks(iv: Uint8Array, data: Uint8Array, size: number): void {
  if (iv.length !== size || data.length % size !== 0) throw new RangeError(`CBC takes whole blocks of ${size} bytes`)
}

/** CTR; `iv` is the first counter block, counted up as one big-endian number. */
export function ctr(expand: BlockKey): Cipher {
  const apply = (key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array => {
    const out = new Uint8Array(data)
    xorKeystream(expand(key), iv, out)
    return out
  }
  return { encrypt: apply, decrypt: apply }
}

/** XORs the key stream that begins with counter block `iv` onto `data`. Throws RangeError when `iv` is not one block. */
function xorKeystream(cipher: BlockCipher, iv: Uint8Array, data: Uint8Array): void {
  const size = cipher.blockBytes
  if (iv.length !== size) throw new RangeError(`a counter block has ${size} bytes`)
  const counter = new Uint8Array(iv)
  const block = new Uint8Array(size)
  for (let at = 0; at < data.length; at += size) {
    block.set(counter)
    cipher.encrypt(block, 0)
    const end = Math.min(size, data.length - at)
    for (let i = 0; i < end; i++) data[at + i] ^= block[i]
    for (let i = size - 1; i >= 0 && (counter[i] = (counter[i] + 1) & 0xff) === 0; i--);
  }
}

/** CCM with any even tag of 4 to 16 bytes and the length field that the nonce leaves (RFC 4309: 11-byte nonce, 4-byte length). RFC 3610. */
export function ccm(expand: BlockKey): Aead {
  return {
    open(key, nonce, aad, ciphertext, tag) {
      if (!usable(nonce, tag.length, ciphertext.length)) return undefined
      const cipher = expand(key)
      const plaintext = new Uint8Array(ciphertext)
      xorKeystream(cipher, counterBlock(nonce, 1), plaintext)
      return equal(ccmTag(cipher, nonce, aad, plaintext, tag.length), tag) ? plaintext : undefined
    },
    seal(key, nonce, aad, plaintext, tagBytes) {
      if (!usable(nonce, tagBytes, plaintext.length)) throw new RangeError("CCM has no such nonce or tag length")
      const cipher = expand(key)
      const out = new Uint8Array(plaintext.length + tagBytes)
      out.set(plaintext)
      xorKeystream(cipher, counterBlock(nonce, 1), out.subarray(0, plaintext.length))
      out.set(ccmTag(cipher, nonce, aad, plaintext, tagBytes), plaintext.length)
      return out
    },
  }
}

const usable = (nonce: Uint8Array, tagBytes: number, length: number): boolean =>
  nonce.length >= 7 &&
  nonce.length <= 13 &&
  tagBytes >= 4 &&
  tagBytes <= 16 &&
  tagBytes % 2 === 0 &&
  length < 2 ** (8 * Math.min(15 - nonce.length, 4))

/** A_i: flags (length of the counter less one), nonce, counter. RFC 3610 §2.3. */
function counterBlock(nonce: Uint8Array, count: number): Uint8Array {
  const block = new Uint8Array(16)
  block[0] = 14 - nonce.length
  block.set(nonce, 1)
  block[15] = count
  return block
}

/** The CBC-MAC over B_0, the AAD and the message, masked with S_0. RFC 3610 §2.2, §2.3. */
function ccmTag(
  cipher: BlockCipher,
  nonce: Uint8Array,
  aad: Uint8Array,
  message: Uint8Array,
  tagBytes: number,
): Uint8Array {
  const mac = new Uint8Array(16)
  mac[0] = (aad.length > 0 ? 0x40 : 0) | (((tagBytes - 2) / 2) << 3) | (14 - nonce.length)
  mac.set(nonce, 1)
  for (let i = 15, rest = message.length; i > nonce.length; i--, rest = Math.floor(rest / 256)) mac[i] = rest & 0xff
  cipher.encrypt(mac, 0)
  if (aad.length > 0) absorb(cipher, mac, aadWithLength(aad))
  absorb(cipher, mac, message)
  xorKeystream(cipher, counterBlock(nonce, 0), mac)
  return mac.subarray(0, tagBytes)
}

/** Runs the CBC-MAC over `data`, filled up with zeros. */
function absorb(cipher: BlockCipher, mac: Uint8Array, data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 16) {
    const end = Math.min(16, data.length - at)
    for (let i = 0; i < end; i++) mac[i] ^= data[at + i]
    cipher.encrypt(mac, 0)
  }
}

function aadWithLength(aad: Uint8Array): Uint8Array {
  const n = aad.length
  const head = n < 0xff00 ? [n >>> 8, n] : [0xff, 0xfe, n >>> 24, n >>> 16, n >>> 8, n]
  const out = new Uint8Array(head.length + n)
  out.set(head)
  out.set(aad, head.length)
  return out
}
