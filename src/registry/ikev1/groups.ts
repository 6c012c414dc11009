/** Diffie-Hellman groups of IKEv1; the alias is the report's name. */
import { registry } from "../registry.ts"

const ECC_DRAFT = "draft-ietf-ipsec-ike-ecc-groups"

/** Group Description (Value 4). RFC 2409 §6. From 14 on the numbers mean what they mean in IKEv2. */
export const GROUP = registry(
  "Group Description",
  {
    0: ["Reserved", "RFC 2409", "reserved"],
    1: ["default 768-bit MODP group", "RFC 2409", "", "MODP-768"],
    2: ["alternate 1024-bit MODP group", "RFC 2409", "", "MODP-1024"],
    3: ["EC2N group on GP[2^155]", "RFC 2409", "", "EC2N-155"],
    4: ["EC2N group on GP[2^185]", "RFC 2409", "", "EC2N-185"],
    5: ["1536-bit MODP group", "RFC 3526", "", "MODP-1536"],
    6: ["EC2N group over GF[2^163], curve 1", ECC_DRAFT, "obsolete", "EC2N-163-1"],
    7: ["EC2N group over GF[2^163], curve 2", ECC_DRAFT, "obsolete", "EC2N-163-2"],
    8: ["EC2N group over GF[2^283], curve 1", ECC_DRAFT, "obsolete", "EC2N-283-1"],
    9: ["EC2N group over GF[2^283], curve 2", ECC_DRAFT, "obsolete", "EC2N-283-2"],
    10: ["EC2N group over GF[2^409], curve 1", ECC_DRAFT, "obsolete", "EC2N-409-1"],
    11: ["EC2N group over GF[2^409], curve 2", ECC_DRAFT, "obsolete", "EC2N-409-2"],
    12: ["EC2N group over GF[2^571], curve 1", ECC_DRAFT, "obsolete", "EC2N-571-1"],
    13: ["EC2N group over GF[2^571], curve 2", ECC_DRAFT, "obsolete", "EC2N-571-2"],
    14: ["2048-bit MODP group", "RFC 3526", "", "MODP-2048"],
    15: ["3072-bit MODP group", "RFC 3526", "", "MODP-3072"],
    16: ["4096-bit MODP group", "RFC 3526", "", "MODP-4096"],
    17: ["6144-bit MODP group", "RFC 3526", "", "MODP-6144"],
    18: ["8192-bit MODP group", "RFC 3526", "", "MODP-8192"],
    19: ["256-bit random ECP group", "RFC 5903", "", "ECP-256"],
    20: ["384-bit random ECP group", "RFC 5903", "", "ECP-384"],
    21: ["521-bit random ECP group", "RFC 5903", "", "ECP-521"],
    22: ["1024-bit MODP Group with 160-bit Prime Order Subgroup", "RFC 5114", "", "MODP-1024-160"],
    23: ["2048-bit MODP Group with 224-bit Prime Order Subgroup", "RFC 5114", "", "MODP-2048-224"],
    24: ["2048-bit MODP Group with 256-bit Prime Order Subgroup", "RFC 5114", "", "MODP-2048-256"],
    25: ["192-bit Random ECP Group", "RFC 5114", "", "ECP-192"],
    26: ["224-bit Random ECP Group", "RFC 5114", "", "ECP-224"],
    27: ["224-bit Brainpool ECP group", "RFC 6932", "", "BRAINPOOL-P224R1"],
    28: ["256-bit Brainpool ECP group", "RFC 6932", "", "BRAINPOOL-P256R1"],
    29: ["384-bit Brainpool ECP group", "RFC 6932", "", "BRAINPOOL-P384R1"],
    30: ["512-bit Brainpool ECP group", "RFC 6932", "", "BRAINPOOL-P512R1"],
    31: ["Curve25519", "IKEv2's number, used in the field", "private", "X25519"],
    32: ["Curve448", "IKEv2's number, used in the field", "private", "X448"],
    33: ["GOST3410_2012_256", "IKEv2's number, used in the field", "private", "GOST3410-2012-256"],
    34: ["GOST3410_2012_512", "IKEv2's number, used in the field", "private", "GOST3410-2012-512"],
  },
  [[32768, 65535, "Private Use"]],
)
