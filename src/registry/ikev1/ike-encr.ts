/** Encryption algorithms of IKEv1 phase 1; the alias is the report's name, which takes the key bits behind it. */
import { registry } from "../registry.ts"

/** Encryption Algorithm Class Values. RFC 2409 Appendix A. */
export const IKE_ENCR = registry(
  "Encryption Algorithm Class Values",
  {
    RESERVED: [0, "RFC 2409", { name: "Reserved", status: "reserved" }],
    DES_CBC: [1, "RFC 2405", { name: "DES-CBC" }],
    IDEA_CBC: [2, "RFC 2409", { name: "IDEA-CBC" }],
    BLOWFISH_CBC: [3, "RFC 2409", { name: "Blowfish-CBC", alias: "BLOWFISH-CBC" }],
    RC5_R16_B64_CBC: [4, "RFC 2409", { name: "RC5-R16-B64-CBC", alias: "RC5-CBC" }],
    TRIPLE_DES_CBC: [5, "RFC 2409", { name: "3DES-CBC" }],
    CAST_CBC: [6, "RFC 2409", { name: "CAST-CBC" }],
    AES_CBC: [7, "RFC 3602", { name: "AES-CBC" }],
    CAMELLIA_CBC: [8, "RFC 4312", { name: "CAMELLIA-CBC" }],
    SM4_CBC_OLD: [127, "GM/T 0022", { name: "SM4-CBC (deprecated)", alias: "SM4-CBC", status: "private" }],
    SM1_CBC: [128, "GM/T 0022", { name: "SM1-CBC", status: "private" }],
    SM4_CBC: [129, "GM/T 0022", { name: "SM4-CBC", status: "private" }],
    MARS_CBC: [65001, "libreswan", { name: "MARS-CBC", status: "private" }],
    RC6_CBC: [65002, "libreswan", { name: "RC6-CBC", status: "private" }],
    SERPENT_CBC: [65004, "libreswan", { name: "SERPENT-CBC", status: "private" }],
    TWOFISH_CBC: [65005, "libreswan", { name: "TWOFISH-CBC", status: "private" }],
    TWOFISH_CBC_SSH: [65289, "libreswan", { name: "TWOFISH-CBC-SSH", status: "private" }],
  },
  [[65001, 65535, "Private Use"]],
)
