/** AES Key Wrap with Padding: keys that are sealed with another one. RFC 5649, on RFC 3394. */
import { concat, equal, u32At } from "../bytes/bytes.ts"
import type { Cipher } from "./provider.ts"

const HALF = 8
const ICV = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6)
const NO_IV = new Uint8Array(16)

/** The key inside; undefined when the integrity check does not hold. `cbc` is AES-CBC: of one block with an IV of zeros it is the bare cipher. */
export function unwrapKey(cbc: Cipher, key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  const n = wrapped.length / HALF - 1
  if (!Number.isInteger(n) || n < 1 || ![16, 24, 32].includes(key.length)) return undefined
  const halves = Array.from({ length: n + 1 }, (_, i): Uint8Array => wrapped.slice(i * HALF, (i + 1) * HALF))
  let a: Uint8Array = halves[0]
  if (n === 1) {
    const block = cbc.decrypt(key, NO_IV, wrapped)
    a = block.subarray(0, HALF)
    halves[1] = block.subarray(HALF)
  } else
    for (let t = 6 * n; t > 0; t--) {
      const i = ((t - 1) % n) + 1
      const mixed = a.slice()
      // A step number has 32 bits at most here.
      for (let b = 0; b < 4; b++) mixed[HALF - 1 - b] ^= t >>> (8 * b)
      const block = cbc.decrypt(key, NO_IV, concat(mixed, halves[i]))
      a = block.subarray(0, HALF)
      halves[i] = block.subarray(HALF)
    }
  const length = u32At(a, 4)
  const clear = concat(...halves.slice(1))
  const holds =
    equal(a.subarray(0, 4), ICV) &&
    length > clear.length - HALF &&
    length <= clear.length &&
    clear.subarray(length).every(b => b === 0)
  return holds ? clear.slice(0, length) : undefined
}
