/** Diffie-Hellman groups of IKEv1; the alias is the report's name. */
import { registry } from "../registry.ts"

const ECC_DRAFT = "draft-ietf-ipsec-ike-ecc-groups"

/** Group Description (Value 4). RFC 2409 §6. From 14 on the numbers mean what they mean in IKEv2. */
export const GROUP = registry(
  "Group Description",
  {
    RESERVED: [0, "RFC 2409", { name: "Reserved", status: "reserved" }],
    MODP_768: [1, "RFC 2409", { name: "default 768-bit MODP group", alias: "MODP-768" }],
    MODP_1024: [2, "RFC 2409", { name: "alternate 1024-bit MODP group", alias: "MODP-1024" }],
    EC2N_155: [3, "RFC 2409", { name: "EC2N group on GP[2^155]", alias: "EC2N-155" }],
    EC2N_185: [4, "RFC 2409", { name: "EC2N group on GP[2^185]", alias: "EC2N-185" }],
    MODP_1536: [5, "RFC 3526", { name: "1536-bit MODP group", alias: "MODP-1536" }],
    EC2N_163_1: [6, ECC_DRAFT, { name: "EC2N group over GF[2^163], curve 1", alias: "EC2N-163-1", status: "obsolete" }],
    EC2N_163_2: [7, ECC_DRAFT, { name: "EC2N group over GF[2^163], curve 2", alias: "EC2N-163-2", status: "obsolete" }],
    EC2N_283_1: [8, ECC_DRAFT, { name: "EC2N group over GF[2^283], curve 1", alias: "EC2N-283-1", status: "obsolete" }],
    EC2N_283_2: [9, ECC_DRAFT, { name: "EC2N group over GF[2^283], curve 2", alias: "EC2N-283-2", status: "obsolete" }],
    EC2N_409_1: [
      10,
      ECC_DRAFT,
      { name: "EC2N group over GF[2^409], curve 1", alias: "EC2N-409-1", status: "obsolete" },
    ],
    EC2N_409_2: [
      11,
      ECC_DRAFT,
      { name: "EC2N group over GF[2^409], curve 2", alias: "EC2N-409-2", status: "obsolete" },
    ],
    EC2N_571_1: [
      12,
      ECC_DRAFT,
      { name: "EC2N group over GF[2^571], curve 1", alias: "EC2N-571-1", status: "obsolete" },
    ],
    EC2N_571_2: [
      13,
      ECC_DRAFT,
      { name: "EC2N group over GF[2^571], curve 2", alias: "EC2N-571-2", status: "obsolete" },
    ],
    MODP_2048: [14, "RFC 3526", { name: "2048-bit MODP group", alias: "MODP-2048" }],
    MODP_3072: [15, "RFC 3526", { name: "3072-bit MODP group", alias: "MODP-3072" }],
    MODP_4096: [16, "RFC 3526", { name: "4096-bit MODP group", alias: "MODP-4096" }],
    MODP_6144: [17, "RFC 3526", { name: "6144-bit MODP group", alias: "MODP-6144" }],
    MODP_8192: [18, "RFC 3526", { name: "8192-bit MODP group", alias: "MODP-8192" }],
    ECP_256: [19, "RFC 5903", { name: "256-bit random ECP group", alias: "ECP-256" }],
    ECP_384: [20, "RFC 5903", { name: "384-bit random ECP group", alias: "ECP-384" }],
    ECP_521: [21, "RFC 5903", { name: "521-bit random ECP group", alias: "ECP-521" }],
    MODP_1024_160: [
      22,
      "RFC 5114",
      { name: "1024-bit MODP Group with 160-bit Prime Order Subgroup", alias: "MODP-1024-160" },
    ],
    MODP_2048_224: [
      23,
      "RFC 5114",
      { name: "2048-bit MODP Group with 224-bit Prime Order Subgroup", alias: "MODP-2048-224" },
    ],
    MODP_2048_256: [
      24,
      "RFC 5114",
      { name: "2048-bit MODP Group with 256-bit Prime Order Subgroup", alias: "MODP-2048-256" },
    ],
    ECP_192: [25, "RFC 5114", { name: "192-bit Random ECP Group", alias: "ECP-192" }],
    ECP_224: [26, "RFC 5114", { name: "224-bit Random ECP Group", alias: "ECP-224" }],
    BRAINPOOL_P224R1: [27, "RFC 6932", { name: "224-bit Brainpool ECP group", alias: "BRAINPOOL-P224R1" }],
    BRAINPOOL_P256R1: [28, "RFC 6932", { name: "256-bit Brainpool ECP group", alias: "BRAINPOOL-P256R1" }],
    BRAINPOOL_P384R1: [29, "RFC 6932", { name: "384-bit Brainpool ECP group", alias: "BRAINPOOL-P384R1" }],
    BRAINPOOL_P512R1: [30, "RFC 6932", { name: "512-bit Brainpool ECP group", alias: "BRAINPOOL-P512R1" }],
    X25519: [31, "IKEv2's number, used in the field", { name: "Curve25519", alias: "X25519", status: "private" }],
    X448: [32, "IKEv2's number, used in the field", { name: "Curve448", alias: "X448", status: "private" }],
    GOST3410_2012_256: [33, "IKEv2's number, used in the field", { alias: "GOST3410-2012-256", status: "private" }],
    GOST3410_2012_512: [34, "IKEv2's number, used in the field", { alias: "GOST3410-2012-512", status: "private" }],
  },
  [[32768, 65535, "Private Use"]],
)
