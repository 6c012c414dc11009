/** SHA-1 and SHA-2 in the kernel's memory, and HMAC over what stands there. FIPS 180-4, RFC 2104. */
import { hexBytes } from "../../bytes/hex.ts"
import type { HashId, MacId } from "../provider.ts"
import type { Kernel } from "./kernel.ts"

interface Facts {
  readonly run: "sha1" | "sha256" | "sha512"
  readonly blockBytes: 64 | 128
  readonly digestBytes: number
  /** The first state, as words that are read from left to right. */
  readonly begin: string
}

const SHA: Readonly<Partial<Record<HashId, Facts>>> = {
  sha1: { run: "sha1", blockBytes: 64, digestBytes: 20, begin: "67452301efcdab8998badcfe10325476c3d2e1f0" },
  "sha2-224": {
    run: "sha256",
    blockBytes: 64,
    digestBytes: 28,
    begin: "c1059ed8367cd5073070dd17f70e5939ffc00b316858151164f98fa7befa4fa4",
  },
  "sha2-256": {
    run: "sha256",
    blockBytes: 64,
    digestBytes: 32,
    begin: "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19",
  },
  "sha2-384": {
    run: "sha512",
    blockBytes: 128,
    digestBytes: 48,
    begin:
      "cbbb9d5dc1059ed8629a292a367cd5079159015a3070dd17152fecd8f70e593967332667ffc00b318eb44a8768581511db0c2e0d64f98fa747b5481dbefa4fa4",
  },
  "sha2-512": {
    run: "sha512",
    blockBytes: 128,
    digestBytes: 64,
    begin:
      "6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179",
  },
}

const STATE_BYTES = 64
/** Bytes of a message that are in the memory at once. */
const ROOM_BYTES = 32_768
/** What padding may take behind a message: its length and a block. */
export const SHA_PADDING_BYTES = 144

/** What one hash needs in the kernel: its functions, a state, room for messages from elsewhere. */
export class Sha {
  readonly blockBytes: number
  readonly digestBytes: number
  /** The first state as the kernel has it. */
  readonly begin: Uint8Array
  readonly #run: (state: number, at: number, blocks: number) => void
  readonly #wordBytes: number
  readonly #state: number
  readonly #room: number

  private constructor(
    readonly kernel: Kernel,
    { run, blockBytes, digestBytes, begin }: Facts,
  ) {
    this.#run = kernel.exports[run]
    this.blockBytes = blockBytes
    this.digestBytes = digestBytes
    this.#wordBytes = blockBytes / 16
    this.begin = this.#turned(hexBytes(begin))
    this.#state = kernel.place("SHA state", STATE_BYTES)
    this.#room = kernel.place("SHA room", ROOM_BYTES + SHA_PADDING_BYTES)
  }

  static of(kernel: Kernel, id: HashId): Sha | undefined {
    const facts = SHA[id]
    return facts && new Sha(kernel, facts)
  }

