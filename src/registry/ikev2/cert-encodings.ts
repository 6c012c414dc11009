/** Certificate encodings of CERT and CERTREQ. */
import { registry } from "../registry.ts"

/** IKEv2 Certificate Encodings. RFC 7296 §3.6. */
export const CERT_ENCODING = registry(
  "IKEv2 Certificate Encodings",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    PKCS7: [1, "RFC 7296", { name: "PKCS #7 wrapped X.509 certificate", status: "deprecated" }],
    PGP: [2, "RFC 7296", { name: "PGP Certificate" }],
    DNS_SIGNED_KEY: [3, "RFC 7296", { name: "DNS Signed Key" }],
    X509_SIGNATURE: [4, "RFC 7296", { name: "X.509 Certificate - Signature" }],
    RESERVED_5: [5, "RFC 7296", { name: "Reserved", status: "reserved" }],
    KERBEROS: [6, "RFC 7296", { name: "Kerberos Token" }],
    CRL: [7, "RFC 7296", { name: "Certificate Revocation List (CRL)" }],
    ARL: [8, "RFC 7296", { name: "Authority Revocation List (ARL)" }],
    SPKI: [9, "RFC 7296", { name: "SPKI Certificate" }],
    X509_ATTRIBUTE: [10, "RFC 7296", { name: "X.509 Certificate - Attribute" }],
    RAW_RSA_KEY: [11, "RFC 7296", { name: "Raw RSA Key", status: "deprecated" }],
    HASH_AND_URL: [12, "RFC 7296", { name: "Hash and URL of X.509 certificate" }],
    HASH_AND_URL_BUNDLE: [13, "RFC 7296", { name: "Hash and URL of X.509 bundle" }],
    OCSP_CONTENT: [14, "RFC 4806", { name: "OCSP Content" }],
    RAW_PUBLIC_KEY: [15, "RFC 7670", { name: "Raw Public Key" }],
  },
  [[201, 255, "Private Use"]],
)
