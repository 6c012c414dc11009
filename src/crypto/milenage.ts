/** Milenage: the functions f2 to f5 of a USIM, over AES-128. 3GPP TS 35.206 §4. */
import { concat } from "../bytes/bytes.ts"
import type { CryptoProvider } from "./provider.ts"

export interface MilenageKeys {
  readonly res: Uint8Array
  readonly ck: Uint8Array
  readonly ik: Uint8Array
  readonly ak: Uint8Array
}

const BLOCK = 16
const ZERO = new Uint8Array(BLOCK)

/** OPc = OP xor E_K(OP). Undefined when the provider has no AES. */
export function opcOf(provider: CryptoProvider, k: Uint8Array, op: Uint8Array): Uint8Array | undefined {
  const e = encryption(provider, k)
  return e && xor(e(op), op)
}

/** RES, CK, IK and AK of a RAND; undefined when the provider has no AES. All of 16 bytes but RES (8) and AK (6). */
export function milenage(
  provider: CryptoProvider,
  { k, opc }: { k: Uint8Array; opc: Uint8Array },
  rand: Uint8Array,
): MilenageKeys | undefined {
  const e = encryption(provider, k)
  if (!e) return undefined
  const temp = xor(e(xor(rand, opc)), opc)
  /** OUTn = E_K(rot(TEMP xor OPc, r) xor c) xor OPc, with r in bytes and c in its last one. */
  const out = (r: number, c: number): Uint8Array => {
    const rotated = concat(temp.subarray(r), temp.subarray(0, r))
    rotated[BLOCK - 1] ^= c
    return xor(e(rotated), opc)
  }
  const out2 = out(0, 1)
  return { res: out2.slice(8), ak: out2.slice(0, 6), ck: out(4, 2), ik: out(8, 4) }
}

/** One block of AES: CBC with an IV of zeros. */
function encryption(provider: CryptoProvider, key: Uint8Array): ((block: Uint8Array) => Uint8Array) | undefined {
  const aes = provider.cipher["aes-cbc"]
  return aes && (block => aes.encrypt(key, ZERO, block))
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ b[i])
