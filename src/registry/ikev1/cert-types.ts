/** Certificate types of CERT and CR. */
import { registry } from "../registry.ts"

/** ISAKMP Certificate Types. RFC 2408 §3.9. */
export const CERT_TYPE = registry(
  "ISAKMP Certificate Types",
  {
    NONE: [0, "RFC 2408"],
    PKCS7: [1, "RFC 2408", { name: "PKCS #7 wrapped X.509 certificate" }],
    PGP: [2, "RFC 2408", { name: "PGP Certificate" }],
    DNS_SIGNED_KEY: [3, "RFC 2408", { name: "DNS Signed Key" }],
    X509_SIGNATURE: [4, "RFC 2408", { name: "X.509 Certificate - Signature" }],
    X509_KEY_EXCHANGE: [5, "RFC 2408", { name: "X.509 Certificate - Key Exchange" }],
    KERBEROS: [6, "RFC 2408", { name: "Kerberos Tokens" }],
    CRL: [7, "RFC 2408", { name: "Certificate Revocation List (CRL)" }],
    ARL: [8, "RFC 2408", { name: "Authority Revocation List (ARL)" }],
    SPKI: [9, "RFC 2408", { name: "SPKI Certificate" }],
    X509_ATTRIBUTE: [10, "RFC 2408", { name: "X.509 Certificate - Attribute" }],
  },
  [[11, 255, "Reserved"]],
)
