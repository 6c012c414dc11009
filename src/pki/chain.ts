/** Trust in a certificate: its path to an anchor, dates, signatures, and what about them a reviewer would not like. RFC 5280 §6, RFC 4945 §4. */
import { equal } from "../bytes/bytes.ts"
import type { PublicKeyInfo, SignatureAlgorithm } from "./algorithm.ts"
import type { CertificateInfo } from "./certificate.ts"
import type { CrlInfo } from "./crl.ts"
import { type NameConstraints, violatedName } from "./name-constraints.ts"
import { findPath, isSelfIssued } from "./path.ts"

type CertificateFindingCode =
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
  | "certificate-critical-extension"
  | "certificate-name-constraint"
  | "certificate-key-usage"
  | "certificate-path-budget"

interface CertificateFinding {
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

const WEAK_HASHES: ReadonlySet<string | undefined> = new Set(["MD2", "MD5", "SHA1"])

/** Walks from `leaf` to an anchor or as far as issuers are known, and reports everything on the way. Never throws. */
export function verifyChain(leaf: CertificateInfo, given: ChainOptions): ChainResult {
  const options = { ...given, verify: verifyOnce(given.verify) }
  const signed = (cert: CertificateInfo, issuer: CertificateInfo) =>
    options.verify(cert.signatureAlgorithm, issuer.publicKey, cert.tbs, cert.signature)
  const found = findPath({ leaf, anchors: options.anchors ?? [], pool: options.pool, signed })
  const { path } = found
  // One that is trusted by itself is trusted for what it is used for.
  const isPinned = found.trusted && path.length === 1
  const findings = [...certificateFindings(leaf, options), ...(isPinned ? [] : ikeUsageFindings(leaf))]
  for (let i = 1; i < path.length; i++)
    findings.push(...issuerFindings(path, i, options), ...certificateFindings(path[i], options))
  if (!found.trusted) findings.push(...endFindings(leaf, path[path.length - 1], options))
  if (found.exhausted)
    findings.push(
      finding(
        "certificate-path-budget",
        "info",
        leaf,
        "more candidates for its issuers than are tried: some paths were left out",
      ),
    )
  return { path, trusted: found.trusted && !findings.some(f => f.severity === "error"), findings }
}

/** Remembers what a signature came to: the search tries it, and the findings say it. */
function verifyOnce(verify: VerifySignature): VerifySignature {
  const known = new Map<Uint8Array, Map<Uint8Array, boolean | undefined>>()
  return (algorithm, key, signed, signature) => {
    const ofKey = known.get(key.spki) ?? new Map<Uint8Array, boolean | undefined>()
    known.set(key.spki, ofKey)
    if (!ofKey.has(signature)) ofKey.set(signature, verify(algorithm, key, signed, signature))
    return ofKey.get(signature)
  }
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
  // A date that is none is never reached.
  if (!(options.at <= cert.notAfter))
    out.push(
      finding("certificate-expired", "error", cert, `valid until ${day(cert.notAfter)}, used ${day(options.at)}`),
    )
  if (!(options.at >= cert.notBefore))
    out.push(
      finding("certificate-not-yet-valid", "error", cert, `valid from ${day(cert.notBefore)}, used ${day(options.at)}`),
    )
  if (!cert.namesAlgorithm)
    out.push(finding("certificate-signature-invalid", "error", cert, "what is signed names another algorithm"))
  for (const oid of cert.unknownCritical)
    out.push(
      finding(
        "certificate-critical-extension",
        "error",
        cert,
        `the critical extension ${oid} is unknown or malformed: who does not understand it must reject the certificate`,
      ),
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

/** Purposes that let a certificate authenticate IKE: its own, the older ones, and those of TLS, which daemons accept. RFC 4945 §5.1.3.12. */
const IKE_PURPOSES: ReadonlySet<string> = new Set([
  "ipsecIKE",
  "anyExtendedKeyUsage",
  "iKEIntermediate",
  "ipsecEndSystem",
  "ipsecTunnel",
  "ipsecUser",
  "serverAuth",
  "clientAuth",
])

/** Whether the key may be used for what IKE does with it: sign AUTH. RFC 4945 §5.1.3.2, §5.1.3.12. */
function ikeUsageFindings(cert: CertificateInfo): CertificateFinding[] {
  const out: CertificateFinding[] = []
  const { keyUsage, extendedKeyUsage } = cert
  if (keyUsage.length > 0 && !keyUsage.includes("digitalSignature") && !keyUsage.includes("contentCommitment"))
    out.push(
      finding("certificate-key-usage", "error", cert, `its key usage (${keyUsage.join(", ")}) does not allow to sign`),
    )
  if (extendedKeyUsage.length > 0 && !extendedKeyUsage.some(p => IKE_PURPOSES.has(p)))
    out.push(
      finding(
        "certificate-key-usage",
        "error",
        cert,
        `its extended key usage (${extendedKeyUsage.join(", ")}) excludes IKE`,
      ),
    )
  return out
}

/** Findings about a certificate of the path as issued by the next one, `path[i]`. */
function issuerFindings(path: readonly CertificateInfo[], i: number, options: ChainOptions): CertificateFinding[] {
  const [cert, issuer] = [path[i - 1], path[i]]
  // Self-issued certificates do not count (RFC 5280 §6.1.4 l).
  const below = path.slice(1, i).filter(c => !isSelfIssued(c)).length
  const out = signatureFindings(cert, issuer, options)
  if (!canSignCertificates(issuer, i === path.length - 1))
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
  if (issuer.nameConstraints) out.push(...constraintFindings(path.slice(0, i), issuer, issuer.nameConstraints))
  const revoked = revocation(cert, issuer, options)
  if (revoked) out.push(finding("certificate-revoked", "error", cert, `revoked on ${revoked.toISOString()}`))
  return out
}

/** Every certificate below must have names that the issuer may certify; self-issued ones on the way are exempt. RFC 5280 §6.1.3 b, c. */
const constraintFindings = (
  below: readonly CertificateInfo[],
  issuer: CertificateInfo,
  constraints: NameConstraints,
): CertificateFinding[] =>
  below.flatMap((cert, i) => {
    const violation = i > 0 && isSelfIssued(cert) ? undefined : violatedName(cert, constraints)
    return violation === undefined
      ? []
      : [finding("certificate-name-constraint", "error", cert, `${violation}: ${issuer.subject} may not certify that`)]
  })

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

/** A certificate before version 3 cannot say that it is a CA: only who is trusted for it may be one. RFC 5280 §6.1.4 k. */
const canSignCertificates = (c: CertificateInfo, isLast: boolean): boolean =>
  (c.isCa || (c.version < 3 && isLast)) && (c.keyUsage.length === 0 || c.keyUsage.includes("keyCertSign"))

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

const finding = (
  code: CertificateFindingCode,
  severity: CertificateFinding["severity"],
  cert: CertificateInfo,
  message: string,
): CertificateFinding => ({ code, severity, subject: cert.subject, message })
