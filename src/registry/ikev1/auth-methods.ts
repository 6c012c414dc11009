/** Authentication methods of IKEv1 phase 1, with those of XAUTH and hybrid mode, which are private numbers. */
import { registry } from "../registry.ts"

const XAUTH = "draft-ietf-ipsec-isakmp-xauth-06"
const HYBRID = "draft-ietf-ipsec-isakmp-hybrid-auth-05"

/** IPSEC Authentication Methods (Value 3). RFC 2409 Appendix A. In a proposal of GM/T 0022, 10 is `AUTH_METHOD_GMT0022`'s. */
export const AUTH_METHOD = registry(
  "IPSEC Authentication Methods",
  {
    RESERVED: [0, "RFC 2409", { name: "Reserved", status: "reserved" }],
    PRE_SHARED_KEY: [1, "RFC 2409", { name: "pre-shared key" }],
    DSS_SIGNATURES: [2, "RFC 2409", { name: "DSS signatures" }],
    RSA_SIGNATURES: [3, "RFC 2409", { name: "RSA signatures" }],
    RSA_ENCRYPTION: [4, "RFC 2409", { name: "Encryption with RSA" }],
    REVISED_RSA_ENCRYPTION: [5, "RFC 2409", { name: "Revised encryption with RSA" }],
    RESERVED_6: [6, "RFC 2409", { name: "Reserved (was Encryption with El-Gamal)", status: "reserved" }],
    RESERVED_7: [7, "RFC 2409", { name: "Reserved (was Revised encryption with El-Gamal)", status: "reserved" }],
    RESERVED_8: [8, "RFC 2409", { name: "Reserved (was ECDSA signatures)", status: "reserved" }],
    ECDSA_P256: [9, "RFC 4754", { name: "ECDSA with SHA-256 on the P-256 curve" }],
    ECDSA_P384: [10, "RFC 4754", { name: "ECDSA with SHA-384 on the P-384 curve" }],
    ECDSA_P521: [11, "RFC 4754", { name: "ECDSA with SHA-512 on the P-521 curve" }],
    HYBRID_INIT_RSA: [64221, HYBRID, { name: "HybridInitRSA", status: "private" }],
    HYBRID_RESP_RSA: [64222, HYBRID, { name: "HybridRespRSA", status: "private" }],
    HYBRID_INIT_DSS: [64223, HYBRID, { name: "HybridInitDSS", status: "private" }],
    HYBRID_RESP_DSS: [64224, HYBRID, { name: "HybridRespDSS", status: "private" }],
    XAUTH_INIT_PRE_SHARED: [65001, XAUTH, { name: "XAUTHInitPreShared", status: "private" }],
    XAUTH_RESP_PRE_SHARED: [65002, XAUTH, { name: "XAUTHRespPreShared", status: "private" }],
    XAUTH_INIT_DSS: [65003, XAUTH, { name: "XAUTHInitDSS", status: "private" }],
    XAUTH_RESP_DSS: [65004, XAUTH, { name: "XAUTHRespDSS", status: "private" }],
    XAUTH_INIT_RSA: [65005, XAUTH, { name: "XAUTHInitRSA", status: "private" }],
    XAUTH_RESP_RSA: [65006, XAUTH, { name: "XAUTHRespRSA", status: "private" }],
    XAUTH_INIT_RSA_ENCRYPTION: [65007, XAUTH, { name: "XAUTHInitRSAEncryption", status: "private" }],
    XAUTH_RESP_RSA_ENCRYPTION: [65008, XAUTH, { name: "XAUTHRespRSAEncryption", status: "private" }],
    XAUTH_INIT_REVISED_RSA_ENCRYPTION: [65009, XAUTH, { name: "XAUTHInitRSARevisedEncryption", status: "private" }],
    XAUTH_RESP_REVISED_RSA_ENCRYPTION: [65010, XAUTH, { name: "XAUTHRespRSARevisedEncryption", status: "private" }],
  },
  [[65001, 65535, "Private Use"]],
)

/** What GM/T 0022 uses where IANA has another method. */
export const AUTH_METHOD_GMT0022 = registry("IPSEC Authentication Methods in GM/T 0022", {
  DIGITAL_ENVELOPE: [10, "GM/T 0022", { name: "Digital Envelope", status: "private" }],
})
