/** ANSSI's recommendations for IPsec (RGS, NT_IPsec) as a vendor's guide for qualified firewalls renders them. */
import type { Profile } from "../profile.ts"

const SUITES = "R38"

export const anssi: Profile = {
  id: "anssi",
  document: "ANSSI (RGS)",
  title: "Recommendations for IPsec, as rendered in a vendor's configuration guide: encryption profiles, R38 to R40",
  edition: "SNS 4.3 LTSB guide",
  date: "2022-01",
  url: "https://documentation.stormshield.eu/SNS/v4/en/Content/ANSSI_Configuration_Recommendations_SNS_v4.3-LTSB/Encryption_profiles.htm",
  verified: "secondary",
  note: "the RGS itself was not read; lifetimes are the guide's own",
  ikeLifetime: { seconds: 86_400, level: "SHOULD", section: SUITES, note: "6 h are recommended" },
  childLifetime: { seconds: 21_600, level: "SHOULD", section: SUITES, note: "1 h is recommended" },
  forwardSecrecy: { level: "SHOULD", section: SUITES },
  keySets: [
    {
      need: [
        [
          "BRAINPOOL-P256R1",
          "BRAINPOOL-P384R1",
          "BRAINPOOL-P512R1",
          "ECP-256",
          "ECP-384",
          "ECP-521",
          "MODP-3072",
          "MODP-4096",
          "MODP-6144",
          "MODP-8192",
        ],
      ],
      level: "approved",
      section: SUITES,
    },
  ],
  lines: [
    { kind: "protocol", names: ["IKEv2"], level: "approved", section: "R39" },
    { kind: "protocol", names: ["IKEv1"], level: "SHOULD NOT", section: "R39", note: "IKEv2 is recommended" },
    { kind: "protocol", names: ["ESP"], level: "approved", section: "R3", document: "ANSSI NT_IPsec" },
    {
      kind: "protocol",
      names: ["AH"],
      level: "SHOULD NOT",
      section: "R3",
      document: "ANSSI NT_IPsec",
      note: "advised against",
    },
    { kind: "encryption", use: "ike", names: ["AES-GCM-16-256"], level: "approved", section: SUITES },
    {
      kind: "encryption",
      use: "ike",
      names: ["AES-GCM-16-128", "AES-CTR-256", "AES-CTR-128", "AES-CBC-256", "AES-CBC-128"],
      level: "not recommended",
      section: SUITES,
      note: "the guide's lowest value for IKE is AES-GCM-256",
    },
    {
      kind: "encryption",
      use: "ipsec",
      names: ["AES-GCM-16-256", "AES-GCM-16-128", "AES-CTR-256", "AES-CTR-128", "AES-CBC-256", "AES-CBC-128"],
      level: "approved",
      section: SUITES,
    },
    { kind: "prf", names: ["HMAC-SHA2-512", "HMAC-SHA2-384", "HMAC-SHA2-256"], level: "approved", section: SUITES },
    {
      kind: "integrity",
      names: ["HMAC-SHA2-512-256", "HMAC-SHA2-384-192", "HMAC-SHA2-256-128"],
      level: "approved",
      section: SUITES,
    },
    {
      kind: "key exchange",
      use: "ipsec",
      names: ["MODP-2048"],
      level: "not recommended",
      section: SUITES,
      note: "the lowest value of the guide's table for ESP, and below its text",
    },
    {
      kind: "authentication",
      names: ["digital signature", "ECDSA signature", "RSA signature"],
      level: "approved",
      section: "R40",
    },
    {
      kind: "authentication",
      names: ["pre-shared key"],
      level: "not recommended",
      section: "R40",
      note: "certificates are recommended; a pre-shared key must be robust",
    },
  ],
  otherwise: {
    encryption: { level: "not approved", section: SUITES },
    prf: { level: "not approved", section: SUITES },
    integrity: { level: "not approved", section: SUITES },
    "key exchange": { level: "not approved", section: SUITES },
    authentication: { level: "not approved", section: "R40" },
  },
}
