/** Hash algorithms of IKEv1; the alias is the report's name. */
import { registry } from "../registry.ts"

/** Hash Algorithm Class Values. RFC 2409 Appendix A. */
export const IKE_HASH = registry(
  "Hash Algorithm Class Values",
  {
    RESERVED: [0, "RFC 2409", { name: "Reserved", status: "reserved" }],
    MD5: [1, "RFC 1321"],
    SHA: [2, "FIPS 180-1", { alias: "SHA1" }],
    TIGER: [3, "RFC 2409", { name: "Tiger", alias: "TIGER" }],
    SHA2_256: [4, "RFC 4868", { name: "SHA2-256" }],
    SHA2_384: [5, "RFC 4868", { name: "SHA2-384" }],
    SHA2_512: [6, "RFC 4868", { name: "SHA2-512" }],
    SM3: [20, "GM/T 0022", { status: "private" }],
  },
  [[65001, 65535, "Private Use"]],
)
