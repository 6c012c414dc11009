/**
 * RFC 9395: IKEv1 made historic, and the algorithms that it deprecates; beside it those that IANA's tables mark deprecated because of
 * RFC 8247. Only the abstract and §1 could be read.
 */
import type { Profile } from "../profile.ts"

const IANA = {
  document: "IANA IKEv2 Parameters",
  section: "",
  note: "since RFC 8247",
  verified: "unverified",
} as const

export const rfc9395: Profile = {
  id: "rfc9395",
  document: "RFC 9395",
  title: "Deprecation of the Internet Key Exchange Version 1 (IKEv1) Protocol and Obsoleted Algorithms",
  edition: "2023-04",
  date: "2023-04",
  url: "https://www.rfc-editor.org/rfc/rfc9395",
  verified: "unverified",
  lines: [
    { kind: "protocol", names: ["IKEv1"], level: "deprecated", section: "§1", verified: "original" },
    { kind: "protocol", names: ["IKEv2"], level: "SHOULD", section: "abstract", verified: "original" },
    {
      kind: "encryption",
      names: [
        "RC5-CBC",
        "IDEA-CBC",
        "CAST-CBC",
        "BLOWFISH-CBC",
        "3IDEA-CBC",
        "DES-IV64",
        "DES-IV64-CBC",
        "DES-IV32",
        "DES-IV32-CBC",
      ],
      level: "deprecated",
      section: "§5",
    },
    { kind: "encryption", names: ["DES-CBC"], level: "deprecated", ...IANA },
    { kind: "prf", names: ["HMAC-TIGER"], level: "deprecated", section: "§5" },
    { kind: "prf", names: ["HMAC-MD5"], level: "deprecated", ...IANA },
    { kind: "integrity", names: ["HMAC-MD5-128"], level: "deprecated", section: "§5" },
    { kind: "integrity", names: ["HMAC-MD5-96", "DES-MAC", "KPDK-MD5"], level: "deprecated", ...IANA },
    { kind: "key exchange", names: ["MODP-768", "MODP-1024-160"], level: "deprecated", ...IANA },
  ],
}
