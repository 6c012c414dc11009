/** Attributes of an IKEv1 phase 1 transform. */
import { registry } from "../registry.ts"

/** Internet Key Exchange (IKE) Attributes. RFC 2409 Appendix A. */
export const IKE_ATTRIBUTE = registry(
  "Internet Key Exchange (IKE) Attributes",
  {
    RESERVED: [0, "RFC 2409", { name: "Reserved", status: "reserved" }],
    ENCRYPTION_ALGORITHM: [1, "RFC 2409", { name: "Encryption Algorithm" }],
    HASH_ALGORITHM: [2, "RFC 2409", { name: "Hash Algorithm" }],
    AUTHENTICATION_METHOD: [3, "RFC 2409", { name: "Authentication Method" }],
    GROUP_DESCRIPTION: [4, "RFC 2409", { name: "Group Description" }],
    GROUP_TYPE: [5, "RFC 2409", { name: "Group Type" }],
    GROUP_PRIME_IRREDUCIBLE_POLYNOMIAL: [6, "RFC 2409", { name: "Group Prime/Irreducible Polynomial" }],
    GROUP_GENERATOR_ONE: [7, "RFC 2409", { name: "Group Generator One" }],
    GROUP_GENERATOR_TWO: [8, "RFC 2409", { name: "Group Generator Two" }],
    GROUP_CURVE_A: [9, "RFC 2409", { name: "Group Curve A" }],
    GROUP_CURVE_B: [10, "RFC 2409", { name: "Group Curve B" }],
    LIFE_TYPE: [11, "RFC 2409", { name: "Life Type" }],
    LIFE_DURATION: [12, "RFC 2409", { name: "Life Duration" }],
    PRF: [13, "RFC 2409"],
    KEY_LENGTH: [14, "RFC 2409", { name: "Key Length" }],
    FIELD_SIZE: [15, "RFC 2409", { name: "Field Size" }],
    GROUP_ORDER: [16, "RFC 2409", { name: "Group Order" }],
    BLOCK_SIZE: [17, "RFC 2409", { name: "Block Size" }],
    ASYMMETRIC_ALGORITHM: [20, "GM/T 0022", { name: "Asymmetric Cryptographic Algorithm Type", status: "private" }],
  },
  [[16384, 32767, "Private Use"]],
)
