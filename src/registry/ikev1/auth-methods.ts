/** Authentication methods of IKEv1 phase 1, with those of XAUTH and hybrid mode, which are private numbers. */
import { registry } from "../registry.ts"

const XAUTH = "draft-ietf-ipsec-isakmp-xauth-06"
const HYBRID = "draft-ietf-ipsec-isakmp-hybrid-auth-05"

/** IPSEC Authentication Methods (Value 3). RFC 2409 Appendix A. In a proposal of GM/T 0022, 10 is `AUTH_METHOD_GMT0022`'s. */
export const AUTH_METHOD = registry(
  "IPSEC Authentication Methods",
  {
    0: ["Reserved", "RFC 2409", "reserved"],
    1: ["pre-shared key", "RFC 2409"],
    2: ["DSS signatures", "RFC 2409"],
    3: ["RSA signatures", "RFC 2409"],
    4: ["Encryption with RSA", "RFC 2409"],
    5: ["Revised encryption with RSA", "RFC 2409"],
    6: ["Reserved (was Encryption with El-Gamal)", "RFC 2409", "reserved"],
    7: ["Reserved (was Revised encryption with El-Gamal)", "RFC 2409", "reserved"],
    8: ["Reserved (was ECDSA signatures)", "RFC 2409", "reserved"],
    9: ["ECDSA with SHA-256 on the P-256 curve", "RFC 4754"],
    10: ["ECDSA with SHA-384 on the P-384 curve", "RFC 4754"],
    11: ["ECDSA with SHA-512 on the P-521 curve", "RFC 4754"],
    64221: ["HybridInitRSA", HYBRID, "private"],
    64222: ["HybridRespRSA", HYBRID, "private"],
    64223: ["HybridInitDSS", HYBRID, "private"],
    64224: ["HybridRespDSS", HYBRID, "private"],
    65001: ["XAUTHInitPreShared", XAUTH, "private"],
    65002: ["XAUTHRespPreShared", XAUTH, "private"],
    65003: ["XAUTHInitDSS", XAUTH, "private"],
    65004: ["XAUTHRespDSS", XAUTH, "private"],
    65005: ["XAUTHInitRSA", XAUTH, "private"],
    65006: ["XAUTHRespRSA", XAUTH, "private"],
    65007: ["XAUTHInitRSAEncryption", XAUTH, "private"],
    65008: ["XAUTHRespRSAEncryption", XAUTH, "private"],
    65009: ["XAUTHInitRSARevisedEncryption", XAUTH, "private"],
    65010: ["XAUTHRespRSARevisedEncryption", XAUTH, "private"],
  },
  [[65001, 65535, "Private Use"]],
)

/** What GM/T 0022 uses where IANA has another method. */
export const AUTH_METHOD_GMT0022 = registry("IPSEC Authentication Methods in GM/T 0022", {
  10: ["Digital Envelope", "GM/T 0022", "private"],
})
