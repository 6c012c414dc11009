/** Whether a certificate speaks for an IKE identity. RFC 4945 §3.1, RFC 7296 §3.5. */

import { equal } from "../bytes/bytes.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"
import type { CertificateInfo } from "./certificate.ts"
import { latin1 } from "./der.ts"
import { describeGeneralName, type GeneralNameType } from "./extensions.ts"
import { dnText } from "./name.ts"

/**
 * Whether the certificate holds the identity of an ID payload: addresses, names and e-mail addresses in subjectAltName, a
 * distinguished name as subject. Undefined where RFC 4945 asks for no match (KEY_ID, subnets, unknown types).
 */
export function matchesIdentity(cert: CertificateInfo, idType: number, idData: Uint8Array): boolean | undefined {
  switch (idType) {
    case ID_TYPE.ID_IPV4_ADDR:
    case ID_TYPE.ID_IPV6_ADDR:
      return names(cert, "iPAddress").some(bytes => equal(bytes, idData))
    case ID_TYPE.ID_FQDN:
      return names(cert, "dNSName").some(bytes => sameDomain(latin1(bytes), latin1(idData)))
    case ID_TYPE.ID_USER_FQDN:
      return names(cert, "rfc822Name").some(bytes => sameMailbox(latin1(bytes), latin1(idData)))
    case ID_TYPE.ID_DER_ASN1_DN:
      return sameName(cert, idData)
    case ID_TYPE.ID_DER_ASN1_GN: {
      const wanted = describeGeneralName(idData)
      return wanted !== undefined && names(cert, wanted.type).some(bytes => equal(bytes, wanted.bytes))
    }
    default:
      return undefined
  }
}

const names = (cert: CertificateInfo, type: GeneralNameType): Uint8Array[] =>
  cert.subjectAltNames.filter(n => n.type === type).map(n => n.bytes)

/** Names of hosts, letter case ignored; a wildcard stands for one leftmost label. RFC 4945 §3.1.2, RFC 6125 §6.4. */
function sameDomain(inCertificate: string, wanted: string): boolean {
  const pattern = inCertificate.toLowerCase()
  const name = wanted.toLowerCase()
  if (pattern === name) return true
  return pattern.startsWith("*.") && name.includes(".") && name.slice(name.indexOf(".")) === pattern.slice(1)
}

/** The part before @ keeps its letter case. RFC 5280 §7.5. */
function sameMailbox(a: string, b: string): boolean {
  const [i, j] = [a.lastIndexOf("@"), b.lastIndexOf("@")]
  return i === j && a.slice(0, i) === b.slice(0, j) && a.slice(i).toLowerCase() === b.slice(j).toLowerCase()
}

/** Equal in DER, or in text: RFC 5280 §7.1 compares without regard to string types and letter case. */
function sameName(cert: CertificateInfo, name: Uint8Array): boolean {
  if (equal(cert.subjectDer, name)) return true
  const text = dnText(name)
  return text !== undefined && normal(text) === normal(cert.subject)
}

const normal = (name: string): string => name.toLowerCase().replace(/\s+/g, " ")
