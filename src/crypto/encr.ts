/**
 * Encryption algorithms: one row per family with everything but the key length, and the lookups by each number space and by name.
 * RFC 8221, RFC 8247; rows without `cipher` and `aead` are named, but nobody here computes them.
 */
import type { Encr } from "./algorithms.ts"
import type { AeadId, CipherId } from "./provider.ts"

interface Family {
  readonly name: string
  /** Key lengths in bits that the algorithm has; a single one is not part of the name. */
  readonly keyBits: readonly number[]
  /** Key length where the negotiation names none; the first of `keyBits` unless given. */
  readonly defaultBits?: number
  /** The same for phase 1 of IKEv1 (RFC 2409 App. B). */
  readonly phase1Bits?: number
  readonly cipher?: CipherId
  readonly aead?: AeadId
  readonly salt?: number
  readonly iv: number
  readonly block: number
  readonly icv?: number
  readonly variant?: "gmac" | "implicit-iv"
  /** IKEv2 Transform ID, IKEv1 phase 1 attribute value, IKEv1 ESP Transform ID. */
  readonly v2?: number
  readonly v1?: number
  readonly esp1?: number
}

const AES = [128, 192, 256] as const
/** 40 to 448 bits in whole bytes (RFC 2451 §2.2), 40 to 128 for CAST. */
const bitsUpTo = (max: number): number[] => Array.from({ length: (max - 40) / 8 + 1 }, (_, n) => 40 + 8 * n)

const cbc = { iv: 16, block: 16 } as const
const cbc64 = { iv: 8, block: 8 } as const
const ctr = { salt: 4, iv: 8, block: 1 } as const
const gcm = { aead: "aes-gcm", salt: 4, iv: 8, block: 1, keyBits: AES } as const
const ccm = { aead: "aes-ccm", salt: 3, iv: 8, block: 1, keyBits: AES } as const
const camelliaCcm = { aead: "camellia-ccm", salt: 3, iv: 8, block: 1, keyBits: AES } as const
const implicit = { iv: 0, variant: "implicit-iv" } as const

