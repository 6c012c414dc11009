/** AES-CBC and AES-CTR by node:crypto for the bodies of a scratch (`open/batch-opener.ts`). */
import { createCipheriv, createDecipheriv } from "node:crypto"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { type BatchCipher, BLOCK_BYTES, CtrCounters, Scratch } from "../open/batch-opener.ts"
import { splitKey } from "../open/esp-suite.ts"

let shared: Scratch | undefined
/** The scratch of this thread. */
export const nodeScratch = (): Scratch => (shared ??= new Scratch())

/**
 * CBC over the whole scratch in one go. The block before a packet's ciphertext is its IV, as CBC wants it; what comes out for
 * everything else (pads, headers, IVs) is of no use and is left alone.
 */
export class CbcCipher implements BatchCipher {
  readonly #decipher

  constructor(
    keys: EspKeys,
    readonly scratch: Scratch,
  ) {
    const bits = 8 * keys.encr.keyBytes
    this.#decipher = createDecipheriv(`aes-${bits}-cbc`, keys.key, new Uint8Array(BLOCK_BYTES)).setAutoPadding(false)
  }

  decrypt(used: number): Uint8Array {
    return this.#decipher.update(this.scratch.bytes.subarray(0, used))
  }

  decryptEdges(used: number): Uint8Array {
    return this.#decipher.update(this.scratch.counters.subarray(0, used))
  }
}

/** CTR: counter blocks where the bodies stand, through one ECB cipher, then XOR. */
export class CtrCipher extends CtrCounters implements BatchCipher {
  readonly #ecb
  readonly #words

  constructor(keys: EspKeys, scratch: Scratch) {
    super(keys, scratch)
    const { key } = splitKey(keys.encr, keys.key)
    this.#ecb = createCipheriv(`aes-${8 * keys.encr.keyBytes}-ecb`, key, null).setAutoPadding(false)
    this.#words = new Uint32Array(scratch.bytes.buffer, scratch.bytes.byteOffset, scratch.bytes.length / 4)
  }

  decrypt(used: number): Uint8Array {
    const stream = aligned(this.#ecb.update(this.scratch.counters.subarray(0, used)))
    const words = new Uint32Array(stream.buffer, stream.byteOffset, used / 4)
    for (let i = 0; i < words.length; i++) words[i] ^= this.#words[i]
    return stream
  }
}

/** The same bytes at a 4-byte boundary. */
const aligned = (b: Uint8Array): Uint8Array => (b.byteOffset % 4 === 0 ? b : new Uint8Array(b))
