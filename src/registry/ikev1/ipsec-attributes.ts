/** Attributes of an IKEv1 phase 2 transform. */
import { registry } from "../registry.ts"

/** IPSEC Security Association Attributes. RFC 2407 §4.5. */
export const IPSEC_ATTRIBUTE = registry(
  "IPSEC Security Association Attributes",
  {
    SA_LIFE_TYPE: [1, "RFC 2407", { name: "SA Life Type" }],
    SA_LIFE_DURATION: [2, "RFC 2407", { name: "SA Life Duration" }],
    GROUP_DESCRIPTION: [3, "RFC 2407", { name: "Group Description" }],
    ENCAPSULATION_MODE: [4, "RFC 2407", { name: "Encapsulation Mode" }],
    AUTHENTICATION_ALGORITHM: [5, "RFC 2407", { name: "Authentication Algorithm" }],
    KEY_LENGTH: [6, "RFC 2407", { name: "Key Length" }],
    KEY_ROUNDS: [7, "RFC 2407", { name: "Key Rounds" }],
    COMPRESS_DICTIONARY_SIZE: [8, "RFC 2407", { name: "Compress Dictionary Size" }],
    COMPRESS_PRIVATE_ALGORITHM: [9, "RFC 2407", { name: "Compress Private Algorithm" }],
    ECN_TUNNEL: [10, "RFC 3168", { name: "ECN Tunnel" }],
    EXTENDED_SEQUENCE_NUMBER: [11, "RFC 4304", { name: "Extended (64-bit) Sequence Number" }],
    AUTHENTICATION_KEY_LENGTH: [12, "RFC 4359", { name: "Authentication Key Length" }],
    SIGNATURE_ENCODING_ALGORITHM: [13, "RFC 4359", { name: "Signature Encoding Algorithm" }],
    ADDRESS_PRESERVATION: [14, "RFC 6407", { name: "Address Preservation" }],
    SA_DIRECTION: [15, "RFC 6407", { name: "SA Direction" }],
    SECCTX: [32001, "libreswan", { status: "private" }],
  },
  [[32001, 32767, "Private Use"]],
)