const FAMILIES: readonly Family[] = [
  { name: "DES-IV64-CBC", keyBits: [64], ...cbc64, v2: 1, esp1: 1 },
  { name: "DES-CBC", keyBits: [64], cipher: "des-cbc", ...cbc64, v2: 2, v1: 1, esp1: 2 },
  { name: "3DES-CBC", keyBits: [192], cipher: "3des-cbc", ...cbc64, v2: 3, v1: 5, esp1: 3 },
  { name: "RC5-CBC", keyBits: bitsUpTo(2040), defaultBits: 128, ...cbc64, v2: 4, v1: 4, esp1: 4 },
  { name: "IDEA-CBC", keyBits: [128], ...cbc64, v2: 5, v1: 2, esp1: 5 },
  { name: "CAST-CBC", keyBits: bitsUpTo(128), defaultBits: 128, cipher: "cast-cbc", ...cbc64, v2: 6, v1: 6, esp1: 6 },
  {
    name: "BLOWFISH-CBC",
    keyBits: bitsUpTo(448),
    defaultBits: 128,
    phase1Bits: 448,
    cipher: "blowfish-cbc",
    ...cbc64,
    v2: 7,
    v1: 3,
    esp1: 7,
  },
  { name: "3IDEA-CBC", keyBits: [384], ...cbc64, v2: 8, esp1: 8 },
  { name: "DES-IV32-CBC", keyBits: [64], iv: 4, block: 8, v2: 9, esp1: 9 },
  { name: "NULL", keyBits: [0], iv: 0, block: 1, v2: 11, esp1: 11 },
  { name: "AES-CBC", keyBits: AES, cipher: "aes-cbc", ...cbc, v2: 12, v1: 7, esp1: 12 },
  { name: "AES-CTR", keyBits: AES, cipher: "aes-ctr", ...ctr, v2: 13, v1: 13, esp1: 13 },
  { name: "AES-CCM-8", ...ccm, icv: 8, v2: 14, esp1: 14 },
  { name: "AES-CCM-12", ...ccm, icv: 12, v2: 15, esp1: 15 },
  { name: "AES-CCM-16", ...ccm, icv: 16, v2: 16, esp1: 16 },
  { name: "AES-GCM-8", ...gcm, icv: 8, v2: 18, esp1: 18 },
  { name: "AES-GCM-12", ...gcm, icv: 12, v2: 19, esp1: 19 },
  { name: "AES-GCM-16", ...gcm, icv: 16, v2: 20, esp1: 20 },
  { name: "NULL-AES-GMAC", ...gcm, icv: 16, variant: "gmac", v2: 21, esp1: 23 },
  { name: "SEED-CBC", keyBits: [128], ...cbc, esp1: 21 },
  { name: "CAMELLIA-CBC", keyBits: AES, cipher: "camellia-cbc", ...cbc, v2: 23, v1: 8, esp1: 22 },
  { name: "CAMELLIA-CTR", keyBits: AES, cipher: "camellia-ctr", ...ctr, v2: 24 },
  { name: "CAMELLIA-CCM-8", ...camelliaCcm, icv: 8, v2: 25 },
  { name: "CAMELLIA-CCM-12", ...camelliaCcm, icv: 12, v2: 26 },
  { name: "CAMELLIA-CCM-16", ...camelliaCcm, icv: 16, v2: 27 },
  { name: "CHACHA20-POLY1305", keyBits: [256], aead: "chacha20-poly1305", salt: 4, iv: 8, block: 1, icv: 16, v2: 28 },
  { name: "AES-CCM-8-IIV", ...ccm, icv: 8, ...implicit, v2: 29 },
  { name: "AES-GCM-16-IIV", ...gcm, icv: 16, ...implicit, v2: 30 },
  {
    name: "CHACHA20-POLY1305-IIV",
    keyBits: [256],
    aead: "chacha20-poly1305",
    salt: 4,
    block: 1,
    icv: 16,
    ...implicit,
    v2: 31,
  },
  // GM/T 0022 in phase 1. GCM of SM4 has no number that is settled: keys given by name open it. SM1 is secret.
  { name: "SM4-CBC", keyBits: [128], cipher: "sm4-cbc", ...cbc, v1: 129 },
  { name: "SM4-GCM-16", keyBits: [128], aead: "sm4-gcm", salt: 4, iv: 8, block: 1, icv: 16 },
  { name: "SM1-CBC", keyBits: [128], ...cbc, v1: 128 },
  // Numbers of libreswan and strongSwan.
  { name: "SERPENT-CBC", keyBits: AES, ...cbc, v2: 1026, v1: 65004, esp1: 252 },
  { name: "TWOFISH-CBC", keyBits: AES, ...cbc, v2: 1027, v1: 65005, esp1: 253 },
  // RFC 9227: keying material is key and salt; the IV stands in the packet.
  { name: "KUZNYECHIK-MGM-KTREE", keyBits: [256], salt: 12, iv: 8, block: 1, icv: 12, v2: 32 },
  { name: "MAGMA-MGM-KTREE", keyBits: [256], salt: 4, iv: 8, block: 1, icv: 8, v2: 33 },
  { name: "KUZNYECHIK-MGM-MAC-KTREE", keyBits: [256], salt: 12, iv: 8, block: 1, icv: 12, variant: "gmac", v2: 34 },
  { name: "MAGMA-MGM-MAC-KTREE", keyBits: [256], salt: 4, iv: 8, block: 1, icv: 8, variant: "gmac", v2: 35 },
]

const byKey = (key: "v2" | "v1" | "esp1"): Map<number, Family> =>
  new Map(FAMILIES.flatMap(f => (f[key] === undefined ? [] : [[f[key], f]])))
const BY_V2 = byKey("v2")
const BY_V1 = byKey("v1")
/** The number of SM4-CBC in the first edition of GM/T 0022. */
const SM4_CBC_OLD = 127
const BY_ESP1 = byKey("esp1")
const BY_NAME = new Map(FAMILIES.map(f => [f.name, f]))

