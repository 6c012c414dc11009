/**
 * What each profile's document says of every suite of the lab, written from the documents and notes on them, never from the profiles' data.
 * RFC 8247, 8221 and 9206 were read. `N` are the sentences of SP 800-77r1 with section and page as a project quotes them that holds its
 * quotations against NIST's PDF; `C4` is a project's encoding of draft-guthrie-cnsa2-ipsec-profile-04, `C` a copy of the CNSA advisory's
 * tables; `B` are tables of contents and histories of BSI TR-02102-3, `B26` a note on its edition 2026-01; `V` is a vendor's guide to
 * ANSSI's recommendations; `M` could not be found and is memory.
 */

export interface Row {
  readonly profile: string
  readonly control: string
  /** Names that the document is content with, and those that it is not; key exchanges of one SA joined by `+`. */
  readonly pass: string
  readonly fail: string
  readonly source: string
  /** Names that it says nothing of. */
  readonly unnamed: string
}

const row = (profile: string, control: string, pass: string, fail: string, source: string, unnamed = ""): Row => ({
  profile,
  control,
  pass,
  fail,
  source,
  unnamed,
})

const AES_CBC = "AES-CBC-128 AES-CBC-192 AES-CBC-256"
const AES_REST = "AES-CTR-128 AES-CTR-192 AES-GCM-12-256"
const GOST_ENCR = "KUZNYECHIK-MGM-KTREE MAGMA-MGM-KTREE"
const BLOCK_64 = "3DES-CBC BLOWFISH-CBC-128 BLOWFISH-CBC-256"
const SHA2_PRF = "HMAC-SHA2-256 HMAC-SHA2-384 HMAC-SHA2-512"
const SHA2_INTEG = "HMAC-SHA2-256-128 HMAC-SHA2-384-192 HMAC-SHA2-512-256"
const SMALL = "MODP-1024 MODP-1536 MODP-1024-160 ECP-192"
const NIST_CURVES = "ECP-256 ECP-384 ECP-521"
const BRAINPOOL = "BRAINPOOL-P256R1 BRAINPOOL-P384R1 BRAINPOOL-P512R1"
const LARGE = "MODP-3072 MODP-6144"
const DJB = "X25519 X448"
const HYBRID_768 = "X25519+ML-KEM-768"
const HYBRID_1024 = "ECP-384+ML-KEM-512+ML-KEM-1024"
const SIGNATURES = "digital-signature RSA-signature ECDSA-signature"

