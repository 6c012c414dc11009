/** ChaCha20-Poly1305 in the kernel: opens what stands in its memory. RFC 8439 §2.8, RFC 7634. */
import type { Kernel } from "./kernel.ts"

const BLOCK_BYTES = 64
/** Key stream is made for two blocks at once. */
const PAIR_BYTES = 128
/** "expand 32-byte k". */
const CONSTANTS = Uint8Array.from("expand 32-byte k", c => c.charCodeAt(0))
const TAG_BYTES = 16

export class ChachaPoly {
  readonly #kernel: Kernel
  readonly #state: number
  readonly #poly: number
  /** The first block of key stream: the one-time key, as r and s. */
  readonly #first: number
  readonly #tag: number

  constructor(
    kernel: Kernel,
    private readonly key: Uint8Array,
  ) {
    this.#kernel = kernel
    this.#state = kernel.place("ChaCha20 state", BLOCK_BYTES)
    this.#poly = kernel.place("Poly1305 state", 80)
    this.#first = kernel.place("ChaCha20 first", PAIR_BYTES)
    this.#tag = kernel.place("Poly1305 tag", TAG_BYTES)
  }

  /** Sets out on a packet with this nonce. */
  begin(nonce: Uint8Array): void {
    const { bytes } = this.#kernel
    bytes.set(CONSTANTS, this.#state)
    bytes.set(this.key, this.#state + 16)
    bytes.set(nonce, this.#state + 52)
  }

  /**
   * Whether the tag at `tag[from…]` is that of the AAD, which stands at `at - 16` filled up with zeros to 16 bytes, and of the `length` bytes of
   * ciphertext at `at`. 32 bytes behind the ciphertext are overwritten. `begin` gave the nonce; `decrypt` works with it afterwards.
   */
  holds(at: number, length: number, aadBytes: number, tag: Uint8Array, from: number): boolean {
    const { bytes, exports } = this.#kernel
    const [state, poly, first, mine] = [this.#state, this.#poly, this.#first, this.#tag]
    this.#counter(0)
    bytes.fill(0, first, first + PAIR_BYTES)
    exports.chacha(state, first, 1)
    exports.polyKey(poly, first)
    const end = at + length
    const padded = at + 16 * Math.ceil(length / 16)
    bytes.fill(0, end, padded + 16)
    putLe(bytes, padded, aadBytes)
    putLe(bytes, padded + 8, length)
    const begin = aadBytes === 0 ? at : at - 16
    exports.poly(poly, begin, (padded + 16 - begin) / 16)
    exports.polyTag(poly, first + 16, mine)
    let different = 0
    for (let i = 0; i < TAG_BYTES; i++) different |= bytes[mine + i] ^ tag[from + i]
    return different === 0
  }

  /** Decrypts `length` bytes at `at`, which begin `offset` bytes, a multiple of 64, into the ciphertext. Up to 127 bytes behind are overwritten. */
  decrypt(at: number, length: number, offset = 0): void {
    this.#counter(1 + offset / BLOCK_BYTES)
    this.#kernel.exports.chacha(this.#state, at, Math.ceil(length / PAIR_BYTES))
  }

  #counter(value: number): void {
    putLe(this.#kernel.bytes, this.#state + 48, value)
  }
}

function putLe(to: Uint8Array, at: number, value: number): void {
  to[at] = value
  to[at + 1] = value >>> 8
  to[at + 2] = value >>> 16
  to[at + 3] = value >>> 24
}
