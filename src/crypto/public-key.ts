/** Which key a SubjectPublicKeyInfo holds. RFC 5280 §4.1.2.7, RFC 3279, RFC 5480, RFC 8410. */
import { keysOf } from "../bytes/typed.ts"
import { readSpki } from "../pki/algorithm.ts"
import { attempt, type Der, parseWhole } from "../pki/der.ts"
import { CURVES, type CurveId } from "./curves.ts"
import { natural, readIntegers } from "./der-integers.ts"

export type PublicKey =
  | {
      readonly type: "rsa"
      readonly n: bigint
      readonly e: bigint /** Bytes of the modulus. */
      readonly bytes: number
    }
  | { readonly type: "ec"; readonly curve: CurveId; readonly x: Uint8Array; readonly y: Uint8Array }
  | { readonly type: "dsa"; readonly p: bigint; readonly q: bigint; readonly g: bigint; readonly y: bigint }
  | { readonly type: "ed25519" | "ed448"; readonly key: Uint8Array }

/** Sizes beyond which a key is refused: a check must end soon, whatever a certificate says. */
const MAX_MODULUS_BITS = 16384
const MAX_EXPONENT_BITS = 256
const MAX_SUBGROUP_BITS = 512

/** The key of a DER SubjectPublicKeyInfo. Undefined when it is malformed, too large, or of a kind that is not offered. */
export function readPublicKey(spki: Uint8Array): PublicKey | undefined {
  const info = readSpki(spki)
  if (!info) return undefined
  const { oid, parameters, key } = info
  switch (oid) {
    case "1.2.840.113549.1.1.1": // rsaEncryption
    case "1.2.840.113549.1.1.10": // id-RSASSA-PSS
      return rsa(key)
    case "1.2.840.10045.2.1": // id-ecPublicKey
      return parameters?.isOid ? ec(parameters.oid, key) : undefined
    case "1.2.840.10040.4.1": // id-dsa
      return parameters && attempt(() => dsa(parameters, key))
    case "1.3.101.112":
      return key.length === 32 ? { type: "ed25519", key } : undefined
    case "1.3.101.113":
      return key.length === 57 ? { type: "ed448", key } : undefined
    default:
      return undefined
  }
}

const bitLength = (value: bigint): number => value.toString(2).length

function rsa(key: Uint8Array): PublicKey | undefined {
  const [n, e] = readIntegers(key, 2) ?? []
  if (n === undefined || n < 3n || bitLength(n) > MAX_MODULUS_BITS || bitLength(e) > MAX_EXPONENT_BITS) return undefined
  return { type: "rsa", n, e, bytes: Math.ceil(bitLength(n) / 8) }
}

/** Named curves and uncompressed points only: what certificates have. */
function ec(oid: string, key: Uint8Array): PublicKey | undefined {
  const curve = keysOf(CURVES).find(id => CURVES[id].oid === oid)
  if (!curve) return undefined
  const { bytes } = CURVES[curve]
  if (key.length !== 1 + 2 * bytes || key[0] !== 4) return undefined
  return { type: "ec", curve, x: key.subarray(1, 1 + bytes), y: key.subarray(1 + bytes) }
}

/** Throws when a number is malformed. */
function dsa(parameters: Der, key: Uint8Array): PublicKey | undefined {
  if (parameters.items.length !== 3) return undefined
  const [p, q, g] = parameters.items.map(natural)
  const y = natural(parseWhole(key))
  if (q < 3n || p <= q || bitLength(p) > MAX_MODULUS_BITS || bitLength(q) > MAX_SUBGROUP_BITS) return undefined
  return { type: "dsa", p, q, g, y }
}
