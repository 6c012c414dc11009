/**
 * CNSA 2.0: what US national security systems use against quantum computers. By the advisory of 2025-05-30 (Tables II and III) and
 * draft-guthrie-cnsa2-ipsec-profile-04; neither could be read, both are known from others who quote or encode them.
 */
import type { LaterLevel, Profile } from "../profile.ts"

const DRAFT = { document: "draft-guthrie-cnsa2-ipsec-profile-04", edition: "2026-07" } as const
const RFC9206 = { document: "RFC 9206", edition: "2022-02", verified: "original" } as const
const ENDS: readonly LaterLevel[] = [{ after: 2030, level: "not approved" }]
const CLASSICAL = ["ECP-384", "MODP-3072", "MODP-4096", "MODP-6144", "MODP-8192"]
const TRANSITION = "CNSA 1.0, which existing equipment may keep"

export const cnsa2: Profile = {
  id: "cnsa2",
  document: "CNSA 2.0",
  title: "Announcing the Commercial National Security Algorithm Suite 2.0 (NSA), and its profile for IPsec",
  edition: "2025-05",
  date: "2025-05",
  url: "https://media.defense.gov/2025/May/30/2003728741/-1/-1/0/CSA_CNSA_2.0_ALGORITHMS.PDF",
  verified: "secondary",
  note: "VPN equipment prefers CNSA 2.0 by 2026 and uses nothing else by 2030; new equipment must have it from 2027-01-01, what cannot is phased out by 2030-12-31, and it is mandated by 2031-12-31",
  childGroup: { rule: "same", level: "MUST", section: "§11", ...RFC9206, note: "CNSA 1.0's text" },
  keySets: [
    {
      need: [["ECP-384"], ["ML-KEM-1024"]],
      level: "approved",
      section: "",
      ...DRAFT,
      note: "ECP-384 in IKE_SA_INIT, ML-KEM-1024 as additional key exchange",
    },
    {
      need: [["ML-KEM-1024"]],
      beside: CLASSICAL,
      level: "approved",
      section: "Table III",
      note: "the profile for IPsec puts ECP-384 beside it",
    },
    { need: [CLASSICAL], level: "not recommended", section: "Table III", note: TRANSITION, later: ENDS },
  ],
  lines: [
    { kind: "protocol", names: ["IKEv2"], level: "MUST", section: "§4", ...RFC9206 },
    { kind: "protocol", names: ["IKEv1"], level: "MUST NOT", section: "§4", ...RFC9206, note: "CNSA 1.0's text" },
    { kind: "protocol", names: ["ESP"], level: "approved", section: "§5", ...RFC9206 },
    { kind: "protocol", names: ["AH"], level: "MUST NOT", section: "§11", ...RFC9206, note: "CNSA 1.0's text" },
    {
      kind: "encryption",
      names: ["AES-GCM-16-256"],
      level: "approved",
      section: "Table II",
      note: "and the profile for IPsec",
    },
    {
      kind: "encryption",
      names: ["AES-CBC-256"],
      level: "not approved",
      section: "",
      ...DRAFT,
      note: "AES-256 is in Table II, but the profile for IPsec has AES-GCM-16-256 alone",
    },
    { kind: "prf", names: ["HMAC-SHA2-384", "HMAC-SHA2-512"], level: "approved", section: "Table II" },
    { kind: "integrity", names: ["HMAC-SHA2-384-192", "HMAC-SHA2-512-256"], level: "approved", section: "Table II" },
    {
      kind: "authentication",
      names: ["digital signature", "ECDSA signature", "RSA signature"],
      level: "approved",
      section: "Table III",
    },
    { kind: "signature", names: ["ML-DSA-87"], level: "approved", section: "Table III" },
    {
      kind: "signature",
      names: ["ECDSA", "RSASSA-PSS", "RSASSA-PKCS1-v1_5"],
      level: "transitional",
      section: "Table III",
      note: TRANSITION,
      later: ENDS,
      verified: "unverified",
    },
    { kind: "hash", names: ["SHA2-384", "SHA2-512", "identity"], level: "approved", section: "Table II" },
    {
      kind: "RSA key",
      names: [],
      bits: [3072, 1_000_000],
      level: "transitional",
      section: "Table III",
      later: ENDS,
      note: TRANSITION,
      verified: "unverified",
    },
    {
      kind: "curve",
      names: ["P-384"],
      level: "transitional",
      section: "Table III",
      later: ENDS,
      note: TRANSITION,
      verified: "unverified",
    },
  ],
  otherwise: {
    encryption: { level: "not approved", section: "Table II" },
    prf: { level: "not approved", section: "Table II" },
    integrity: { level: "not approved", section: "Table II" },
    "key exchange": { level: "not approved", section: "Table III" },
    authentication: { level: "not approved", section: "Table III" },
    signature: { level: "not approved", section: "Table III" },
    hash: { level: "not approved", section: "Table II" },
    "RSA key": { level: "not approved", section: "Table III" },
    curve: { level: "not approved", section: "Table III" },
  },
}
