/**
 * HMACs by one-shot hashes of node:crypto. A call into OpenSSL costs less than an Hmac object. A digest that comes back as a string costs a fifth of
 * a Buffer. So the hash itself is most of what a packet costs. RFC 2104, RFC 4868.
 */
import { hash } from "node:crypto"
import type { MacId } from "../crypto/provider.ts"

/** By MAC: the hash, the bytes of its block, those of its digest. */
const HASHES: Partial<Record<MacId, readonly [name: string, blockBytes: number, digestBytes: number]>> = {
  "hmac-md5": ["md5", 64, 16],
  "hmac-sha1": ["sha1", 64, 20],
  "hmac-sha2-256": ["sha256", 64, 32],
  "hmac-sha2-384": ["sha384", 128, 48],
  "hmac-sha2-512": ["sha512", 128, 64],
  "hmac-ripemd-160": ["ripemd160", 64, 20],
  "hmac-sm3": ["sm3", 64, 32],
}

/** HMAC under one key, of messages that the caller has put behind `pad`. */
export class HmacIcv {
  /** The key XORed with ipad: one block of the hash. */
  readonly pad: Uint8Array
  readonly #name: string
  /** The key XORed with opad, and room for the inner digest. */
  readonly #outer: Uint8Array

  private constructor(key: Uint8Array, name: string, blockBytes: number, digestBytes: number) {
    const short = key.length > blockBytes ? hash(name, key, "buffer") : key
    this.pad = new Uint8Array(blockBytes).fill(0x36)
    this.#outer = new Uint8Array(blockBytes + digestBytes).fill(0x5c, 0, blockBytes)
    for (let i = 0; i < short.length; i++) {
      this.pad[i] ^= short[i]
      this.#outer[i] ^= short[i]
    }
    this.#name = name
  }

  /** Undefined when the MAC is no HMAC of this file. */
  static of(mac: MacId, key: Uint8Array): HmacIcv | undefined {
    const facts = HASHES[mac]
    return facts && new HmacIcv(key, ...facts)
  }

  /** The MAC of a message. */
  of(message: Uint8Array): Uint8Array {
    const { length } = this.pad
    const padded = new Uint8Array(length + message.length)
    padded.set(this.pad)
    padded.set(message, length)
    const mac = this.#macOf(padded)
    const out = new Uint8Array(mac.length)
    for (let i = 0; i < out.length; i++) out[i] = mac.charCodeAt(i)
    return out
  }

  /** Whether the MAC of `padded`, `pad` and the message behind it, begins with the `length` bytes of `icv` at `at`. */
  holds(padded: Uint8Array, icv: Uint8Array, at: number, length: number): boolean {
    const mac = this.#macOf(padded)
    let different = 0
    for (let i = 0; i < length; i++) different |= mac.charCodeAt(i) ^ icv[at + i]
    return different === 0
  }

  /** One character of 0 to 255 for each byte: "binary". */
  #macOf(padded: Uint8Array): string {
    const outer = this.#outer
    const inner = hash(this.#name, padded, "binary")
    for (let i = 0, to = this.pad.length; to < outer.length; i++, to++) outer[to] = inner.charCodeAt(i)
    return hash(this.#name, outer, "binary")
  }
}