export const ROWS: readonly Row[] = [
  row(
    "rfc8247",
    "ike-encryption",
    `${AES_CBC} AES-GCM-12-256 AES-GCM-16-256 3DES-CBC`,
    "",
    "§2.1",
    `AES-CTR-128 AES-CTR-192 AES-CCM-12-128 ${GOST_ENCR} SM4-CBC-128 CAMELLIA-CBC-256`,
  ),
  row(
    "rfc8247",
    "ike-prf",
    "HMAC-SHA2-256 HMAC-SHA2-512 HMAC-SHA1 AES128-XCBC",
    "HMAC-MD5",
    "§2.2; MUST- is still a MUST",
    "HMAC-SHA2-384 HMAC-STREEBOG-512 HMAC-SM3",
  ),
  row(
    "rfc8247",
    "ike-integrity",
    "HMAC-SHA2-256-128 HMAC-SHA2-512-256 HMAC-SHA1-96 AES-XCBC-96",
    "",
    "§2.3",
    "HMAC-SHA2-384-192",
  ),
  row(
    "rfc8247",
    "ike-key-exchange",
    "MODP-2048 ECP-256",
    "MODP-1024 MODP-1536 MODP-1024-160",
    "§2.4; what it does not mention it does not judge: §2.5 lets such algorithms of RFC 4307 default to MAY",
    `${LARGE} ECP-384 ECP-521 ${BRAINPOOL} ${DJB} ${HYBRID_768} ${HYBRID_1024} ECP-192 GOST3410-2012-256`,
  ),
  row("rfc8247", "authentication", `${SIGNATURES} pre-shared-key`, "DSS-signature", "§3.1"),
  row("rfc8247", "rsa-key", "RSA-2048 RSA-3072 RSA-4096", "RSA-1024 RSA-2047", "§3.1.1"),
  row("rfc8221", "ipsec-encryption", `${AES_CBC} AES-GCM-16-128 AES-GCM-16-256 CHACHA20-POLY1305 NULL`, BLOCK_64, "§5"),
  row(
    "rfc8221",
    "ipsec-integrity",
    "HMAC-SHA2-256-128 HMAC-SHA2-512-256 HMAC-SHA1-96 AES-XCBC-96",
    "HMAC-MD5-96",
    "§6; MUST- is still a MUST",
    "HMAC-SHA2-384-192",
  ),
  row("rfc9395", "ike-version", "IKEv2", "IKEv1", "abstract and §1"),

  row("sp800-77r1", "ike-version", "IKEv2", "IKEv1", "N §3.11 p. 35: should not be used"),
  row(
    "sp800-77r1",
    "ike-encryption",
    `${AES_CBC} ${AES_REST} AES-GCM-16-256 AES-CCM-12-128`,
    BLOCK_64,
    "N Table 1 p. vii; 3DES disallowed after 2023, §4.1.4",
  ),
  row(
    "sp800-77r1",
    "ike-prf",
    SHA2_PRF,
    "HMAC-SHA1 HMAC-MD5 AES128-XCBC AES128-CMAC",
    "N Table 1: recommended is HMAC-SHA2; MD5 shall not, §7.2.3",
  ),
  row(
    "sp800-77r1",
    "ike-integrity",
    SHA2_INTEG,
    "HMAC-SHA1-96 HMAC-MD5-96 AES-XCBC-96 AES-CMAC-96",
    "N Table 1; CMAC is not in it",
  ),
  row(
    "sp800-77r1",
    "ike-key-exchange",
    `MODP-2048 ${LARGE} ${NIST_CURVES} ${HYBRID_768} ${HYBRID_1024}`,
    `${SMALL} ${BRAINPOOL} ${DJB}`,
    "N §7.2.6 p. 76: groups 14 to 21; X25519 alone is in column Expected. ML-KEM by FIPS 203 (M)",
  ),
  row(
    "sp800-77r1",
    "authentication",
    `${SIGNATURES} DSS-signature pre-shared-key`,
    "NULL",
    "N Table 1; §3.3.4; NULL not approved §3.3.5 p. 29",
  ),
  row(
    "sp800-77r1",
    "rsa-key",
    "RSA-3072 RSA-4096",
    "RSA-2048 RSA-1024",
    "N Table 1: 128 bits of strength, RSA of 3072 bits or more",
  ),
  row("sp800-77r1", "signature-curve", "P-256 P-384 P-521", "", "N Table 1: 128 bits of strength"),
  row("sp800-77r1", "ipsec-protocol", "ESP", "AH", "N §4.5 p. 46: should not be implemented or deployed"),
  row(
    "sp800-77r1",
    "ipsec-encryption",
    `${AES_CBC} ${AES_REST} AES-GCM-16-128 AES-GCM-16-256 AES-GCM-8-256 AES-CCM-16-192 AES-CCM-16-256 AES-CCM-12-128 NULL`,
    `${BLOCK_64} CHACHA20-POLY1305`,
    "N Table 1 p. viii; ESP-NULL §4.5",
  ),
  row(
    "sp800-77r1",
    "ipsec-integrity",
    SHA2_INTEG,
    "HMAC-SHA1-96 HMAC-MD5-96 AES-XCBC-96",
    "N Table 1 p. viii, §4.1.4 p. 39",
  ),

  row("cnsa1", "ike-version", "IKEv2", "IKEv1", "§4: MUST use IKEv2"),
  row(
    "cnsa1",
    "ike-encryption",
    "AES-GCM-16-256 AES-CBC-256",
    `AES-CBC-128 AES-CBC-192 ${AES_REST} AES-CCM-12-128 ${BLOCK_64}`,
    "§4 AES of 256 bits, §5 the suites, §8 others may be acceptable",
  ),
  row(
    "cnsa1",
    "ike-prf",
    "HMAC-SHA2-512 HMAC-SHA2-384",
    "HMAC-SHA2-256 HMAC-SHA1 HMAC-MD5 AES128-XCBC",
    "§8: others MUST NOT be used",
  ),
  row(
    "cnsa1",
    "ike-integrity",
    "HMAC-SHA2-384-192",
    "HMAC-SHA2-256-128 HMAC-SHA2-512-256 HMAC-SHA1-96 AES-XCBC-96",
    "§4 SHA-384 for all purposes, §12",
  ),
  row(
    "cnsa1",
    "ike-key-exchange",
    `ECP-384 ${LARGE} ECP-384+ML-KEM-1024`,
    `MODP-2048 ${SMALL} ECP-256 ECP-521 ${BRAINPOOL} ${DJB} ${HYBRID_768} ${HYBRID_1024}`,
    "§4: P-384, or DH of 3072 bits or larger; §8: solely of CNSA algorithms, which ML-KEM-512 is not",
  ),
  row("cnsa1", "authentication", SIGNATURES, "pre-shared-key NULL EAP", "§6: others MUST NOT be accepted"),
  row("cnsa1", "signature-hash", "SHA2-384", "SHA2-256 SHA2-512 SHA1", "§6: MUST be SHA-384"),
  row("cnsa1", "rsa-key", "RSA-3072 RSA-4096", "RSA-2048 RSA-1024", "§6"),
  row("cnsa1", "signature-curve", "P-384", "P-256 P-521 brainpoolP256r1 brainpoolP512r1 Ed25519", "§6: ECDSA-384"),
  row("cnsa1", "ipsec-protocol", "ESP", "AH", "§11: MUST NOT be used"),
  row(
    "cnsa1",
    "ipsec-encryption",
    "AES-GCM-16-256 AES-CBC-256",
    `AES-CBC-128 AES-CBC-192 AES-GCM-16-128 AES-GCM-8-256 AES-CCM-16-256 CHACHA20-POLY1305 NULL ${BLOCK_64}`,
    "§4, §5, §8",
  ),

  row("cnsa2", "ike-version", "IKEv2", "IKEv1", "RFC 9206 §4"),
  row(
    "cnsa2",
    "ike-encryption",
    "AES-GCM-16-256",
    `${AES_CBC} ${AES_REST} AES-CCM-12-128 ${BLOCK_64}`,
    "C4: AES-GCM-16-256 alone, no CBC",
  ),
  row("cnsa2", "ike-prf", "HMAC-SHA2-384 HMAC-SHA2-512", "HMAC-SHA2-256 HMAC-SHA1 AES128-XCBC", "C Table II, C4"),
  row(
    "cnsa2",
    "ike-key-exchange",
    `ECP-384+ML-KEM-1024 ${HYBRID_1024} ML-KEM-1024`,
    `MODP-2048 ${LARGE} ${SMALL} ${NIST_CURVES} ${BRAINPOOL} ${DJB} ${HYBRID_768} X25519+ML-KEM-1024`,
    "C4: ECP-384 with ADDKE ML-KEM-1024, 768 does not meet it; FAQ 2.1: ML-KEM-1024 alone, the other half of a hybrid P-384",
  ),
  row("cnsa2", "authentication", SIGNATURES, "pre-shared-key NULL EAP", "C Table III: signatures"),
  row(
    "cnsa2",
    "signature-scheme",
    "ML-DSA-87 ECDSA RSASSA-PSS RSASSA-PKCS1-v1_5",
    "Ed25519 ML-DSA-65 DSA",
    "C Table III; CNSA 1.0's in transition, M",
  ),
  row("cnsa2", "signature-hash", "SHA2-384 SHA2-512", "SHA2-256 SHA1", "C Table II"),
  row("cnsa2", "rsa-key", "RSA-3072 RSA-4096", "RSA-2048", "C, M: CNSA 1.0's in transition"),
  row("cnsa2", "signature-curve", "P-384", "P-256 P-521 brainpoolP256r1", "C, M: CNSA 1.0's in transition"),
  row("cnsa2", "ipsec-protocol", "ESP", "AH", "RFC 9206 §11"),
  row(
    "cnsa2",
    "ipsec-encryption",
    "AES-GCM-16-256",
    `${AES_CBC} AES-GCM-16-128 AES-GCM-8-256 AES-CCM-16-256 CHACHA20-POLY1305 NULL ${BLOCK_64}`,
    "C Table II, C4",
  ),

  ...["bsi-tr-02102-3-2025-01", "bsi-tr-02102-3-2026-01"].flatMap(profile => [
    row(profile, "ike-version", "IKEv2", "IKEv1", "B: the guideline is of IKEv2"),
    row(profile, "ike-encryption", `${AES_CBC} ${AES_REST} AES-GCM-16-256 AES-CCM-12-128`, BLOCK_64, "M §3.2.1"),
    row(
      profile,
      "ike-prf",
      `${SHA2_PRF} AES128-XCBC`,
      "HMAC-SHA1 HMAC-MD5",
      "M §3.2.2; B: HMAC-SHA-1 given up 2020-01",
    ),
    row(profile, "ike-integrity", `${SHA2_INTEG} AES-XCBC-96`, "HMAC-SHA1-96 HMAC-MD5-96", "M §3.2.3; B"),
    row(
      profile,
      "ike-key-exchange",
      `${LARGE} ${NIST_CURVES} ${BRAINPOOL} ${HYBRID_1024}`,
      `MODP-2048 ${SMALL} ${DJB} ${HYBRID_768} ML-KEM-1024`,
      "M §3.2.4; B: 3000 bits since 2023; B26: hybrid, classical alone through 2031",
    ),
    row(
      profile,
      "authentication",
      "digital-signature ECDSA-signature",
      "pre-shared-key NULL EAP",
      "B §3.2.5: RFC 7427 methods; M",
    ),
    row(profile, "rsa-key", "RSA-3072 RSA-4096", "RSA-2048", "B: 3000 bits since 2023"),
    row(
      profile,
      "ipsec-encryption",
      `${AES_CBC} ${AES_REST} AES-GCM-16-128 AES-GCM-16-256 AES-CCM-16-192`,
      `${BLOCK_64} CHACHA20-POLY1305 NULL`,
      "M §3.3.1",
    ),
    row(profile, "ipsec-integrity", `${SHA2_INTEG} AES-XCBC-96`, "HMAC-SHA1-96 HMAC-MD5-96", "M §3.3.2; B"),
  ]),

  row("anssi", "ike-version", "IKEv2", "IKEv1", "V R39"),
  row(
    "anssi",
    "ike-encryption",
    "AES-GCM-16-256",
    `${AES_CBC} AES-CCM-12-128 ${BLOCK_64}`,
    "V table: lowest value for IKE",
  ),
  row("anssi", "ike-prf", SHA2_PRF, "HMAC-SHA1 HMAC-MD5 AES128-XCBC", "V R38"),
  row("anssi", "ike-integrity", SHA2_INTEG, "HMAC-SHA1-96 AES-XCBC-96", "V R38"),
  row(
    "anssi",
    "ike-key-exchange",
    `${LARGE} ${NIST_CURVES} ${BRAINPOOL} ${HYBRID_1024}`,
    `MODP-2048 ${SMALL} ${DJB}`,
    "V: 256 bits of curve, 3072 bits of MODP; groups 15 to 21, 28 to 30",
  ),
  row("anssi", "authentication", SIGNATURES, "pre-shared-key NULL", "V R40: certificates are recommended"),
  row(
    "anssi",
    "ipsec-encryption",
    "AES-GCM-16-128 AES-GCM-16-256 AES-CBC-128 AES-CBC-256",
    `CHACHA20-POLY1305 NULL ${BLOCK_64}`,
    "V R38",
  ),
  row("anssi", "ipsec-integrity", SHA2_INTEG, "HMAC-SHA1-96 HMAC-MD5-96 AES-XCBC-96", "V R38"),
]

/** `digital-signature` → `digital signature`: names of the table have no spaces. */
export const wordsOf = (names: string): string[] =>
  names
    .split(" ")
    .filter(Boolean)
    .map(n =>
      /^(digital|RSA|ECDSA|DSS|pre)-(signature|shared)/.test(n)
        ? n.replace("pre-shared-key", "pre-shared key").replace(/-(signature)/, " $1")
        : n,
    )