  /** The state after a whole block. */
  block(bytes: Uint8Array): Uint8Array {
    const { kernel } = this
    kernel.bytes.set(this.begin, this.#state)
    kernel.bytes.set(bytes, this.#room)
    this.#run(this.#state, this.#room, 1)
    return kernel.bytes.slice(this.#state, this.#state + this.begin.length)
  }

  /**
   * Goes on from `from`, the state after `before` bytes, with the message at `at` of the memory, and ends it: up to `SHA_PADDING_BYTES` behind
   * it are overwritten. `digest` has what came of it.
   */
  finish(from: Uint8Array, before: number, at: number, length: number): void {
    const { bytes } = this.kernel
    bytes.set(from, this.#state)
    this.#end(before, at, length)
  }

  /** The digest of the message that was finished last. */
  digest(): Uint8Array {
    const { bytes } = this.kernel
    return this.#turned(bytes.subarray(this.#state, this.#state + this.begin.length)).subarray(0, this.digestBytes)
  }

  /**
   * Goes on from `from`, the state after `before` bytes, with the digest of the message that was finished last as the message. The digest of that
   * stands at the address returned, until the next one.
   */
  ofDigest(from: Uint8Array, before: number): number {
    const { bytes } = this.kernel
    const [state, room, last] = [this.#state, this.#room, this.#wordBytes - 1]
    for (let i = 0; i < this.digestBytes; i++) bytes[room + i] = bytes[state + ((i & ~last) | (last - (i & last)))]
    bytes.set(from, state)
    this.#end(before, room, this.digestBytes)
    for (let i = 0; i < this.digestBytes; i++) bytes[room + i] = bytes[state + ((i & ~last) | (last - (i & last)))]
    return room
  }

  /** The digest of a message of any length from elsewhere, from a state after `before` bytes. */
  of(message: Uint8Array, from = this.begin, before = 0): Uint8Array {
    const { bytes } = this.kernel
    bytes.set(from, this.#state)
    let at = 0
    for (; message.length - at > ROOM_BYTES; at += ROOM_BYTES) {
      bytes.set(message.subarray(at, at + ROOM_BYTES), this.#room)
      this.#run(this.#state, this.#room, ROOM_BYTES / this.blockBytes)
    }
    bytes.set(message.subarray(at), this.#room)
    this.#end(before + at, this.#room, message.length - at)
    return this.digest()
  }

  #end(before: number, at: number, length: number): void {
    const { bytes } = this.kernel
    const blocks = Math.ceil((length + 1 + this.blockBytes / 8) / this.blockBytes)
    const end = at + blocks * this.blockBytes
    bytes.fill(0, at + length, end)
    bytes[at + length] = 0x80
    let bits = 8 * (before + length)
    for (let i = end - 1; bits > 0; i--, bits = Math.floor(bits / 256)) bytes[i] = bits % 256
    this.#run(this.#state, at, blocks)
  }

  /** Words between the order of the memory and that of digests. */
  #turned(words: Uint8Array): Uint8Array {
    const out = new Uint8Array(words.length)
    const last = this.#wordBytes - 1
    for (let i = 0; i < out.length; i++) out[i] = words[(i & ~last) + (last - (i & last))]
    return out
  }
}

/** By MAC the hash of its HMAC. */
const HMAC: Readonly<Partial<Record<MacId, HashId>>> = {
  "hmac-sha1": "sha1",
  "hmac-sha2-256": "sha2-256",
  "hmac-sha2-384": "sha2-384",
  "hmac-sha2-512": "sha2-512",
}

/** HMAC under one key: both first blocks are hashed once. */
export class KernelHmac {
  readonly #sha: Sha
  readonly #inner: Uint8Array
  readonly #outer: Uint8Array

  private constructor(sha: Sha, key: Uint8Array) {
    this.#sha = sha
    const block = new Uint8Array(sha.blockBytes)
    block.set(key.length > sha.blockBytes ? sha.of(key) : key)
    this.#inner = sha.block(block.map(b => b ^ 0x36))
    this.#outer = sha.block(block.map(b => b ^ 0x5c))
  }

  /** Undefined when the MAC is no HMAC of the kernel. */
  static of(kernel: Kernel, mac: MacId, key: Uint8Array): KernelHmac | undefined {
    const hash = HMAC[mac]
    const sha = hash && Sha.of(kernel, hash)
    return sha && new KernelHmac(sha, key)
  }

  /** The MAC of a message of any length. */
  mac(message: Uint8Array): Uint8Array {
    const sha = this.#sha
    return sha.of(sha.of(message, this.#inner, sha.blockBytes), this.#outer, sha.blockBytes)
  }

  /** Whether the MAC of the message at `at` of the memory begins with the `length` bytes of `icv` at `from`; what is behind it is overwritten. */
  holds(at: number, messageBytes: number, icv: Uint8Array, from: number, length: number): boolean {
    const sha = this.#sha
    sha.finish(this.#inner, sha.blockBytes, at, messageBytes)
    const mac = sha.ofDigest(this.#outer, sha.blockBytes)
    const { bytes } = sha.kernel
    let different = 0
    for (let i = 0; i < length; i++) different |= bytes[mac + i] ^ icv[from + i]
    return different === 0
  }
}
