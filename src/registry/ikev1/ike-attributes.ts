/** Attributes of an IKEv1 phase 1 transform. */
import { registry } from "../registry.ts"

/** Internet Key Exchange (IKE) Attributes. RFC 2409 Appendix A. */
export const IKE_ATTRIBUTE = registry(
  "Internet Key Exchange (IKE) Attributes",
  {
    0: ["Reserved", "RFC 2409", "reserved"],
    1: ["Encryption Algorithm", "RFC 2409"],
    2: ["Hash Algorithm", "RFC 2409"],
    3: ["Authentication Method", "RFC 2409"],
    4: ["Group Description", "RFC 2409"],
    5: ["Group Type", "RFC 2409"],
    6: ["Group Prime/Irreducible Polynomial", "RFC 2409"],
    7: ["Group Generator One", "RFC 2409"],
    8: ["Group Generator Two", "RFC 2409"],
    9: ["Group Curve A", "RFC 2409"],
    10: ["Group Curve B", "RFC 2409"],
    11: ["Life Type", "RFC 2409"],
    12: ["Life Duration", "RFC 2409"],
    13: ["PRF", "RFC 2409"],
    14: ["Key Length", "RFC 2409"],
    15: ["Field Size", "RFC 2409"],
    16: ["Group Order", "RFC 2409"],
    17: ["Block Size", "RFC 2409"],
    20: ["Asymmetric Cryptographic Algorithm Type", "GM/T 0022", "private"],
  },
  [[16384, 32767, "Private Use"]],
)
