/** Encryption algorithms of IKEv1 phase 1; the alias is the report's name, which takes the key bits behind it. */
import { registry } from "../registry.ts"

/** Encryption Algorithm Class Values. RFC 2409 Appendix A. */
export const IKE_ENCR = registry(
  "Encryption Algorithm Class Values",
  {
    0: ["Reserved", "RFC 2409", "reserved"],
    1: ["DES-CBC", "RFC 2405"],
    2: ["IDEA-CBC", "RFC 2409"],
    3: ["Blowfish-CBC", "RFC 2409", "", "BLOWFISH-CBC"],
    4: ["RC5-R16-B64-CBC", "RFC 2409", "", "RC5-CBC"],
    5: ["3DES-CBC", "RFC 2409"],
    6: ["CAST-CBC", "RFC 2409"],
    7: ["AES-CBC", "RFC 3602"],
    8: ["CAMELLIA-CBC", "RFC 4312"],
    127: ["SM4-CBC (deprecated)", "GM/T 0022", "private", "SM4-CBC"],
    128: ["SM1-CBC", "GM/T 0022", "private"],
    129: ["SM4-CBC", "GM/T 0022", "private"],
    65001: ["MARS-CBC", "libreswan", "private"],
    65002: ["RC6-CBC", "libreswan", "private"],
    65004: ["SERPENT-CBC", "libreswan", "private"],
    65005: ["TWOFISH-CBC", "libreswan", "private"],
    65289: ["TWOFISH-CBC-SSH", "libreswan", "private"],
  },
  [[65001, 65535, "Private Use"]],
)
