/** BSI TR-02102-3: what the German Federal Office for Information Security recommends for IPsec and IKEv2. */
import type { Level, Profile } from "../profile.ts"

const no = (section: string): { level: Level; section: string } => ({ level: "not approved", section })
/** The guideline writes `2031+`: recommended at least so long. */
const AT_LEAST = 2031

export const bsiTr021023: Profile = {
  id: "bsi-tr-02102-3",
  document: "BSI TR-02102-3 (2025-01)",
  title: "Cryptographic Mechanisms: Recommendations and Key Lengths, Part 3: IPsec and IKEv2, version 2025-01",
  date: "2025-01",
  url: "https://www.bsi.bund.de/EN/Themen/Unternehmen-und-Organisationen/Standards-und-Zertifizierung/Technische-Richtlinien/TR-nach-Thema-sortiert/tr02102/tr02102_node.html",
  note: "a new version comes every year; 2026-01 appeared on 2026-01-27. Every year is the last one for which a recommendation is given",
  ikev1: { level: "SHOULD NOT", section: "§3.1" },
  limits: { ikeSeconds: 86_400, childSeconds: 14_400, pfs: true, section: "§2.1" },
  lines: [
    {
      kind: "encryption",
      names: ["AES-CBC-128", "AES-CBC-192", "AES-CBC-256"],
      level: "approved",
      section: "§3.2.1, §3.3.1",
      until: AT_LEAST,
    },
    {
      kind: "encryption",
      names: ["AES-CTR", "AES-GCM-16", "AES-GCM-12", "AES-CCM-16", "AES-CCM-12"],
      level: "approved",
      section: "§3.2.1, §3.3.1",
      until: AT_LEAST,
    },
    {
      kind: "prf",
      names: ["HMAC-SHA2-256", "HMAC-SHA2-384", "HMAC-SHA2-512", "AES128-XCBC", "AES128-CMAC"],
      level: "approved",
      section: "§3.2.2",
      until: AT_LEAST,
    },
    {
      kind: "integrity",
      names: ["HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256", "AES-XCBC-96", "AES-CMAC-96"],
      level: "approved",
      section: "§3.2.3, §3.3.2",
      until: AT_LEAST,
    },
    {
      kind: "integrity",
      use: "ipsec",
      names: ["AES-GMAC-128", "AES-GMAC-192", "AES-GMAC-256"],
      level: "approved",
      section: "§3.3.2",
      until: AT_LEAST,
    },
    {
      kind: "key exchange",
      names: ["MODP-3072", "MODP-4096", "MODP-6144", "MODP-8192"],
      level: "approved",
      section: "§3.2.4",
      until: AT_LEAST,
    },
    {
      kind: "key exchange",
      names: ["MODP-2048"],
      level: "transitional",
      section: "§3.2.4",
      until: 2022,
      note: "below the level of 120 bits that is demanded since 2023",
    },
    {
      kind: "key exchange",
      names: ["ECP-256", "ECP-384", "ECP-521", "BRAINPOOL-P256R1", "BRAINPOOL-P384R1", "BRAINPOOL-P512R1"],
      level: "approved",
      section: "§3.2.4",
      until: AT_LEAST,
    },
    {
      kind: "key exchange",
      names: ["ML-KEM-768", "ML-KEM-1024", "FRODOKEM-976-AES", "FRODOKEM-1344-AES"],
      level: "approved",
      section: "TR-02102-1 §2.4",
      note: "beside a classical method (RFC 9370)",
    },
  ],
  otherwise: {
    encryption: no("§3.2.1, §3.3.1"),
    prf: no("§3.2.2"),
    integrity: no("§3.2.3, §3.3.2"),
    "key exchange": no("§3.2.4"),
  },
}
