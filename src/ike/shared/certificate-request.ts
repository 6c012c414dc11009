/** Certificate Request payload, the same head in both versions. RFC 7296 §3.7, RFC 2408 §3.10. */
import type { Cursor } from "../../bytes/cursor.ts"
import { field, type Names } from "../../bytes/field.ts"
import { dnText } from "../../pki/name.ts"
import { CERT_ENCODING } from "../../registry/ikev2/cert-encodings.ts"
import { decodeDistinguishedName, dnField, NAME_CHOICE } from "./distinguished-name.ts"
import type { PayloadDecoder } from "./payload.ts"

export interface CertificateRequest {
  readonly encoding: number
  /** Certification Authority, a view of the packet. */
  readonly authority: Uint8Array
  /** IKEv2: SHA-1 hashes of the Subject Public Key Info of each trusted authority, 20 bytes each. */
  readonly hashes: readonly Uint8Array[]
  /** IKEv1: distinguished name of the authority (RFC 4514), when it is one. */
  readonly dn?: string
}

const HASH_BYTES = 20

const hash = field("isakmp.ike.certreq.authority", "Certification Authority", { kind: "bytes" })
const nameChoice = field("isakmp.ike.certreq.authority.sig", "Certification Authority", { names: NAME_CHOICE })
const opaque = field("isakmp.ike.certreq.authority.data", "Certification Authority", { kind: "bytes" })

/** The decoder under the version's payload type and its table of encodings. */
export function certificateRequestDecoder(
  type: number,
  rfc: string,
  encodings: Names,
  notation: string,
): PayloadDecoder<CertificateRequest> {
  const encoding = field("isakmp.certreq.type", "Certificate Encoding", { names: encodings })
  return {
    type,
    name: "Certificate Request",
    notation,
    rfc,
    decode(c, context) {
      const kind = c.u8(encoding)
      const authority = c.src.bytes.subarray(c.pos, c.end)
      if (context.version === 1) return { encoding: kind, authority, hashes: [], dn: decodeName(c, kind, authority) }
      const hashes: Uint8Array[] = []
      while (c.left >= HASH_BYTES) hashes.push(c.bytes(hash, HASH_BYTES))
      // RFC 7296 §3.7: no separators, so a rest is an authority in another format, or cut off.
      if (c.left > 0) c.bytes(opaque)
      return { encoding: kind, authority, hashes }
    },
  }
}

/** RFC 2408 §3.10: a distinguished name, whatever the encoding; Wireshark reads it as one only for X.509 signatures. */
function decodeName(c: Cursor, kind: number, authority: Uint8Array): string | undefined {
  if (authority.length === 0) return undefined
  if (kind === CERT_ENCODING.X509_SIGNATURE) {
    const dn = decodeDistinguishedName(c, nameChoice)
    if (dn !== undefined) return dn
  }
  const dn = dnText(authority)
  c.window(hash, c.left, c.limit, d => dn !== undefined && d.note(dnField, d.pos, d.end, dn), authority)
  return dn
}