/** The row for one key length; undefined for a length that the algorithm does not have: nothing can be computed with it. */
function withKey(family: Family, bits: number): Encr | undefined {
  if (!family.keyBits.includes(bits)) return undefined
  return {
    name: family.keyBits.length > 1 ? `${family.name}-${bits}` : family.name,
    cipher: family.cipher,
    aead: family.aead,
    keyBytes: Math.ceil(bits / 8),
    saltBytes: family.salt ?? 0,
    ivBytes: family.iv,
    blockBytes: family.block,
    icvBytes: family.icv ?? 0,
    variant: family.variant,
  }
}

/** Algorithms with one key length ignore a Key Length attribute; others take it, or their default. */
function settle(family: Family | undefined, keyBits: number | undefined, fallback?: number): Encr | undefined {
  if (!family) return undefined
  if (family.keyBits.length === 1) return withKey(family, family.keyBits[0])
  return withKey(family, keyBits ?? fallback ?? family.defaultBits ?? family.keyBits[0])
}

/** IKEv2 Transform Type 1, for IKE and ESP. Undefined for an ID without a row. RFC 7296 §3.3.2. */
export const encrOfIkev2 = (id: number, keyBits?: number): Encr | undefined => settle(BY_V2.get(id), keyBits)

/** IKEv1 phase 1 Encryption Algorithm attribute. RFC 2409 App. A; key lengths where none is negotiated as in App. B. */
export function encrOfIkev1(encrAttribute: number, keyBits?: number): Encr | undefined {
  const family = BY_V1.get(encrAttribute === SM4_CBC_OLD ? 129 : encrAttribute)
  return settle(family, keyBits, family?.phase1Bits)
}

/** IKEv1 ESP Transform ID. RFC 2407 §4.4.4. */
export const encrOfEspV1 = (transformId: number, keyBits?: number): Encr | undefined =>
  settle(BY_ESP1.get(transformId), keyBits)

/** Splits `AES-GCM-16-256` into its family and key bits; the bits may be absent, or none that the algorithm has. */
function partsOf(name: string): { family: Family; bits?: number } | undefined {
  const whole = BY_NAME.get(name)
  if (whole) return { family: whole }
  const at = name.lastIndexOf("-")
  const family = BY_NAME.get(name.slice(0, at))
  return family && /^\d+$/.test(name.slice(at + 1)) ? { family, bits: Number(name.slice(at + 1)) } : undefined
}

/** The same, with a key length that the algorithm has. */
function parseName(name: string): ReturnType<typeof partsOf> {
  const parts = partsOf(name)
  return parts?.bits === undefined || parts.family.keyBits.includes(parts.bits) ? parts : undefined
}

/** The algorithm of a contract name, whatever its key length; ICV bytes where it is an AEAD. */
export const encrFamily = (name: string): Pick<Family, "name" | "icv"> | undefined => partsOf(name)?.family

/** By contract name, with (`AES-CBC-256`) or without (`AES-CBC`, and `keyBits`) its key length. Undefined when there is no such name. */
export function encrByName(name: string, keyBits?: number): Encr | undefined {
  const parsed = parseName(name)
  return parsed && settle(parsed.family, parsed.bits ?? keyBits)
}

/**
 * By contract name and a key with its salt, `length` bytes. Undefined when the name is unknown, says another key length, or the
 * algorithm has no such key.
 */
export function encrFromKeyLength(name: string, length: number): Encr | undefined {
  const parsed = parseName(name)
  if (!parsed) return undefined
  const bits = 8 * (length - (parsed.family.salt ?? 0))
  if (!parsed.family.keyBits.includes(bits) || (parsed.bits ?? bits) !== bits) return undefined
  return withKey(parsed.family, bits)
}

/** Names of every encryption family, without key bits, and the key bits each one has: for help texts and schemas. */
export const ENCR_FAMILIES: readonly { readonly name: string; readonly keyBits: readonly number[] }[] = FAMILIES.map(
  ({ name, keyBits }) => ({ name, keyBits }),
)
