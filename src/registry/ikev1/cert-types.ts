/** Certificate types of CERT and CR. */
import { registry } from "../registry.ts"

/** ISAKMP Certificate Types. RFC 2408 §3.9. */
export const CERT_TYPE = registry(
  "ISAKMP Certificate Types",
  {
    0: ["NONE", "RFC 2408"],
    1: ["PKCS #7 wrapped X.509 certificate", "RFC 2408"],
    2: ["PGP Certificate", "RFC 2408"],
    3: ["DNS Signed Key", "RFC 2408"],
    4: ["X.509 Certificate - Signature", "RFC 2408"],
    5: ["X.509 Certificate - Key Exchange", "RFC 2408"],
    6: ["Kerberos Tokens", "RFC 2408"],
    7: ["Certificate Revocation List (CRL)", "RFC 2408"],
    8: ["Authority Revocation List (ARL)", "RFC 2408"],
    9: ["SPKI Certificate", "RFC 2408"],
    10: ["X.509 Certificate - Attribute", "RFC 2408"],
  },
  [[11, 255, "Reserved"]],
)
