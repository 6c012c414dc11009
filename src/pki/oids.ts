/** The object identifiers that certificates of IKE peers use. */

/** How an AlgorithmIdentifier signs; RFC 7427 names it in AUTH payloads. */
export type SignatureScheme =
  | "rsa-pkcs1"
  | "rsa-pss"
  | "ecdsa"
  | "dsa"
  | "ed25519"
  | "ed448"
  | "ml-dsa"
  | "slh-dsa"
  | "hash-ml-dsa"
  | "hash-slh-dsa"
  | "composite"
  | "gost"
  | "sm2"

/** Hash functions by the names that reports use; `identity` where the scheme hashes by itself (RFC 8420). */
export type SignatureHash =
  | "MD2"
  | "MD5"
  | "SHA1"
  | "SHA2-224"
  | "SHA2-256"
  | "SHA2-384"
  | "SHA2-512"
  | "SHA3-224"
  | "SHA3-256"
  | "SHA3-384"
  | "SHA3-512"
  | "STREEBOG-256"
  | "STREEBOG-512"
  | "SM3"
  | "identity"

export interface SignatureOid {
  readonly name: string
  readonly scheme: SignatureScheme
  readonly hash?: SignatureHash
}

const sig = (name: string, scheme: SignatureScheme, hash?: SignatureHash): SignatureOid => ({ name, scheme, hash })

const NIST_SIG = "2.16.840.1.101.3.4.3"

const PREHASH = [
  ["SHA256", "SHA512"],
  ["SHAKE128", "SHAKE256"],
] as const
const hashed = (arc: number, name: string, scheme: SignatureScheme): [string, SignatureOid] => [
  `${NIST_SIG}.${arc}`,
  sig(`Hash${name}`, scheme),
]

/** Composite signatures, in the order of their arcs. draft-ietf-lamps-pq-composite-sigs. */
const COMPOSITES = [
  "MLDSA44-RSA2048-PSS-SHA256",
  "MLDSA44-RSA2048-PKCS15-SHA256",
  "MLDSA44-Ed25519-SHA512",
  "MLDSA44-ECDSA-P256-SHA256",
  "MLDSA65-RSA3072-PSS-SHA512",
  "MLDSA65-RSA3072-PKCS15-SHA512",
  "MLDSA65-RSA4096-PSS-SHA512",
  "MLDSA65-RSA4096-PKCS15-SHA512",
  "MLDSA65-ECDSA-P256-SHA512",
  "MLDSA65-ECDSA-P384-SHA512",
  "MLDSA65-ECDSA-brainpoolP256r1-SHA512",
  "MLDSA65-Ed25519-SHA512",
  "MLDSA87-ECDSA-P384-SHA512",
  "MLDSA87-ECDSA-brainpoolP384r1-SHA512",
  "MLDSA87-Ed448-SHAKE256",
  "MLDSA87-RSA3072-PSS-SHA512",
  "MLDSA87-RSA4096-PSS-SHA512",
  "MLDSA87-ECDSA-P521-SHA512",
] as const

