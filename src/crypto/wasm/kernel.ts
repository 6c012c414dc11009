/**
 * The cryptographic kernel: AES, GHASH, SHA, ChaCha20 and Poly1305 in SIMD WebAssembly (`scripts/wasm`), one instance a thread, one memory in
 * which all of them work. Synchronous, as packets are opened. Where WebAssembly may not run there is none, and everything goes by noble.
 */
import { hexBytes } from "../../bytes/hex.ts"
import { KERNEL_WASM } from "./kernel-wasm.ts"

export interface KernelExports {
  readonly memory: WebAssembly.Memory
  readonly aesTables: WebAssembly.Global<"i32">
  readonly free: WebAssembly.Global<"i32">
  /** GHASH of blocks at `a` and as many at `b`, side by side, into the two blocks at `acc`. */
  ghash(acc: number, a: number, b: number, blocks: number): void
  /** Fills the tables of GHASH for the hash key at `h`. */
  tables(h: number): void
  xor(to: number, from: number, blocks: number): void
  /** Writes counter blocks from 1 under a nonce of 12 bytes. */
  count(to: number, nonce: number, blocks: number): void
  aesEncrypt(keys: number, rounds: number, at: number, blocks: number): void
  /** In place; the IV stands in front of `at`. */
  aesCbcDecrypt(keys: number, rounds: number, at: number, blocks: number): void
  sha1(state: number, at: number, blocks: number): void
  sha256(state: number, at: number, blocks: number): void
  sha512(state: number, at: number, blocks: number): void
  /** SHA-256 of four messages side by side; word i of message n stands at 16 i + 4 n of the state. */
  sha256Four(state: number, a: number, b: number, c: number, d: number, blocks: number): void
  /** XORs twice `pairs` blocks of key stream onto what stands at `at`. */
  chacha(state: number, at: number, pairs: number): void
  polyKey(state: number, key: number): void
  poly(state: number, at: number, blocks: number): void
  polyTag(state: number, s: number, out: number): void
}

export class Kernel {
  readonly exports: KernelExports
  readonly bytes: Uint8Array
  #free: number
  readonly #places = new Map<string, { readonly at: number; owner: unknown }>()

  constructor() {
    const code = hexBytes(KERNEL_WASM)
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code))
    this.exports = instance.exports as unknown as KernelExports
    this.bytes = new Uint8Array(this.exports.memory.buffer)
    this.#free = this.exports.free.value
    fillAesTables(new Uint32Array(this.bytes.buffer, this.exports.aesTables.value, 2048 + 128))
  }

  /** The address of a part of the memory by its name; the first who asks says how long it is. */
  place(name: string, bytes: number): number {
    return this.#place(name, bytes).at
  }

  /** The address of a place that holds the bytes of `owner` now; `changed` is called when it held another's. */
  hold(name: string, owner: unknown, bytes: Uint8Array, changed?: (at: number) => void): number {
    const place = this.#place(name, bytes.length)
    if (place.owner !== owner) {
      place.owner = owner
      this.bytes.set(bytes, place.at)
      changed?.(place.at)
    }
    return place.at
  }

  /** Fills the tables of GHASH for the hash key of `owner`, unless they are its own. */
  hashKey(owner: unknown, key: Uint8Array): void {
    this.hold("hash key", owner, key, at => this.exports.tables(at))
  }

  #place(name: string, bytes: number) {
    let place = this.#places.get(name)
    if (!place) {
      place = { at: this.#free, owner: undefined }
      this.#free = (this.#free + bytes + 63) & -64
      if (this.#free > this.bytes.length) throw new RangeError("the kernel's memory is used up")
      this.#places.set(name, place)
    }
    return place
  }
}

let shared: Kernel | null | undefined

/** The kernel of this thread; undefined where WebAssembly with SIMD may not run. */
export function kernel(): Kernel | undefined {
  if (shared === undefined)
    try {
      shared = new Kernel()
    } catch {
      shared = null
    }
  return shared ?? undefined
}

/**
 * The S-box with MixColumns, and its inverse with that of MixColumns: four tables of words for each, one for each row; then both boxes as
 * bytes. FIPS 197 §4.2, §5.1.
 */
function fillAesTables(words: Uint32Array): void {
  const boxes = new Uint8Array(words.buffer, words.byteOffset + 4 * 2048, 512)
  const double = (x: number) => (x << 1) ^ (x & 0x80 ? 0x11b : 0)
  // The powers of 3 run through every value but 0; those of its inverse, 0xf6, are the inverses.
  let power = 1
  let inverse = 1
  do {
    power ^= double(power)
    inverse ^= inverse << 1
    inverse ^= inverse << 2
    inverse ^= inverse << 4
    inverse &= 0xff
    if (inverse & 0x80) inverse ^= 0x09
    const turned = inverse * 0x101
    boxes[power] = (inverse ^ (turned >> 7) ^ (turned >> 6) ^ (turned >> 5) ^ (turned >> 4) ^ 0x63) & 0xff
  } while (power !== 1)
  boxes[0] = 0x63
  for (let x = 0; x < 256; x++) {
    const s = boxes[x]
    boxes[256 + s] = x
    const s2 = double(s)
    const [x2, x4] = [double(x), double(double(x))]
    const x8 = double(x4)
    const forward = s2 | (s << 8) | (s << 16) | ((s2 ^ s) << 24)
    const back = (x8 ^ x4 ^ x2) | ((x8 ^ x) << 8) | ((x8 ^ x4 ^ x) << 16) | ((x8 ^ x2 ^ x) << 24)
    for (let row = 0; row < 4; row++) {
      words[256 * row + x] = row === 0 ? forward : (forward << (8 * row)) | (forward >>> (32 - 8 * row))
      // Of the inverse the value under the box, which is `s` here.
      words[1024 + 256 * row + s] = row === 0 ? back : (back << (8 * row)) | (back >>> (32 - 8 * row))
    }
  }
}
