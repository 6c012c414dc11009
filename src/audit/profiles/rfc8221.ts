/** RFC 8221: what implementations of ESP and AH must and must not use. Every row read in the RFC. */
import type { Profile } from "../profile.ts"

const IOT = "for the Internet of Things"

export const rfc8221: Profile = {
  id: "rfc8221",
  document: "RFC 8221",
  title: "Cryptographic Algorithm Implementation Requirements and Usage Guidance for ESP and AH",
  edition: "2017-10",
  date: "2017-10",
  url: "https://www.rfc-editor.org/rfc/rfc8221",
  verified: "original",
  note: "ENCR_NULL is a MUST to implement; that it leaves traffic readable is the rule null-encryption",
  lines: [
    {
      kind: "encryption",
      use: "ipsec",
      names: ["AES-GCM-16-256", "AES-GCM-16-128", "AES-CBC-256", "AES-CBC-128"],
      level: "MUST",
      section: "§5",
    },
    { kind: "encryption", use: "ipsec", names: ["CHACHA20-POLY1305"], level: "SHOULD", section: "§5" },
    {
      kind: "encryption",
      use: "ipsec",
      names: ["AES-CCM-8-128"],
      level: "SHOULD",
      section: "§5",
      note: IOT,
      special: true,
    },
    {
      kind: "encryption",
      use: "ipsec",
      names: ["NULL"],
      level: "MUST",
      section: "§5",
      note: "where only integrity is wanted",
      special: true,
    },
    { kind: "encryption", use: "ipsec", names: ["AES-CBC-192", "AES-GCM-16-192"], level: "MAY", section: "§5" },
    { kind: "encryption", use: "ipsec", names: ["3DES-CBC"], level: "SHOULD NOT", section: "§5" },
    {
      kind: "encryption",
      use: "ipsec",
      names: ["DES-IV64", "DES-IV64-CBC", "DES-CBC", "BLOWFISH-CBC", "3IDEA-CBC", "DES-IV32", "DES-IV32-CBC"],
      level: "MUST NOT",
      section: "§5",
    },
    { kind: "integrity", use: "ipsec", names: ["HMAC-SHA2-512-256"], level: "SHOULD", section: "§6" },
    { kind: "integrity", use: "ipsec", names: ["HMAC-SHA2-256-128"], level: "MUST", section: "§6" },
    {
      kind: "integrity",
      use: "ipsec",
      names: ["AES-XCBC-96"],
      level: "SHOULD",
      section: "§6",
      note: IOT,
      special: true,
    },
    {
      kind: "integrity",
      use: "ipsec",
      names: ["AES-GMAC-128", "AES-GMAC-192", "AES-GMAC-256"],
      level: "MAY",
      section: "§6",
    },
    { kind: "integrity", use: "ipsec", names: ["HMAC-SHA1-96"], level: "MUST-", section: "§6" },
    {
      kind: "integrity",
      use: "ipsec",
      names: ["HMAC-MD5-96", "DES-MAC", "KPDK-MD5"],
      level: "MUST NOT",
      section: "§6",
    },
  ],
}