/** Signature algorithms. RFC 8017 App. C, RFC 5758, RFC 8410, RFC 8692, RFC 9881, RFC 9909. */
export const SIGNATURE_OID: ReadonlyMap<string, SignatureOid> = new Map([
  ["1.2.840.113549.1.1.2", sig("md2WithRSAEncryption", "rsa-pkcs1", "MD2")],
  ["1.2.840.113549.1.1.4", sig("md5WithRSAEncryption", "rsa-pkcs1", "MD5")],
  ["1.2.840.113549.1.1.5", sig("sha1WithRSAEncryption", "rsa-pkcs1", "SHA1")],
  ["1.2.840.113549.1.1.14", sig("sha224WithRSAEncryption", "rsa-pkcs1", "SHA2-224")],
  ["1.2.840.113549.1.1.11", sig("sha256WithRSAEncryption", "rsa-pkcs1", "SHA2-256")],
  ["1.2.840.113549.1.1.12", sig("sha384WithRSAEncryption", "rsa-pkcs1", "SHA2-384")],
  ["1.2.840.113549.1.1.13", sig("sha512WithRSAEncryption", "rsa-pkcs1", "SHA2-512")],
  ["1.2.840.113549.1.1.10", sig("RSASSA-PSS", "rsa-pss")],
  [`${NIST_SIG}.13`, sig("sha3-224WithRSAEncryption", "rsa-pkcs1", "SHA3-224")],
  [`${NIST_SIG}.14`, sig("sha3-256WithRSAEncryption", "rsa-pkcs1", "SHA3-256")],
  [`${NIST_SIG}.15`, sig("sha3-384WithRSAEncryption", "rsa-pkcs1", "SHA3-384")],
  [`${NIST_SIG}.16`, sig("sha3-512WithRSAEncryption", "rsa-pkcs1", "SHA3-512")],
  ["1.2.840.10045.4.1", sig("ecdsa-with-SHA1", "ecdsa", "SHA1")],
  ["1.2.840.10045.4.3.1", sig("ecdsa-with-SHA224", "ecdsa", "SHA2-224")],
  ["1.2.840.10045.4.3.2", sig("ecdsa-with-SHA256", "ecdsa", "SHA2-256")],
  ["1.2.840.10045.4.3.3", sig("ecdsa-with-SHA384", "ecdsa", "SHA2-384")],
  ["1.2.840.10045.4.3.4", sig("ecdsa-with-SHA512", "ecdsa", "SHA2-512")],
  [`${NIST_SIG}.9`, sig("ecdsa-with-SHA3-224", "ecdsa", "SHA3-224")],
  [`${NIST_SIG}.10`, sig("ecdsa-with-SHA3-256", "ecdsa", "SHA3-256")],
  [`${NIST_SIG}.11`, sig("ecdsa-with-SHA3-384", "ecdsa", "SHA3-384")],
  [`${NIST_SIG}.12`, sig("ecdsa-with-SHA3-512", "ecdsa", "SHA3-512")],
  ["1.2.840.10040.4.3", sig("dsa-with-SHA1", "dsa", "SHA1")],
  [`${NIST_SIG}.1`, sig("dsa-with-SHA224", "dsa", "SHA2-224")],
  [`${NIST_SIG}.2`, sig("dsa-with-SHA256", "dsa", "SHA2-256")],
  ["1.3.101.112", sig("Ed25519", "ed25519", "identity")],
  ["1.3.101.113", sig("Ed448", "ed448", "identity")],
  [`${NIST_SIG}.17`, sig("ML-DSA-44", "ml-dsa", "identity")],
  [`${NIST_SIG}.18`, sig("ML-DSA-65", "ml-dsa", "identity")],
  [`${NIST_SIG}.19`, sig("ML-DSA-87", "ml-dsa", "identity")],
  [`${NIST_SIG}.20`, sig("SLH-DSA-SHA2-128s", "slh-dsa", "identity")],
  [`${NIST_SIG}.21`, sig("SLH-DSA-SHA2-128f", "slh-dsa", "identity")],
  [`${NIST_SIG}.22`, sig("SLH-DSA-SHA2-192s", "slh-dsa", "identity")],
  [`${NIST_SIG}.23`, sig("SLH-DSA-SHA2-192f", "slh-dsa", "identity")],
  [`${NIST_SIG}.24`, sig("SLH-DSA-SHA2-256s", "slh-dsa", "identity")],
  [`${NIST_SIG}.25`, sig("SLH-DSA-SHA2-256f", "slh-dsa", "identity")],
  [`${NIST_SIG}.26`, sig("SLH-DSA-SHAKE-128s", "slh-dsa", "identity")],
  [`${NIST_SIG}.27`, sig("SLH-DSA-SHAKE-128f", "slh-dsa", "identity")],
  [`${NIST_SIG}.28`, sig("SLH-DSA-SHAKE-192s", "slh-dsa", "identity")],
  [`${NIST_SIG}.29`, sig("SLH-DSA-SHAKE-192f", "slh-dsa", "identity")],
  [`${NIST_SIG}.30`, sig("SLH-DSA-SHAKE-256s", "slh-dsa", "identity")],
  [`${NIST_SIG}.31`, sig("SLH-DSA-SHAKE-256f", "slh-dsa", "identity")],
  // FIPS 204 §5.4, FIPS 205 §10.2: another signature than the pure one, which IKE uses (draft-ietf-ipsecme-ikev2-pqc-auth).
  ...["44", "65", "87"].map((n, i) => hashed(32 + i, `ML-DSA-${n}-with-SHA512`, "hash-ml-dsa")),
  ...["SHA2", "SHAKE"].flatMap((family, f) =>
    ["128s", "128f", "192s", "192f", "256s", "256f"].map((size, i) =>
      hashed(35 + 6 * f + i, `SLH-DSA-${family}-${size}-with-${PREHASH[f][i < 2 ? 0 : 1]}`, "hash-slh-dsa"),
    ),
  ),
  ...COMPOSITES.map((name, i): [string, SignatureOid] => [`1.3.6.1.5.5.7.6.${37 + i}`, sig(name, "composite")]),
  ["1.2.643.7.1.1.3.2", sig("gost3410-2012-with-streebog-256", "gost", "STREEBOG-256")],
  ["1.2.643.7.1.1.3.3", sig("gost3410-2012-with-streebog-512", "gost", "STREEBOG-512")],
  ["1.2.156.10197.1.501", sig("sm2-with-SM3", "sm2", "SM3")],
])

