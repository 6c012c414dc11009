/** CNSA 2.0: what US national security systems use against quantum computers. */
import type { Level, Profile } from "../profile.ts"

const IPSEC = "draft-guthrie-cnsa2-ipsec-profile"
const no: { level: Level; section: string } = { level: "not approved", section: "Table III" }

export const cnsa2: Profile = {
  id: "cnsa2",
  document: "CNSA 2.0",
  title: "Announcing the Commercial National Security Algorithm Suite 2.0 (NSA)",
  date: "2022-09",
  url: "https://media.defense.gov/2022/Sep/07/2003071834/-1/-1/0/CSA_CNSA_2.0_ALGORITHMS_.PDF",
  note: `the IPsec profile is ${IPSEC}-00 (2025-03-03); what CNSA 1.0 (RFC 9206, 2022-02) had may stay until 2030, when network equipment must use 2.0 alone`,
  ikev1: { level: "MUST NOT", section: "RFC 9206 §4" },
  limits: { pfs: true, section: "RFC 9206 §6" },
  lines: [
    { kind: "encryption", names: ["AES-GCM-16-256"], level: "approved", section: "Table III" },
    {
      kind: "encryption",
      names: ["AES-CBC-256"],
      level: "MAY",
      section: "Table III",
      note: "the IPsec profile wants GCM",
    },
    { kind: "prf", names: ["HMAC-SHA2-384", "HMAC-SHA2-512"], level: "approved", section: "Table III" },
    { kind: "integrity", names: ["HMAC-SHA2-384-192", "HMAC-SHA2-512-256"], level: "approved", section: "Table III" },
    { kind: "key exchange", names: ["ML-KEM-1024"], level: "approved", section: "Table III" },
    {
      kind: "key exchange",
      names: ["ECP-384", "MODP-3072", "MODP-4096", "MODP-6144", "MODP-8192"],
      level: "transitional",
      section: "RFC 9206 §4",
      until: 2030,
      note: "CNSA 1.0; ML-KEM-1024 replaces or joins it",
    },
  ],
  otherwise: { encryption: no, prf: no, integrity: no, "key exchange": no },
}
