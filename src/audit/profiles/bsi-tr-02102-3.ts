/**
 * BSI TR-02102-3, editions 2025-01 and 2026-01: what the German Federal Office for Information Security recommends for IPsec and IKEv2.
 * Known of it are its tables of contents and histories up to 2023, and a note on 2026-01; the rows themselves are from memory.
 */
import type { Citation, KeyExchangeSet, Level, Profile, ProfileLine } from "../profile.ts"

const no = (section: string, more: Partial<Citation> = {}): Citation & { level: Level } => ({
  level: "not approved",
  section,
  ...more,
})
const CURVES = ["BRAINPOOL-P384R1", "BRAINPOOL-P512R1", "BRAINPOOL-P256R1", "ECP-384", "ECP-521", "ECP-256"]
const GROUPS = ["MODP-3072", "MODP-4096", "MODP-6144", "MODP-8192"]
const CLASSICAL = [...CURVES, ...GROUPS]
const POST_QUANTUM = ["ML-KEM-1024", "ML-KEM-768", "FRODOKEM-1344-AES", "FRODOKEM-976-AES"]

const lines: readonly ProfileLine[] = [
  { kind: "protocol", names: ["IKEv2"], level: "approved", section: "§3" },
  { kind: "protocol", names: ["IKEv1"], level: "SHOULD NOT", section: "§3.1", note: "the guideline is of IKEv2 alone" },
  { kind: "protocol", names: ["ESP"], level: "approved", section: "§3.3" },
  {
    kind: "encryption",
    names: ["AES-GCM-16", "AES-GCM-12", "AES-CCM-16", "AES-CCM-12", "AES-CBC", "AES-CTR"],
    level: "approved",
    section: "§3.2.1, §3.3.1",
  },
  {
    kind: "prf",
    names: ["HMAC-SHA2-256", "HMAC-SHA2-384", "HMAC-SHA2-512", "AES128-XCBC", "AES128-CMAC"],
    level: "approved",
    section: "§3.2.2",
  },
  {
    kind: "prf",
    names: ["HMAC-SHA1"],
    level: "not approved",
    section: "§3.2.2",
    note: "given up with edition 2020-01",
    verified: "secondary",
  },
  {
    kind: "integrity",
    names: ["HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256", "AES-XCBC-96", "AES-CMAC-96"],
    level: "approved",
    section: "§3.2.3, §3.3.2",
  },
  {
    kind: "integrity",
    use: "ipsec",
    names: ["AES-GMAC-128", "AES-GMAC-192", "AES-GMAC-256"],
    level: "approved",
    section: "§3.3.2",
  },
  {
    kind: "integrity",
    names: ["HMAC-SHA1-96"],
    level: "not approved",
    section: "§3.2.3, §3.3.2",
    note: "given up with edition 2020-01",
    verified: "secondary",
  },
  {
    kind: "key exchange",
    names: ["MODP-2048"],
    level: "not approved",
    section: "§3.2.4",
    note: "3000 bits are demanded since 2023",
    verified: "secondary",
  },
  { kind: "authentication", names: ["digital signature"], level: "approved", section: "§3.2.5", verified: "secondary" },
  { kind: "authentication", names: ["ECDSA signature"], level: "approved", section: "§3.2.5" },
  {
    kind: "authentication",
    names: ["RSA signature"],
    level: "not approved",
    section: "§3.2.5",
    note: "RSA by the methods of RFC 7427",
  },
  { kind: "signature", names: ["RSASSA-PSS", "ECDSA"], level: "approved", section: "§3.2.5" },
  { kind: "hash", names: ["SHA2-256", "SHA2-384", "SHA2-512"], level: "approved", section: "§3.2.5" },
  { kind: "RSA key", names: [], bits: [3000, 1_000_000], level: "approved", section: "§3.2.5", verified: "secondary" },
  {
    kind: "RSA key",
    names: [],
    bits: [0, 2999],
    level: "not approved",
    section: "§3.2.5",
    note: "3000 bits are demanded since 2023",
    verified: "secondary",
  },
  {
    kind: "curve",
    names: ["brainpoolP384r1", "brainpoolP512r1", "brainpoolP256r1", "P-384", "P-521", "P-256"],
    level: "approved",
    section: "§3.2.5",
  },
]

const common = {
  url: "https://www.bsi.bund.de/EN/Themen/Unternehmen-und-Organisationen/Standards-und-Zertifizierung/Technische-Richtlinien/TR-nach-Thema-sortiert/tr02102/tr02102_node.html",
  verified: "unverified",
  ikeLifetime: { seconds: 86_400, level: "SHOULD", section: "§2.1.2" },
  childLifetime: { seconds: 14_400, level: "SHOULD", section: "§2.1.2" },
  forwardSecrecy: { level: "SHOULD", section: "§2.1.5" },
  lines,
  otherwise: {
    encryption: no("§3.2.1, §3.3.1"),
    prf: no("§3.2.2"),
    integrity: no("§3.2.3, §3.3.2"),
    "key exchange": no("§3.2.4"),
    authentication: no("§3.2.5"),
    signature: no("§3.2.5"),
    hash: no("§3.2.5"),
    curve: no("§3.2.5"),
  },
} as const satisfies Partial<Profile>

const HYBRID: KeyExchangeSet = {
  need: [CLASSICAL, POST_QUANTUM],
  level: "approved",
  section: "§3.2.4",
  note: "hybrid, by RFC 9370",
}
const TITLE = "Cryptographic Mechanisms: Recommendations and Key Lengths, Part 3: IPsec and IKEv2"

export const bsi2025: Profile = {
  ...common,
  id: "bsi-tr-02102-3-2025-01",
  document: "BSI TR-02102-3",
  title: `${TITLE}, version 2025-01`,
  edition: "2025-01",
  date: "2025-01",
  note: "its years are open-ended (2031+): none of them ends a recommendation",
  keySets: [{ need: [CLASSICAL], level: "approved", section: "§3.2.4" }, HYBRID],
}

export const bsi2026: Profile = {
  ...common,
  id: "bsi-tr-02102-3-2026-01",
  document: "BSI TR-02102-3",
  title: `${TITLE}, version 2026-01`,
  edition: "2026-01",
  date: "2026-01",
  note: "of 2026-01-27; it recommends hybrid key exchanges, classical ones alone through 2031",
  keySets: [
    { ...HYBRID, verified: "secondary" },
    {
      need: [CLASSICAL],
      level: "transitional",
      section: "§3.2.4",
      note: "hybrid key exchanges are recommended",
      later: [{ after: 2031, level: "not approved" }],
      verified: "secondary",
    },
  ],
}
