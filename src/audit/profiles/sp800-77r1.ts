/**
 * NIST SP 800-77 Revision 1: what US federal agencies may use in IPsec. Its sentences are known from a project that holds its quotations
 * against NIST's PDF, with section and page.
 */
import type { LaterLevel, Profile } from "../profile.ts"
import { ESP_TABLE, sp80077r1Lifetimes, TABLE } from "./sp800-77r1-lifetimes.ts"

const DRAFT = "NIST IR 8547 (draft)"
/** 112 bits of strength and the quantum computer. */
const BITS_112: readonly LaterLevel[] = [
  { after: 2030, level: "deprecated", note: DRAFT },
  { after: 2035, level: "not approved", note: DRAFT },
]
const CLASSICAL: readonly LaterLevel[] = [{ after: 2035, level: "not approved", note: DRAFT }]
const FIPS_203 = { document: "FIPS 203", section: "§8", edition: "2024-08", verified: "unverified" } as const
const SHA1_IKE =
  'column "Legacy"; §7.2.3 (p. 70) calls HMAC-SHA-1 "still a NIST-approved option", §4.1.4 (p. 39) "no longer NIST-approved": the document contradicts itself'

export const sp80077r1: Profile = {
  ...sp80077r1Lifetimes,
  forwardSecrecy: {
    level: "SHOULD unless",
    section: "§2.2, §7.2.6 (p. 76)",
    note: "unless the computation would pose a problem",
  },
  childGroup: { rule: "same or stronger", level: "SHOULD", section: ESP_TABLE },
  keySets: [
    { need: [["ML-KEM-1024", "ML-KEM-768", "ML-KEM-512"]], level: "approved", ...FIPS_203 },
    {
      need: [["ECP-384", "ECP-521", "ECP-256", "MODP-3072", "MODP-4096", "MODP-6144", "MODP-8192"]],
      level: "approved",
      section: "§7.2.6 (p. 76)",
      later: CLASSICAL,
    },
    { need: [["MODP-2048"]], level: "approved", section: "§7.2.6 (p. 76)", later: BITS_112 },
  ],
  lines: [
    { kind: "protocol", names: ["IKEv2"], level: "approved", section: TABLE },
    { kind: "protocol", names: ["IKEv1"], level: "SHOULD NOT", section: "§3.11 (p. 35)" },
    { kind: "protocol", names: ["Aggressive Mode"], level: "SHOULD NOT", section: "§7.2.6", note: "should be avoided" },
    { kind: "protocol", names: ["ESP"], level: "approved", section: ESP_TABLE },
    {
      kind: "protocol",
      names: ["AH"],
      level: "SHOULD NOT",
      section: "§4.5 (p. 46)",
      note: "ESP with NULL encryption instead",
    },
    {
      kind: "encryption",
      names: ["AES-GCM-16", "AES-CCM-16", "AES-CBC", "AES-CTR", "AES-GCM-12", "AES-GCM-8", "AES-CCM-12", "AES-CCM-8"],
      level: "approved",
      section: TABLE,
    },
    {
      kind: "encryption",
      names: ["AES-GCM-16-IIV"],
      level: "approved",
      section: TABLE,
      note: "implicit IVs (RFC 8750) are newer than the guide",
      verified: "unverified",
    },
    {
      kind: "encryption",
      use: "ipsec",
      names: ["NULL", "NULL-AES-GMAC"],
      level: "approved",
      section: "§4.5 (p. 46)",
      note: "where only integrity is wanted",
      special: true,
    },
    {
      kind: "encryption",
      names: ["3DES-CBC"],
      level: "transitional",
      section: "§4.1.4 (p. 39)",
      later: [{ after: 2023, level: "not approved" }],
    },
    {
      kind: "prf",
      names: ["HMAC-SHA2-256", "HMAC-SHA2-384", "HMAC-SHA2-512"],
      level: "approved",
      section: TABLE,
    },
    { kind: "prf", names: ["HMAC-SHA1"], level: "not recommended", section: TABLE, note: SHA1_IKE },
    { kind: "prf", names: ["HMAC-MD5"], level: "MUST NOT", section: "§7.2.3 (p. 70)" },
    {
      kind: "integrity",
      names: ["HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256"],
      level: "approved",
      section: TABLE,
    },
    {
      kind: "integrity",
      use: "ipsec",
      names: ["AES-GMAC-128", "AES-GMAC-192", "AES-GMAC-256"],
      level: "approved",
      section: ESP_TABLE,
    },
    { kind: "integrity", names: ["HMAC-SHA1-96"], level: "not recommended", section: TABLE, note: SHA1_IKE },
    { kind: "integrity", names: ["HMAC-MD5-96"], level: "MUST NOT", section: "§7.2.3 (p. 70)" },
    {
      kind: "key exchange",
      names: ["X25519", "X448"],
      level: "not approved",
      section: TABLE,
      note: 'column "Expected": approved are groups 14 to 21',
    },
    {
      kind: "key exchange",
      names: ["MODP-768", "MODP-1024", "MODP-1536", "MODP-1024-160"],
      level: "not approved",
      section: "§7.2.4.2 (p. 72)",
      note: "less than 112 bits",
    },
    {
      kind: "authentication",
      names: ["digital signature", "ECDSA signature", "RSA signature", "DSS signature"],
      level: "approved",
      section: TABLE,
    },
    {
      kind: "authentication",
      names: ["pre-shared key"],
      level: "MAY",
      section: "§3.3.4",
      note: "its strength does not show in a capture",
    },
    { kind: "authentication", names: ["NULL"], level: "not approved", section: "§3.3.5 (p. 29)" },
    { kind: "RSA key", names: [], bits: [3072, 1_000_000], level: "approved", section: TABLE },
    {
      kind: "RSA key",
      names: [],
      bits: [2048, 3071],
      level: "not recommended",
      section: TABLE,
      note: "128 bits of strength are recommended, RSA of 3072 bits or more",
      later: BITS_112,
    },
    { kind: "RSA key", names: [], bits: [0, 2047], level: "not approved", section: TABLE, note: "less than 112 bits" },
    { kind: "curve", names: ["P-384", "P-256", "P-521"], level: "approved", section: TABLE },
    {
      kind: "curve",
      names: ["Ed25519", "Ed448"],
      level: "approved",
      section: "§7",
      document: "FIPS 186-5",
      edition: "2023-02",
      verified: "unverified",
    },
    {
      kind: "hash",
      names: ["SHA2-256", "SHA2-384", "SHA2-512", "identity"],
      level: "approved",
      section: "§9",
      document: "NIST SP 800-131Ar2",
      edition: "2019-03",
      verified: "unverified",
    },
    {
      kind: "hash",
      names: ["SHA1", "MD5"],
      level: "not approved",
      section: "§9",
      document: "NIST SP 800-131Ar2",
      edition: "2019-03",
      verified: "unverified",
    },
  ],
  otherwise: {
    encryption: { level: "not approved", section: TABLE },
    prf: { level: "not approved", section: TABLE },
    integrity: { level: "not approved", section: TABLE },
    "key exchange": { level: "not approved", section: "§7.2.6 (p. 76)" },
    authentication: { level: "not approved", section: TABLE },
    curve: { level: "not approved", section: TABLE, verified: "unverified" },
  },
}
