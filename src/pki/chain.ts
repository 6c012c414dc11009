/** Trust in a certificate: its path to an anchor, dates, signatures, and what about them a reviewer would not like. RFC 5280 §6, RFC 4945 §4. */
import { equal } from "../bytes/bytes.ts"
import type { PublicKeyInfo, SignatureAlgorithm } from "./algorithm.ts"
import type { CertificateInfo } from "./certificate.ts"
import type { CrlInfo } from "./crl.ts"

export type CertificateFindingCode =
  | "certificate-expired"
  | "certificate-not-yet-valid"
  | "certificate-issuer-unknown"
  | "certificate-untrusted"
  | "certificate-self-signed"
  | "certificate-signature-invalid"
  | "certificate-signature-unchecked"
  | "certificate-weak-signature"
  | "certificate-weak-key"
  | "certificate-issuer-not-ca"
  | "certificate-path-too-long"
  | "certificate-revoked"

export interface CertificateFinding {
  readonly code: CertificateFindingCode
  readonly severity: "error" | "warning" | "info"
  /** RFC 4514 subject of the certificate that is meant. */
  readonly subject: string
  /** One sentence, lower case, no full stop. */
  readonly message: string
}

/** Whether `signature` over `signed` verifies under `key`; undefined when the algorithm cannot be had. */
export type VerifySignature = (
  algorithm: SignatureAlgorithm,
  key: PublicKeyInfo,
  signed: Uint8Array,
  signature: Uint8Array,
) => boolean | undefined

export interface ChainOptions {
  /** Certificates that may stand between the leaf and an anchor. */
  readonly pool: readonly CertificateInfo[]
  /** What is trusted. Without any, a path to a self-signed certificate counts as complete but untrusted. */
  readonly anchors?: readonly CertificateInfo[]
  readonly crls?: readonly CrlInfo[]
  readonly at: Date
  readonly verify: VerifySignature
}

export interface ChainResult {
  /** From the leaf towards the anchor, as far as issuers are known. */
  readonly path: readonly CertificateInfo[]
  readonly trusted: boolean
  readonly findings: readonly CertificateFinding[]
}

/** Longer than any honest path. */
const MAX_PATH = 16
const WEAK_HASHES: ReadonlySet<string | undefined> = new Set(["MD2", "MD5", "SHA1"])

/** Walks from `leaf` to an anchor or as far as issuers are known, and reports everything on the way. Never throws. */
export function verifyChain(leaf: CertificateInfo, options: ChainOptions): ChainResult {
  const path = [leaf]
  const findings = [...certificateFindings(leaf, options)]
  const anchors = options.anchors ?? []
  let last = leaf
  let trusted = isAnchor(leaf, anchors)
  while (!trusted && !isSelfIssued(last) && path.length < MAX_PATH) {
    const issuer = findIssuer(last, [...anchors, ...options.pool], path, options)
    if (!issuer) break
    findings.push(...issuerFindings(last, issuer, path.length - 1, options), ...certificateFindings(issuer, options))
    path.push(issuer)
    last = issuer
    trusted = isAnchor(issuer, anchors)
  }
  if (!trusted) findings.push(...endFindings(leaf, last, options))
  return { path, trusted: trusted && !findings.some(f => f.severity === "error"), findings }
}

/** What the end of a path that reached no anchor says. */
function endFindings(leaf: CertificateInfo, last: CertificateInfo, options: ChainOptions): CertificateFinding[] {
  if (!isSelfIssued(last))
    return [finding("certificate-issuer-unknown", "warning", last, `issuer ${last.issuer || "(empty)"} is not known`)]
  const signature = signatureFindings(last, last, options)
  return leaf === last
    ? [...signature, finding("certificate-self-signed", "warning", last, "certificate is self-signed")]
    : [
        ...signature,
        finding("certificate-untrusted", "info", leaf, `path ends at ${last.subject}, which nobody said to trust`),
      ]
}

/** Findings of one certificate on its own. */
function certificateFindings(cert: CertificateInfo, options: ChainOptions): CertificateFinding[] {
  const out: CertificateFinding[] = []
  const day = (d: Date): string => (Number.isNaN(d.getTime()) ? "an impossible date" : d.toISOString())
  if (options.at > cert.notAfter)
    out.push(
      finding("certificate-expired", "error", cert, `valid until ${day(cert.notAfter)}, used ${day(options.at)}`),
    )
  if (options.at < cert.notBefore)
    out.push(
      finding("certificate-not-yet-valid", "error", cert, `valid from ${day(cert.notBefore)}, used ${day(options.at)}`),
    )
  // A self-signed certificate's signature protects nothing, so its hash does not matter.
  if (!isSelfIssued(cert) && WEAK_HASHES.has(cert.signatureAlgorithm.hash))
    out.push(finding("certificate-weak-signature", "warning", cert, `signed with ${cert.signatureAlgorithm.name}`))
  if (isWeakKey(cert.publicKey))
    out.push(
      finding(
        "certificate-weak-key",
        "warning",
        cert,
        `${cert.publicKey.algorithm} key of ${cert.publicKey.bits} bits`,
      ),
    )
  return out
}

