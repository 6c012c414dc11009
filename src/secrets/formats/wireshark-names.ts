/** The names in Wireshark's ISAKMP and ESP tables, and ours. Wireshark compares them letter by letter; we forgive case and reference. */
import { fold } from "../algorithm-names.ts"

/** `ikev2_decryption_table`, encryption. */
export const IKEV2_ENCR: readonly (readonly [wireshark: string, contract: string])[] = [
  ["3DES [RFC2451]", "3DES-CBC"],
  ["NULL [RFC2410]", "NULL"],
  ...[128, 192, 256].map(n => [`AES-CBC-${n} [RFC3602]`, `AES-CBC-${n}`] as const),
  ...[128, 192, 256].map(n => [`AES-CTR-${n} [RFC5930]`, `AES-CTR-${n}`] as const),
  ...["GCM", "CCM"].flatMap(mode =>
    [128, 192, 256].flatMap(n =>
      [8, 12, 16].map(icv => [`AES-${mode}-${n} with ${icv} octet ICV [RFC5282]`, `AES-${mode}-${icv}-${n}`] as const),
    ),
  ),
]

/** `ikev2_decryption_table`, integrity. */
export const IKEV2_INTEG: readonly (readonly [wireshark: string, contract: string])[] = [
  ["HMAC_MD5_96 [RFC2403]", "HMAC-MD5-96"],
  ["HMAC_SHA1_96 [RFC2404]", "HMAC-SHA1-96"],
  ["HMAC_MD5_128 [RFC4595]", "HMAC-MD5-128"],
  ["HMAC_SHA1_160 [RFC4595]", "HMAC-SHA1-160"],
  ["HMAC_SHA2_256_96 [draft-ietf-ipsec-ciph-sha-256-00]", "HMAC-SHA2-256-96"],
  ["HMAC_SHA2_256_128 [RFC4868]", "HMAC-SHA2-256-128"],
  ["HMAC_SHA2_384_192 [RFC4868]", "HMAC-SHA2-384-192"],
  ["HMAC_SHA2_512_256 [RFC4868]", "HMAC-SHA2-512-256"],
  ["NONE [RFC4306]", "NONE"],
  ...[64, 96, 128, 160, 192, 256].map(n => [`ANY ${n}-bits of Authentication [No Checking]`, `ANY-${n}`] as const),
]

/** `esp_sa`, encryption; key bits are never in these names. */
export const ESP_ENCR: readonly (readonly [wireshark: string, contract: string])[] = [
  ["NULL", "NULL"],
  ["TripleDES-CBC [RFC2451]", "3DES-CBC"],
  ["AES-CBC [RFC3602]", "AES-CBC"],
  ["AES-CTR [RFC3686]", "AES-CTR"],
  ["DES-CBC [RFC2405]", "DES-CBC"],
  ["CAST5-CBC [RFC2144]", "CAST-CBC"],
  ["BLOWFISH-CBC [RFC2451]", "BLOWFISH-CBC"],
  ["TWOFISH-CBC", "TWOFISH-CBC"],
  ...[8, 12, 16].map(icv => [`AES-GCM with ${icv} octet ICV [RFC4106]`, `AES-GCM-${icv}`] as const),
]

/** The deprecated name whose ICV length stands in the authentication column. */
export const ESP_GCM_DEPRECATED = "AES-GCM [RFC4106]"

/** `esp_sa`, authentication. */
export const ESP_INTEG: readonly (readonly [wireshark: string, contract: string])[] = [
  ["NULL", "NONE"],
  ["HMAC-SHA-1-96 [RFC2404]", "HMAC-SHA1-96"],
  ["HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]", "HMAC-SHA2-256-96"],
  ["HMAC-SHA-256-128 [RFC4868]", "HMAC-SHA2-256-128"],
  ["HMAC-SHA-384-192 [RFC4868]", "HMAC-SHA2-384-192"],
  ["HMAC-SHA-512-256 [RFC4868]", "HMAC-SHA2-512-256"],
  ["HMAC-MD5-96 [RFC2403]", "HMAC-MD5-96"],
  ["MAC-RIPEMD-160-96 [RFC2857]", "HMAC-RIPEMD-160-96"],
  ...[64, 96, 128, 192, 256].map(n => [`ANY ${n} bit authentication [no checking]`, `ANY-${n}`] as const),
]

/** Finds our name for a column: exact, or with other case, punctuation or without the reference (which is said to be a repair). */
export class WiresharkNames {
  private readonly exact: Map<string, string>
  private readonly loose: Map<string, string>
  private readonly spelling: Map<string, string>

  constructor(rows: readonly (readonly [string, string])[]) {
    this.exact = new Map(rows)
    this.loose = new Map(rows.flatMap(([w, c]) => [[fold(w), c] as const, [fold(w.replace(/\[.*/, "")), c] as const]))
    this.spelling = new Map(rows.map(([w, c]) => [c, w]))
  }

  find(text: string): { name: string; repairs: string[] } | undefined {
    const exact = this.exact.get(text)
    if (exact) return { name: exact, repairs: [] }
    const loose = this.loose.get(fold(text)) ?? this.loose.get(fold(text.replace(/\[.*/, "")))
    return loose === undefined
      ? undefined
      : { name: loose, repairs: [`algorithm name is spelled "${this.spelling.get(loose)}"`] }
  }
}
