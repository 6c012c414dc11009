/**
 * HMAC-SHA2-256 of four messages side by side in the kernel's memory, one in each lane of its vectors: what a processor without instructions for
 * SHA gains most from. `sha.ts` has the plain form, one message after the other. RFC 2104, RFC 4868.
 */
import { present } from "../../bytes/typed.ts"
import type { Kernel } from "./kernel.ts"
import { Sha } from "./sha.ts"

const LANES = 4
const BLOCK_BYTES = 64
const STATE_BYTES = 32
/** What padding may take behind a message. */
export const FOUR_PADDING_BYTES = 72

export class HmacFour {
  readonly #kernel: Kernel
  /** The states after the blocks of the key, the same in each lane. */
  readonly #inner: Uint8Array
  readonly #outer: Uint8Array
  readonly #state: number
  /** A block for each lane: the digest of the message, padded. */
  readonly #digests: number
  /** Lanes by the blocks of their messages, the shortest first. */
  readonly #order = [0, 1, 2, 3]
  readonly #blocks = [0, 0, 0, 0]

  private constructor(sha: Sha, key: Uint8Array) {
    const { kernel } = sha
    const block = new Uint8Array(BLOCK_BYTES)
    block.set(key.length > BLOCK_BYTES ? sha.of(key) : key)
    this.#kernel = kernel
    this.#inner = inEachLane(sha.block(block.map(b => b ^ 0x36)))
    this.#outer = inEachLane(sha.block(block.map(b => b ^ 0x5c)))
    this.#state = kernel.place("SHA states of four", LANES * STATE_BYTES)
    this.#digests = kernel.place("SHA digests of four", LANES * BLOCK_BYTES)
  }

  static of(kernel: Kernel, key: Uint8Array): HmacFour {
    return new HmacFour(present(Sha.of(kernel, "sha2-256")), key)
  }

  /** Takes four messages at addresses of the memory; up to `FOUR_PADDING_BYTES` behind each are overwritten. */
  take(at: ArrayLike<number>, length: ArrayLike<number>): void {
    const { bytes, exports } = this.#kernel
    const [blocks, order] = [this.#blocks, this.#order]
    for (let lane = 0; lane < LANES; lane++) blocks[lane] = pad(bytes, at[lane], length[lane])
    order.sort((a, b) => blocks[a] - blocks[b])
    bytes.set(this.#inner, this.#state)
    // Lanes whose messages are over go on with the longest; what they had is put aside before.
    const longest = order[LANES - 1]
    let done = 0
    const next = (lane: number) => at[blocks[lane] > done ? lane : longest] + BLOCK_BYTES * done
    for (const lane of order) {
      const ahead = blocks[lane] - done
      if (ahead > 0) exports.sha256Four(this.#state, next(0), next(1), next(2), next(3), ahead)
      done = blocks[lane]
      this.#digest(lane, this.#digests + BLOCK_BYTES * lane)
    }
    const d = this.#digests
    for (let lane = 0; lane < LANES; lane++) pad(bytes, d + BLOCK_BYTES * lane, STATE_BYTES)
    bytes.set(this.#outer, this.#state)
    exports.sha256Four(this.#state, d, d + BLOCK_BYTES, d + 2 * BLOCK_BYTES, d + 3 * BLOCK_BYTES, 1)
  }

  /** Whether the MAC of a message taken last begins with the `length` bytes of `icv` at `from`. */
  holds(lane: number, icv: Uint8Array, from: number, length: number): boolean {
    const { bytes } = this.#kernel
    let different = 0
    for (let i = 0; i < length; i++) different |= bytes[this.#state + placeOf(lane, i)] ^ icv[from + i]
    return different === 0
  }

  #digest(lane: number, to: number): void {
    const { bytes } = this.#kernel
    for (let i = 0; i < STATE_BYTES; i++) bytes[to + i] = bytes[this.#state + placeOf(lane, i)]
  }
}

/** Where byte `i` of a lane's digest stands in the state, whose words have their bytes turned around. */
const placeOf = (lane: number, i: number): number => 16 * (i >> 2) + 4 * lane + (3 - (i & 3))

/** The state of one message, as the kernel has it, in each lane of four. */
function inEachLane(state: Uint8Array): Uint8Array {
  const out = new Uint8Array(LANES * STATE_BYTES)
  for (let i = 0; i < out.length; i++) out[i] = state[4 * (i >> 4) + (i & 3)]
  return out
}

/** Pads a message that goes on behind one block. Returns its blocks. FIPS 180-4 §5.1.1. */
function pad(bytes: Uint8Array, at: number, length: number): number {
  const blocks = (length + 9 + BLOCK_BYTES - 1) >> 6
  const end = at + BLOCK_BYTES * blocks
  bytes.fill(0, at + length, end)
  bytes[at + length] = 0x80
  const bits = 8 * (BLOCK_BYTES + length)
  bytes[end - 1] = bits
  bytes[end - 2] = bits >>> 8
  bytes[end - 3] = bits >>> 16
  bytes[end - 4] = bits >>> 24
  return blocks
}
