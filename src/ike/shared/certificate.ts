/** Certificate payload, the same body in both versions. RFC 7296 §3.6, RFC 2408 §3.9. */
import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field, type Names } from "../../bytes/field.ts"
import { describePublicKey, type PublicKeyInfo } from "../../pki/algorithm.ts"
import { type CertificateInfo, describeCertificate } from "../../pki/certificate.ts"
import { describeOcsp } from "../../pki/ocsp.ts"
import { CERT_TYPE } from "../../registry/ikev1/cert-types.ts"
import { CERT_ENCODING } from "../../registry/ikev2/cert-encodings.ts"
import { attempt } from "./items.ts"
import type { PayloadDecoder } from "./payload.ts"

export interface Certificate {
  readonly encoding: number
  /** Certificate Data, a view of the packet. */
  readonly data: Uint8Array
  /** Of the two hash-and-URL encodings of IKEv2: SHA-1 of what the URL gives, 20 bytes, and the URL. */
  readonly hashAndUrl?: { readonly hash: Uint8Array; readonly url: string }
  readonly fault?: DecodeError
}

/** The X.509 certificate that the payload carries whole. Undefined for other encodings and for malformed ones. */
export const certificateOf = (cert: Certificate): CertificateInfo | undefined =>
  cert.encoding === CERT_ENCODING.X509_SIGNATURE || cert.encoding === CERT_TYPE.X509_KEY_EXCHANGE
    ? describeCertificate(cert.data)
    : undefined

/** The raw public key (RFC 7670) that the payload carries. Undefined for other encodings and for malformed ones. */
export const publicKeyOf = (cert: Certificate): PublicKeyInfo | undefined =>
  cert.encoding === CERT_ENCODING.RAW_PUBLIC_KEY ? describePublicKey(cert.data) : undefined

const data = field("isakmp.cert.data", "Certificate Data", { kind: "bytes" })
const hash = field("isakmp.cert.x509.hash", "Hash", { kind: "bytes" })
const url = field("isakmp.cert.x509.url", "URL", { kind: "text" })
const text = (name: string, label: string) => field(`isakmp.cert.x509.${name}`, label, { kind: "text" })
const subject = text("subject", "Subject")
const issuer = text("issuer", "Issuer")
const serial = text("serial", "Serial Number")
const notBefore = text("not_before", "Not Before")
const notAfter = text("not_after", "Not After")
const altName = text("san", "Subject Alternative Name")
const publicKey = text("key", "Public Key")
const signatureAlgorithm = text("signature_algorithm", "Signature Algorithm")
const ocspStatus = text("ocsp.status", "OCSP Response")
const ocspCertificate = text("ocsp.certificate", "OCSP, Serial Number and Status")
/** RFC 6960 §4.2.1. */
const OCSP_STATUS = ["successful", "malformedRequest", "internalError", "tryLater", "", "sigRequired", "unauthorized"]
const fingerprint = text("fingerprint", "SHA-256 Fingerprint")

/** The decoder under the version's payload type and its table of encodings. */
export function certificateDecoder(type: number, rfc: string, encodings: Names): PayloadDecoder<Certificate> {
  const encoding = field("isakmp.cert.encoding", "Certificate Encoding", { names: encodings })
  return {
    type,
    name: "Certificate",
    notation: "CERT",
    rfc,
    decode(c, context) {
      const kind = c.u8(encoding)
      const all = c.src.bytes.subarray(c.pos, c.end)
      if (
        context.version === 2 &&
        (kind === CERT_ENCODING.HASH_AND_URL || kind === CERT_ENCODING.HASH_AND_URL_BUNDLE)
      ) {
        const { value: hashAndUrl, fault } = attempt(c, () => ({ hash: c.bytes(hash, 20), url: c.text(url) }))
        if (fault) c.bytes(data)
        return { encoding: kind, data: all, hashAndUrl, fault }
      }
      const cert = { encoding: kind, data: all }
      c.window(data, c.left, c.limit, d => draw(d, cert), all)
      return cert
    },
  }
}

/** What people want to know of a certificate, drawn on its bytes. Parsed only when somebody looks. */
function draw(c: Cursor, cert: Certificate): void {
  if (!c.sink) return
  const at = (shown: typeof subject, value: string) => c.note(shown, c.pos, c.end, value)
  const key = publicKeyOf(cert)
  if (key) at(publicKey, keyText(key))
  const ocsp = cert.encoding === CERT_ENCODING.OCSP_CONTENT ? describeOcsp(cert.data) : undefined
  if (ocsp) at(ocspStatus, OCSP_STATUS[ocsp.status] ?? String(ocsp.status))
  for (const r of ocsp?.basic?.responses ?? [])
    at(
      ocspCertificate,
      `${r.serial}: ${r.status}${r.revokedAt ? ` since ${isoTime(r.revokedAt)}` : ""}, ${isoTime(r.thisUpdate)}${r.nextUpdate ? ` to ${isoTime(r.nextUpdate)}` : ""}`,
    )
  const info = certificateOf(cert)
  if (!info) return
  at(subject, info.subject)
  at(issuer, info.issuer)
  at(serial, info.serial)
  at(notBefore, isoTime(info.notBefore))
  at(notAfter, isoTime(info.notAfter))
  for (const name of info.subjectAltNames) at(altName, `${name.type}:${name.value}`)
  at(publicKey, keyText(info.publicKey))
  at(signatureAlgorithm, info.signatureAlgorithm.name)
  at(fingerprint, info.fingerprint)
}

const keyText = (key: PublicKeyInfo): string => [key.algorithm, key.curve ?? key.bits].filter(Boolean).join(" ")

/** An impossible date in a certificate is shown, not thrown. */
const isoTime = (date: Date): string => (Number.isNaN(date.getTime()) ? "invalid" : date.toISOString())
