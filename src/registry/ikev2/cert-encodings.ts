/** Certificate encodings of CERT and CERTREQ. */
import { registry } from "../registry.ts"

/** IKEv2 Certificate Encodings. RFC 7296 §3.6. */
export const CERT_ENCODING = registry(
  "IKEv2 Certificate Encodings",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["PKCS #7 wrapped X.509 certificate", "RFC 7296", "deprecated"],
    2: ["PGP Certificate", "RFC 7296"],
    3: ["DNS Signed Key", "RFC 7296"],
    4: ["X.509 Certificate - Signature", "RFC 7296"],
    5: ["Reserved", "RFC 7296", "reserved"],
    6: ["Kerberos Token", "RFC 7296"],
    7: ["Certificate Revocation List (CRL)", "RFC 7296"],
    8: ["Authority Revocation List (ARL)", "RFC 7296"],
    9: ["SPKI Certificate", "RFC 7296"],
    10: ["X.509 Certificate - Attribute", "RFC 7296"],
    11: ["Raw RSA Key", "RFC 7296", "deprecated"],
    12: ["Hash and URL of X.509 certificate", "RFC 7296"],
    13: ["Hash and URL of X.509 bundle", "RFC 7296"],
    14: ["OCSP Content", "RFC 4806"],
    15: ["Raw Public Key", "RFC 7670"],
  },
  [[201, 255, "Private Use"]],
)