/** Bits below which a key of an algorithm counts as weak; Edwards curves come in sizes that never do. NIST SP 800-131A. */
const MIN_KEY_BITS: Readonly<Record<string, number>> = { RSA: 2048, "RSASSA-PSS": 2048, DSA: 2048, DH: 2048, EC: 224 }

const isWeakKey = ({ algorithm, bits }: PublicKeyInfo): boolean =>
  bits !== undefined && bits < (MIN_KEY_BITS[algorithm] ?? 0)

/** Findings about `cert` as issued by `issuer`, which has `below` intermediate certificates under it. */
function issuerFindings(
  cert: CertificateInfo,
  issuer: CertificateInfo,
  below: number,
  options: ChainOptions,
): CertificateFinding[] {
  const out = signatureFindings(cert, issuer, options)
  if (!canSignCertificates(issuer))
    out.push(finding("certificate-issuer-not-ca", "error", cert, `issuer ${issuer.subject} may not sign certificates`))
  if (issuer.pathLength !== undefined && below > issuer.pathLength)
    out.push(
      finding(
        "certificate-path-too-long",
        "error",
        issuer,
        `pathLenConstraint ${issuer.pathLength}, ${below} below it`,
      ),
    )
  const revoked = revocation(cert, issuer, options)
  if (revoked) out.push(finding("certificate-revoked", "error", cert, `revoked on ${revoked.toISOString()}`))
  return out
}

function signatureFindings(
  cert: CertificateInfo,
  issuer: CertificateInfo,
  options: ChainOptions,
): CertificateFinding[] {
  const holds = options.verify(cert.signatureAlgorithm, issuer.publicKey, cert.tbs, cert.signature)
  if (holds) return []
  return holds === false
    ? [finding("certificate-signature-invalid", "error", cert, `signature does not verify under ${issuer.subject}`)]
    : [
        finding(
          "certificate-signature-unchecked",
          "info",
          cert,
          `${cert.signatureAlgorithm.name} cannot be verified here`,
        ),
      ]
}

/** A version 1 certificate has no extensions to say that it is a CA. */
const canSignCertificates = (c: CertificateInfo): boolean =>
  (c.isCa || c.version < 3) && (c.keyUsage.length === 0 || c.keyUsage.includes("keyCertSign"))

/** When the certificate was revoked, by a list of its issuer whose signature holds. */
function revocation(
  cert: CertificateInfo,
  issuer: CertificateInfo,
  { crls, verify, at }: ChainOptions,
): Date | undefined {
  for (const crl of crls ?? []) {
    if (!equal(crl.issuerDer, cert.issuerDer)) continue
    const entry = crl.revoked.find(r => r.serial === cert.serial)
    if (entry && entry.revokedAt <= at && verify(crl.signatureAlgorithm, issuer.publicKey, crl.tbs, crl.signature))
      return entry.revokedAt
  }
  return undefined
}

/** Of several with the issuer's name, the one whose key verifies comes first, then the one with the right key id. */
function findIssuer(
  cert: CertificateInfo,
  candidates: readonly CertificateInfo[],
  path: readonly CertificateInfo[],
  { verify }: ChainOptions,
): CertificateInfo | undefined {
  const named = candidates.filter(c => equal(c.subjectDer, cert.issuerDer) && !path.some(p => equal(p.der, c.der)))
  return (
    named.find(c => verify(cert.signatureAlgorithm, c.publicKey, cert.tbs, cert.signature)) ??
    named.find(c => c.subjectKeyId !== undefined && c.subjectKeyId === cert.authorityKeyId) ??
    named[0]
  )
}

const isSelfIssued = (c: CertificateInfo): boolean => equal(c.subjectDer, c.issuerDer)
const isAnchor = (c: CertificateInfo, anchors: readonly CertificateInfo[]): boolean =>
  anchors.some(a => equal(a.der, c.der))

const finding = (
  code: CertificateFindingCode,
  severity: CertificateFinding["severity"],
  cert: CertificateInfo,
  message: string,
): CertificateFinding => ({ code, severity, subject: cert.subject, message })
