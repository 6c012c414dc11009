/** Hashes, MACs and ciphers on the kernel, as tables of a provider: what the kernel has instead of noble's, the rest noble's. */
import { present } from "../../bytes/typed.ts"
import type { Aead, Cipher, Hash, HashId, Mac, MacId, SymmetricProvider } from "../provider.ts"
import { symmetric } from "../symmetric.ts"
import { AesKey } from "./aes.ts"
import { ChachaPoly } from "./chacha.ts"
import type { Kernel } from "./kernel.ts"
import { KernelHmac, Sha } from "./sha.ts"

type Symmetric = Omit<SymmetricProvider, "name">

/** Bytes of one message that the kernel takes; what is longer goes to noble. */
const ROOM_BYTES = 128 * 1024
const BLOCK_BYTES = 16

/** Whether a counter of 32 bits runs over. */
const overflows = (iv: Uint8Array, data: Uint8Array): boolean =>
  new DataView(iv.buffer, iv.byteOffset, BLOCK_BYTES).getUint32(12) + data.length / BLOCK_BYTES > 2 ** 32

/** What `symmetric` offers, on a kernel. Encryption is noble's but for CTR: nothing but tests encrypts. */
export function kernelSymmetric(kernel: Kernel): Symmetric {
  const { bytes, exports } = kernel
  const hash = (id: HashId): Hash => {
    const sha = present(Sha.of(kernel, id))
    return message => sha.of(message).slice()
  }
  const mac =
    (id: MacId): Mac =>
    key => {
      const hmac = present(KernelHmac.of(kernel, id, key))
      return message => hmac.mac(message).slice()
    }
  // A block in front of the message, two counters and padding behind.
  const room = kernel.place("message", ROOM_BYTES + 16 * BLOCK_BYTES) + 4 * BLOCK_BYTES
  const stream = kernel.place("key stream", ROOM_BYTES + 2 * BLOCK_BYTES)
  const fits = (data: Uint8Array) => data.length <= ROOM_BYTES
  const result = (length: number) => bytes.slice(room, room + length)

  /** CTR from a counter block on; only its last 32 bits count, so it may not run over. */
  function ctr(key: Uint8Array, block: Uint8Array, data: Uint8Array): Uint8Array {
    const blocks = Math.ceil(data.length / BLOCK_BYTES)
    const view = new DataView(block.buffer, block.byteOffset, BLOCK_BYTES)
    const first = view.getUint32(12)
    for (let i = 0, at = stream; i < blocks; i++, at += BLOCK_BYTES) {
      bytes.set(block, at)
      new DataView(bytes.buffer, at + 12, 4).setUint32(0, (first + i) >>> 0)
    }
    new AesKey(kernel, key).encrypt(stream, blocks)
    bytes.set(data, room)
    exports.xor(room, stream, blocks)
    return result(data.length)
  }

  const aesCtr =
    (way: "encrypt" | "decrypt"): Cipher["decrypt"] =>
    (key, iv, data) =>
      fits(data) && iv.length === BLOCK_BYTES && !overflows(iv, data)
        ? ctr(key, iv, data)
        : symmetric.cipher["aes-ctr"][way](key, iv, data)

  const aesCbc: Cipher = {
    encrypt: symmetric.cipher["aes-cbc"].encrypt,
    decrypt(key, iv, data) {
      if (!fits(data) || data.length % BLOCK_BYTES !== 0 || iv.length !== BLOCK_BYTES)
        return symmetric.cipher["aes-cbc"].decrypt(key, iv, data)
      bytes.set(iv, room - BLOCK_BYTES)
      bytes.set(data, room)
      new AesKey(kernel, key).decryptCbc(room, data.length / BLOCK_BYTES)
      return result(data.length)
    },
  }

  const acc = kernel.place("GHASH sum", 2 * BLOCK_BYTES)

  /** Adds `data`, filled up with zeros to whole blocks, to the sum. */
  function hashed(data: Uint8Array): void {
    const blocks = Math.ceil(data.length / BLOCK_BYTES)
    bytes.fill(0, room, room + BLOCK_BYTES * blocks)
    bytes.set(data, room)
    exports.ghash(acc, room, room, blocks)
  }

  const gcm: Aead = {
    seal: symmetric.aead["aes-gcm"].seal,
    open(key, nonce, aad, ciphertext, tag) {
      if (nonce.length !== 12 || !fits(ciphertext) || !fits(aad) || ![8, 12, 16].includes(tag.length))
        return symmetric.aead["aes-gcm"].open(key, nonce, aad, ciphertext, tag)
      const aes = new AesKey(kernel, key)
      bytes.fill(0, stream, stream + BLOCK_BYTES)
      aes.encrypt(stream, 1)
      kernel.hashKey(aes, bytes.slice(stream, stream + BLOCK_BYTES))
      bytes.fill(0, acc, acc + 2 * BLOCK_BYTES)
      hashed(aad)
      hashed(ciphertext)
      const lengths = new Uint8Array(BLOCK_BYTES)
      new DataView(lengths.buffer).setUint32(4, 8 * aad.length)
      new DataView(lengths.buffer).setUint32(12, 8 * ciphertext.length)
      hashed(lengths)
      const block = new Uint8Array(BLOCK_BYTES)
      block.set(nonce)
      block[15] = 1
      bytes.set(block, stream)
      aes.encrypt(stream, 1)
      let different = 0
      for (let i = 0; i < tag.length; i++) different |= bytes[acc + i] ^ bytes[stream + i] ^ tag[i]
      if (different !== 0) return undefined
      block[15] = 2
      return ctr(key, block, ciphertext)
    },
  }

  const chacha: Aead = {
    seal: symmetric.aead["chacha20-poly1305"].seal,
    open(key, nonce, aad, ciphertext, tag) {
      // Of ESP and IKE it is 8 or 12 bytes, or a header and what stands between.
      if (tag.length !== 16 || !fits(ciphertext) || aad.length > BLOCK_BYTES)
        return symmetric.aead["chacha20-poly1305"].open(key, nonce, aad, ciphertext, tag)
      const opener = new ChachaPoly(kernel, key)
      bytes.fill(0, room - BLOCK_BYTES, room)
      bytes.set(aad, room - BLOCK_BYTES)
      bytes.set(ciphertext, room)
      opener.begin(nonce)
      if (!opener.holds(room, ciphertext.length, aad.length, tag, 0)) return undefined
      opener.decrypt(room, ciphertext.length)
      return result(ciphertext.length)
    },
  }

  return {
    hash: {
      ...symmetric.hash,
      "sha2-224": hash("sha2-224"),
      "sha2-256": hash("sha2-256"),
      "sha2-384": hash("sha2-384"),
      "sha2-512": hash("sha2-512"),
    },
    mac: {
      ...symmetric.mac,
      "hmac-sha1": mac("hmac-sha1"),
      "hmac-sha2-256": mac("hmac-sha2-256"),
      "hmac-sha2-384": mac("hmac-sha2-384"),
      "hmac-sha2-512": mac("hmac-sha2-512"),
    },
    cipher: {
      ...symmetric.cipher,
      "aes-cbc": aesCbc,
      "aes-ctr": { encrypt: aesCtr("encrypt"), decrypt: aesCtr("decrypt") },
    },
    aead: { ...symmetric.aead, "aes-gcm": gcm, "chacha20-poly1305": chacha },
  }
}
