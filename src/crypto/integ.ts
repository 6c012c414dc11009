/** Integrity algorithms and their lookups by IKEv2 Transform ID, IKEv1 attribute, AH transform and name. RFC 8221 §6, RFC 8247 §2.3. */
import type { Integ } from "./algorithms.ts"

interface Row extends Integ {
  /** IKEv2 Transform ID. */
  readonly v2?: number
  /** IKEv1 Authentication Algorithm attribute (RFC 2407 §4.5). */
  readonly v1?: number
  /** IKEv1 AH Transform ID (RFC 2407 §4.4.3). */
  readonly ah1?: number
}

const ROWS: readonly Row[] = [
  { name: "NONE", keyBytes: 0, icvBytes: 0, v2: 0 },
  { name: "HMAC-MD5-96", mac: "hmac-md5", keyBytes: 16, icvBytes: 12, v2: 1, v1: 1, ah1: 2 },
  { name: "HMAC-SHA1-96", mac: "hmac-sha1", keyBytes: 20, icvBytes: 12, v2: 2, v1: 2, ah1: 3 },
  { name: "DES-MAC", keyBytes: 8, icvBytes: 8, v2: 3, v1: 3, ah1: 4 },
  { name: "KPDK-MD5", keyBytes: 16, icvBytes: 16, v2: 4, v1: 4 },
  { name: "AES-XCBC-96", mac: "aes-xcbc", keyBytes: 16, icvBytes: 12, v2: 5, v1: 9, ah1: 9 },
  { name: "HMAC-MD5-128", mac: "hmac-md5", keyBytes: 16, icvBytes: 16, v2: 6 },
  { name: "HMAC-SHA1-160", mac: "hmac-sha1", keyBytes: 20, icvBytes: 20, v2: 7 },
  // 250 is what libreswan negotiates over IKEv1, where CMAC has no number.
  { name: "AES-CMAC-96", mac: "aes-cmac", keyBytes: 16, icvBytes: 12, v2: 8, v1: 250, ah1: 250 },
  { name: "AES-GMAC-128", gmac: true, keyBytes: 20, icvBytes: 16, v2: 9, v1: 11, ah1: 11 },
  { name: "AES-GMAC-192", gmac: true, keyBytes: 28, icvBytes: 16, v2: 10, v1: 12, ah1: 12 },
  { name: "AES-GMAC-256", gmac: true, keyBytes: 36, icvBytes: 16, v2: 11, v1: 13, ah1: 13 },
  { name: "HMAC-SHA2-256-128", mac: "hmac-sha2-256", keyBytes: 32, icvBytes: 16, v2: 12, v1: 5, ah1: 5 },
  { name: "HMAC-SHA2-384-192", mac: "hmac-sha2-384", keyBytes: 48, icvBytes: 24, v2: 13, v1: 6, ah1: 6 },
  { name: "HMAC-SHA2-512-256", mac: "hmac-sha2-512", keyBytes: 64, icvBytes: 32, v2: 14, v1: 7, ah1: 7 },
  // draft-ietf-ipsec-ciph-sha-256-00, still spoken under the number of the 128-bit one by old kernels.
  { name: "HMAC-SHA2-256-96", mac: "hmac-sha2-256", keyBytes: 32, icvBytes: 12 },
  // Linux has the whole MAC (xfrm_algo.c); no number of IKE is settled.
  { name: "HMAC-SM3-256", mac: "hmac-sm3", keyBytes: 32, icvBytes: 32 },
  { name: "HMAC-SM3-96", mac: "hmac-sm3", keyBytes: 32, icvBytes: 12 },
  { name: "HMAC-RIPEMD-160-96", mac: "hmac-ripemd-160", keyBytes: 20, icvBytes: 12, v1: 8, ah1: 8 },
]

const byKey = (key: "v2" | "v1" | "ah1"): Map<number, Integ> =>
  new Map(ROWS.flatMap(row => (row[key] === undefined ? [] : [[row[key], bare(row)]])))

/** The row as it is shown and compared: without the numbers of its registries. */
const bare = ({ name, mac, gmac, keyBytes, icvBytes }: Row): Integ => ({ name, mac, gmac, keyBytes, icvBytes })

const BY_V2 = byKey("v2")
const BY_V1 = byKey("v1")
const BY_AH1 = byKey("ah1")
const BY_NAME = new Map(ROWS.map(row => [row.name, bare(row)]))

/** IKEv2 Transform Type 3. `NONE` (0) is a row; undefined for an ID without one. */
export const integOfIkev2 = (id: number): Integ | undefined => BY_V2.get(id)

/** IKEv1 Authentication Algorithm attribute of an ESP proposal. RFC 2407 §4.5. */
export const integOfEspV1 = (authAlgorithm: number): Integ | undefined => BY_V1.get(authAlgorithm)

/** IKEv1 AH Transform ID. RFC 2407 §4.4.3. */
export const integOfAhV1 = (transformId: number): Integ | undefined => BY_AH1.get(transformId)

/** By contract name. */
export const integByName = (name: string): Integ | undefined => BY_NAME.get(name)

/** Every name of the table. */
export const INTEG_NAMES: readonly string[] = ROWS.map(row => row.name)
