/** AlgorithmIdentifier of a signature, as AUTH, SUPPORTED_AUTH_METHODS and GCAUTH carry it. RFC 7427 §3 and appendix A. */
import type { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { parseAlgorithmIdentifier, type SignatureAlgorithm } from "../../pki/algorithm.ts"

export interface AlgorithmIdentifier extends SignatureAlgorithm {
  /** The DER object, a view of the packet. */
  readonly der: Uint8Array
}

const object = field("isakmp.auth.data.sig.asn1.data", "AlgorithmIdentifier ASN.1 object", { kind: "bytes" })
const oid = field("isakmp.auth.data.sig.asn1.oid", "Algorithm OID", { kind: "text" })
const name = field("isakmp.auth.data.sig.asn1.name", "Algorithm", { kind: "text" })
const hash = field("isakmp.auth.data.sig.asn1.hash", "Hash", { kind: "text" })
const mgfHash = field("isakmp.auth.data.sig.asn1.pss.mgf_hash", "MGF1 Hash", { kind: "text" })
const saltBytes = field("isakmp.auth.data.sig.asn1.pss.salt_length", "PSS Salt Length (bytes)")

/** Reads `length` bytes as one AlgorithmIdentifier. Throws DecodeError `invalid` when they are none. */
export function decodeAlgorithmIdentifier(c: Cursor, length: number = c.left): AlgorithmIdentifier {
  const { bytes } = c.src
  const der = bytes.subarray(c.pos, Math.min(c.pos + length, c.end))
  return c.window(
    object,
    length,
    "ASN.1 Length",
    d => {
      const parsed = parseAlgorithmIdentifier(der)
      if (!parsed) throw d.invalid(object, d.pos, "not an AlgorithmIdentifier in DER")
      d.note(oid, d.pos, d.end, parsed.oid)
      d.note(name, d.pos, d.end, parsed.name)
      if (parsed.hash) d.note(hash, d.pos, d.end, parsed.hash)
      if (parsed.pss) {
        d.note(mgfHash, d.pos, d.end, parsed.pss.mgfHash)
        d.note(saltBytes, d.pos, d.end, parsed.pss.saltBytes)
      }
      return { ...parsed, der }
    },
    der,
  )
}
