/** NIST SP 800-77 Revision 1: what US federal agencies may use in IPsec. */
import type { Level, Profile } from "../profile.ts"

const no = (section: string): { level: Level; section: string } => ({ level: "not approved", section })

export const sp80077r1: Profile = {
  id: "sp800-77r1",
  document: "NIST SP 800-77r1",
  title: "Guide to IPsec VPNs",
  date: "2020-06",
  url: "https://doi.org/10.6028/NIST.SP.800-77r1",
  note: "algorithm transitions after 2020 follow SP 800-131A Rev. 2; what it says of ESP stands in §4, of planning, lifetimes and forward secrecy in §7",
  ikev1: { level: "SHOULD NOT", section: "§3" },
  limits: { ikeSeconds: 86_400, childSeconds: 28_800, pfs: true, section: "§7" },
  lines: [
    { kind: "encryption", names: ["AES-GCM-16", "AES-GCM-12", "AES-GCM-8"], level: "approved", section: "§3" },
    { kind: "encryption", names: ["AES-CCM-16", "AES-CCM-12", "AES-CCM-8"], level: "approved", section: "§3" },
    { kind: "encryption", names: ["AES-CBC", "AES-CTR"], level: "approved", section: "§3" },
    { kind: "encryption", names: ["AES-GCM-16-IIV"], level: "approved", section: "§3" },
    {
      kind: "encryption",
      use: "ipsec",
      names: ["NULL", "NULL-AES-GMAC"],
      level: "approved",
      section: "§4",
      note: "where only integrity is wanted",
    },
    {
      kind: "encryption",
      names: ["3DES-CBC"],
      level: "transitional",
      section: "§3",
      until: 2023,
      note: "SP 800-131A Rev. 2 ends it",
    },
    { kind: "prf", names: ["HMAC-SHA2-256", "HMAC-SHA2-384", "HMAC-SHA2-512"], level: "approved", section: "§3" },
    {
      kind: "prf",
      names: ["HMAC-SHA1", "AES128-CMAC"],
      level: "transitional",
      section: "§3",
      until: 2030,
      note: "NIST retires SHA-1 by the end of 2030",
    },
    {
      kind: "integrity",
      names: ["HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256"],
      level: "approved",
      section: "§3",
    },
    {
      kind: "integrity",
      names: ["AES-GMAC-128", "AES-GMAC-192", "AES-GMAC-256", "AES-CMAC-96"],
      level: "approved",
      section: "§4",
    },
    {
      kind: "integrity",
      names: ["HMAC-SHA1-96"],
      level: "transitional",
      section: "§3",
      until: 2030,
      note: "NIST retires SHA-1 by the end of 2030",
    },
    {
      kind: "key exchange",
      names: ["MODP-2048", "MODP-3072", "MODP-4096", "MODP-6144", "MODP-8192"],
      level: "approved",
      section: "§3",
    },
    { kind: "key exchange", names: ["ECP-256", "ECP-384", "ECP-521"], level: "approved", section: "§3" },
    {
      kind: "key exchange",
      names: ["X25519", "X448"],
      level: "MAY",
      section: "§3",
      note: "outside SP 800-56A Rev. 3: SP 800-186 lists the curves",
    },
    {
      kind: "key exchange",
      names: ["ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"],
      level: "approved",
      section: "FIPS 203",
      note: "newer than the guide",
    },
  ],
  otherwise: {
    encryption: no("§3"),
    prf: no("§3"),
    integrity: no("§3"),
    "key exchange": no("§3"),
  },
}
