/** RFC 9395: IKEv1 made historic, and the algorithms that IANA marks deprecated since. */
import type { Profile } from "../profile.ts"

export const rfc9395: Profile = {
  id: "rfc9395",
  document: "RFC 9395",
  title: "Deprecation of the Internet Key Exchange Version 1 (IKEv1) Protocol and Obsoleted Algorithms",
  date: "2023-04",
  url: "https://www.rfc-editor.org/rfc/rfc9395",
  ikev1: { level: "deprecated", section: "§3" },
  lines: [
    {
      kind: "encryption",
      names: [
        "DES-IV64",
        "DES-IV64-CBC",
        "DES-CBC",
        "RC5-CBC",
        "IDEA-CBC",
        "CAST-CBC",
        "BLOWFISH-CBC",
        "3IDEA-CBC",
        "DES-IV32",
        "DES-IV32-CBC",
      ],
      level: "deprecated",
      section: "§5",
    },
    { kind: "prf", names: ["HMAC-MD5", "HMAC-TIGER"], level: "deprecated", section: "§5" },
    {
      kind: "integrity",
      names: ["HMAC-MD5-96", "DES-MAC", "KPDK-MD5", "HMAC-MD5-128", "HMAC-SHA1-160"],
      level: "deprecated",
      section: "§5",
    },
    { kind: "key exchange", names: ["MODP-768", "MODP-1024-160"], level: "deprecated", section: "§5" },
  ],
}
