/** AES keys for the kernel: round keys for both ways, in its memory while they are in use. */
import { unsafe } from "@noble/ciphers/aes.js"
import type { Kernel } from "./kernel.ts"

/** Round keys of the longest key, bytes: a place for them fits every key. */
const MOST_BYTES = 240

export class AesKey {
  readonly #forward: Uint8Array
  #back: Uint8Array | undefined
  readonly rounds: number

  constructor(
    readonly kernel: Kernel,
    private readonly key: Uint8Array,
  ) {
    const words = unsafe.expandKeyLE(key)
    this.rounds = words.length / 4 - 1
    this.#forward = bytesOf(words)
  }

  /** Encrypts blocks of the kernel's memory in place, each by itself. */
  encrypt(at: number, blocks: number): void {
    const { kernel } = this
    kernel.exports.aesEncrypt(kernel.hold("AES forward", this, this.#forward), this.rounds, at, blocks)
  }

  /** Decrypts CBC in place; the IV stands in front of `at`. */
  decryptCbc(at: number, blocks: number): void {
    const { kernel } = this
    this.#back ??= bytesOf(unsafe.expandKeyDecLE(this.key))
    kernel.exports.aesCbcDecrypt(kernel.hold("AES back", this, this.#back), this.rounds, at, blocks)
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(MOST_BYTES)
  bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
  return bytes
}
