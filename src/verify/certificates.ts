/** Which certificate a side's signature is to be checked with: the one it sent, else one from the keys file with its identity. */
import { type CertificateInfo, describeCertificate } from "../pki/certificate.ts"
import { matchesIdentity } from "../pki/identity.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { Pool } from "../unlock/pool.ts"

export interface SignerKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly certificate: CertificateInfo | null
  readonly origins: readonly Origin[]
}

/** Keys that may have signed. `sent` are the certificates of the CERT payloads in order, `id` the ID payload's body (type, 3 octets, data). */
export function signerKeys(
  sent: readonly Uint8Array[],
  rawKeys: readonly Uint8Array[],
  id: Uint8Array | null,
  { secrets, certificates }: Pick<Pool, "secrets" | "certificates">,
): SignerKey[] {
  const mine = sent
    .flatMap(der => describeCertificate(der) ?? [])
    .map(c => ({ spki: c.publicKey.spki, certificate: c, origins: [] }))
  const raw = rawKeys.map(spki => ({ spki, certificate: null, origins: [] }))
  // Only the first CERT is the signer's; the others are its issuers (RFC 7296 §3.6).
  if (mine.length + raw.length > 0) return [...raw, ...mine].slice(0, 1)
  if (!id || id.length < 5) return []
  return secrets.certificates.flatMap(secret =>
    certificates
      .of(secret)
      .filter(c => matchesIdentity(c, id[0], id.subarray(4)) === true)
      .map(c => ({ spki: c.publicKey.spki, certificate: c, origins: [secret.origin] })),
  )
}
