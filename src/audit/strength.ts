/** How many bits of work an algorithm asks of an attacker, whatever a profile says. NIST SP 800-57 Part 1 Rev. 5 §5.6.1, RFC 3766. */
import { encrByName, encrFamily } from "../crypto/encr.ts"
import { KE_METHOD } from "../registry/ikev2/ke-methods.ts"

/** Classical strength in bits; undefined when the name is unknown. RFC 5114's small groups follow their modulus. */
const KE_BITS: Readonly<Record<string, number>> = {
  "MODP-768": 63,
  "MODP-1024": 80,
  "MODP-1024-160": 80,
  "MODP-1536": 96,
  "MODP-2048": 112,
  "MODP-2048-224": 112,
  "MODP-2048-256": 112,
  "MODP-3072": 128,
  "MODP-4096": 152,
  "MODP-6144": 176,
  "MODP-8192": 200,
  "EC2N-155": 77,
  "EC2N-185": 92,
  "ECP-192": 96,
  "ECP-224": 112,
  "ECP-256": 128,
  "ECP-384": 192,
  "ECP-521": 256,
  "BRAINPOOL-P224R1": 112,
  "BRAINPOOL-P256R1": 128,
  "BRAINPOOL-P384R1": 192,
  "BRAINPOOL-P512R1": 256,
  X25519: 128,
  X448: 224,
  "GOST3410-2012-256": 128,
  "GOST3410-2012-512": 256,
  "ML-KEM-512": 128,
  "ML-KEM-768": 192,
  "ML-KEM-1024": 256,
  "FRODOKEM-640-AES": 128,
  "FRODOKEM-976-AES": 192,
  "FRODOKEM-1344-AES": 256,
  "SNTRUP761-X25519": 128,
  "MODP-NULL": 0,
}

export const keyExchangeBits = (name: string): number | undefined => KE_BITS[name]

/** Key encapsulation methods that a quantum computer does not break: ML-KEM and FrodoKEM, and those of strongSwan and OpenIKED. */
const POST_QUANTUM: ReadonlySet<string> = new Set(
  [...KE_METHOD.entries.keys()]
    .filter(
      id =>
        (id >= KE_METHOD.ML_KEM_512 && id <= KE_METHOD.FRODOKEM_1344_AES) ||
        (id >= KE_METHOD.NTRU_112_BIT && id <= KE_METHOD.NEWHOPE_128_BIT),
    )
    .map(id => KE_METHOD.alias(id)),
)
export const isPostQuantum = (name: string): boolean => POST_QUANTUM.has(name)

/** Of keys that are weaker than they are long: parity bits, and meeting in the middle. Names as in IKE's tables and as keys are given. */
const ENCR_BITS: Readonly<Record<string, number>> = {
  "DES-CBC": 56,
  "DES-ECB": 56,
  "DES-IV32": 56,
  "DES-IV32-CBC": 56,
  "DES-IV64": 56,
  "DES-IV64-CBC": 56,
  "3DES-CBC": 112,
}

/** Strength in bits of an encryption algorithm; undefined for NULL and for names nobody knows. */
export function encryptionBits(name: string): number | undefined {
  if (isNullEncryption(name)) return undefined
  const encr = encrByName(name)
  return ENCR_BITS[name] ?? (encr && encr.keyBytes * 8)
}

/** Bytes of a cipher's block; 8 makes its IVs and blocks collide early. Undefined for names nobody knows. */
export const blockBytes = (name: string): number | undefined => encrByName(name)?.blockBytes

/** KAME has a number of its own for NULL. */
const NULLS: ReadonlySet<string | undefined> = new Set(["NULL", "NULL-AES-GMAC", "KAME-NULL"])
export const isNullEncryption = (name: string | null): boolean =>
  name !== null && NULLS.has(encrFamily(name)?.name ?? name)

/** Integrity comes with the cipher: GCM, CCM, ChaCha20-Poly1305, GMAC, MGM. */
export const isCombinedMode = (name: string): boolean => encrFamily(name)?.icv !== undefined
