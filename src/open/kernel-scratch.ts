/** A scratch in the kernel's memory, and HMACs of four packets at once in it. */
import { FOUR_PADDING_BYTES, HmacFour } from "../crypto/wasm/hmac-four.ts"
import type { Kernel } from "../crypto/wasm/kernel.ts"
import { SHA_PADDING_BYTES } from "../crypto/wasm/sha.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { BLOCK_BYTES, SCRATCH_BYTES, Scratch, type ScratchFour } from "./batch-opener.ts"

let shared: Scratch | undefined

/** The scratch of this thread: a block in front of each half for CBC, room for padding behind. */
export function kernelScratch(wasm: Kernel): Scratch {
  if (!shared) {
    const part = (name: string) => {
      const at = wasm.place(name, BLOCK_BYTES + SCRATCH_BYTES + SHA_PADDING_BYTES) + BLOCK_BYTES
      return wasm.bytes.subarray(at, at + SCRATCH_BYTES)
    }
    shared = new Scratch(part("scratch"), part("scratch counters"))
  }
  return shared
}

/** Verifies four packets at once; undefined where the ICV is not HMAC-SHA2-256. */
export function fourOf(keys: EspKeys, wasm: Kernel, scratch: Scratch): ScratchFour | undefined {
  if (keys.integ?.mac !== "hmac-sha2-256") return undefined
  // Made for the first four packets: an SA may have fewer.
  let made: HmacFour | undefined
  const hmac = (): HmacFour => (made ??= HmacFour.of(wasm, keys.integKey))
  return {
    base: scratch.bytes.byteOffset,
    padding: FOUR_PADDING_BYTES,
    take: (at, length) => hmac().take(at, length),
    holds: (lane, icv, at, length) => hmac().holds(lane, icv, at, length),
  }
}