/** Hash functions. RFC 8017 App. B.1, NIST. */
export const HASH_OID: ReadonlyMap<string, SignatureHash> = new Map([
  ["1.2.840.113549.2.2", "MD2"],
  ["1.2.840.113549.2.5", "MD5"],
  ["1.3.14.3.2.26", "SHA1"],
  ["2.16.840.1.101.3.4.2.4", "SHA2-224"],
  ["2.16.840.1.101.3.4.2.1", "SHA2-256"],
  ["2.16.840.1.101.3.4.2.2", "SHA2-384"],
  ["2.16.840.1.101.3.4.2.3", "SHA2-512"],
  ["2.16.840.1.101.3.4.2.7", "SHA3-224"],
  ["2.16.840.1.101.3.4.2.8", "SHA3-256"],
  ["2.16.840.1.101.3.4.2.9", "SHA3-384"],
  ["2.16.840.1.101.3.4.2.10", "SHA3-512"],
])

/** Public key algorithms that are not signature algorithms as well. */
export const KEY_OID: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.1", "RSA"],
  ["1.2.840.113549.1.1.10", "RSASSA-PSS"],
  ["1.2.840.10045.2.1", "EC"],
  ["1.2.840.10040.4.1", "DSA"],
  ["1.2.840.10046.2.1", "DH"],
  ["1.3.101.110", "X25519"],
  ["1.3.101.111", "X448"],
  ["1.2.643.7.1.1.1.1", "GOST R 34.10-2012 (256)"],
  ["1.2.643.7.1.1.1.2", "GOST R 34.10-2012 (512)"],
])

/** Named curves with the bits of their field. RFC 5480, RFC 5639, SEC 2. */
export const CURVE_OID: ReadonlyMap<string, readonly [name: string, bits: number]> = new Map([
  ["1.2.840.10045.3.1.1", ["P-192", 192]],
  ["1.3.132.0.33", ["P-224", 224]],
  ["1.2.840.10045.3.1.7", ["P-256", 256]],
  ["1.3.132.0.34", ["P-384", 384]],
  ["1.3.132.0.35", ["P-521", 521]],
  ["1.3.132.0.10", ["secp256k1", 256]],
  ["1.3.36.3.3.2.8.1.1.5", ["brainpoolP224r1", 224]],
  ["1.3.36.3.3.2.8.1.1.7", ["brainpoolP256r1", 256]],
  ["1.3.36.3.3.2.8.1.1.11", ["brainpoolP384r1", 384]],
  ["1.3.36.3.3.2.8.1.1.13", ["brainpoolP512r1", 512]],
  ["1.2.156.10197.1.301", ["SM2", 256]],
])

/** Attribute types of distinguished names. RFC 4514 §3, RFC 4519, PKCS #9. */
export const ATTRIBUTE_OID: ReadonlyMap<string, string> = new Map([
  ["2.5.4.3", "CN"],
  ["2.5.4.4", "SN"],
  ["2.5.4.5", "serialNumber"],
  ["2.5.4.6", "C"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "ST"],
  ["2.5.4.9", "STREET"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["2.5.4.12", "title"],
  ["2.5.4.13", "description"],
  ["2.5.4.15", "businessCategory"],
  ["2.5.4.17", "postalCode"],
  ["2.5.4.41", "name"],
  ["2.5.4.42", "GN"],
  ["2.5.4.43", "initials"],
  ["2.5.4.44", "generationQualifier"],
  ["2.5.4.46", "dnQualifier"],
  ["2.5.4.65", "pseudonym"],
  ["2.5.4.97", "organizationIdentifier"],
  ["0.9.2342.19200300.100.1.1", "UID"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["1.2.840.113549.1.9.1", "emailAddress"],
  ["1.2.840.113549.1.9.2", "unstructuredName"],
  ["1.2.840.113549.1.9.8", "unstructuredAddress"],
])

/** Extended key usages. RFC 5280 §4.2.1.12, RFC 4945 §5.1.3.12, RFC 4334. */
export const KEY_PURPOSE_OID: ReadonlyMap<string, string> = new Map([
  ["1.3.6.1.5.5.7.3.1", "serverAuth"],
  ["1.3.6.1.5.5.7.3.2", "clientAuth"],
  ["1.3.6.1.5.5.7.3.3", "codeSigning"],
  ["1.3.6.1.5.5.7.3.4", "emailProtection"],
  ["1.3.6.1.5.5.7.3.5", "ipsecEndSystem"],
  ["1.3.6.1.5.5.7.3.6", "ipsecTunnel"],
  ["1.3.6.1.5.5.7.3.7", "ipsecUser"],
  ["1.3.6.1.5.5.7.3.8", "timeStamping"],
  ["1.3.6.1.5.5.7.3.9", "OCSPSigning"],
  ["1.3.6.1.5.5.7.3.17", "ipsecIKE"],
  ["1.3.6.1.5.5.8.2.2", "iKEIntermediate"],
  ["2.5.29.37.0", "anyExtendedKeyUsage"],
])
