/** PKCS #7 SignedData as a bag of certificates and CRLs. RFC 2315 §9.1, RFC 5652 §5.1, RFC 4945 §3.3. */
import { attempt, type Der, parseDer } from "./der.ts"

export interface CertificateBag {
  /** DER of each, in order; views of the input. */
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

const SIGNED_DATA = "1.2.840.113549.1.7.2"

/** Certificates and CRLs of a PKCS #7 SignedData in DER or BER. Undefined when it is malformed or of another content type. */
export const pkcs7Certificates = (der: Uint8Array): CertificateBag | undefined =>
  attempt(() => certificateBag(parseDer(der)))

function certificateBag(contentInfo: Der): CertificateBag | undefined {
  if (contentInfo.at(0).oid !== SIGNED_DATA) return undefined
  const signedData = contentInfo.at(1).at(0).items
  const members = (tag: number): Uint8Array[] =>
    signedData
      .find(m => m.context === tag)
      ?.items.filter(m => m.universal === 16)
      .map(m => m.der) ?? []
  return { certificates: members(0), crls: members(1) }
}
