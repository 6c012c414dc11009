/** Why a certificate may have been refused: its dates, its names, its issuer, revocation; what is left when it is good. RFC 5280 §6, RFC 4945 §3.1, RFC 7296 §3.7. */
import { equal } from "../../bytes/bytes.ts"
import { type CertificateInfo, describeCertificate } from "../../pki/certificate.ts"
import { matchesIdentity } from "../../pki/identity.ts"
import { commonName } from "../../pki/name.ts"
import { sentCertificates } from "../../track/ike-sa.ts"
import { hasDate } from "../../track/moment.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { idOf } from "../explain/certificates.ts"
import type { Facts } from "./facts.ts"
import { otherIdentity, policyText, proofOf, type Reason } from "./reason.ts"
import { payloadsOf } from "./sent.ts"
import { addressOf, nameOf } from "./words.ts"

const day = (d: Date): string => (Number.isNaN(d.getTime()) ? "an impossible date" : d.toISOString().slice(0, 10))

/** The reason that lies in the certificate of a side; undefined when none was sent. */
export function certificateReason(f: Facts, side: Side): Reason | undefined {
  const [leaf, ...others] = sentCertificates(f.sa, side).flatMap(der => describeCertificate(der) ?? [])
  if (!leaf) return undefined
  return (
    dates(f, leaf) ??
    revoked(f, side) ??
    identity(f, leaf, side) ??
    issuer(f, leaf, others, side) ??
    signature(f, side) ??
    otherIdentity(f, side) ??
    good(f, leaf, side)
  )
}

function dates(f: Facts, leaf: CertificateInfo): Reason | undefined {
  const at = new Date(f.sa.last.seconds * 1000)
  if (leaf.notAfter < at)
    return {
      cause: "certificate-expired",
      headline: `Certificate expired on ${day(leaf.notAfter)}`,
      why: `The certificate of ${leaf.subject} expired on ${day(leaf.notAfter)}, before the capture of ${day(at)}`,
      remedy: "Renew the certificate.",
    }
  if (leaf.notBefore > at && hasDate(f.sa.last))
    return {
      cause: "peer-clock",
      headline: `Certificate is valid only from ${day(leaf.notBefore)}`,
      why: `The certificate of ${leaf.subject} is valid from ${day(leaf.notBefore)}, after the capture of ${day(at)}: issued too early, or a clock is wrong`,
    }
  return undefined
}

function revoked(f: Facts, side: Side): Reason | undefined {
  // A warning is a response that nobody could verify, or that says "unknown".
  const found = f.findings.find(d => d.code === "certificate-revoked" && d.of === side && d.severity === "error")
  if (!found) return undefined
  return {
    cause: "certificate-revoked",
    headline: "Certificate revoked",
    why: found.message,
  }
}

function identity(f: Facts, leaf: CertificateInfo, side: Side): Reason | undefined {
  const id = idOf(f.sa, side)
  if (!id || matchesIdentity(leaf, id[0], id.subarray(4)) !== false) return undefined
  const names = leaf.subjectAltNames.map(n => n.value).slice(0, 3)
  return {
    cause: "certificate-identity",
    headline: `Certificate does not name ${nameOf(f, side)}`,
    why: `The certificate does not name ${nameOf(f, side)}: it is for ${names.length > 0 ? names.join(", ") : leaf.subject}`,
  }
}

/** The refusing side said whose certificates it takes: SHA-1 hashes of their keys, or in IKEv1 their names. */
function issuer(f: Facts, leaf: CertificateInfo, others: readonly CertificateInfo[], side: Side): Reason | undefined {
  const by = otherSide(side)
  const known = [...others, ...f.world.certificates.all()]
  const path = issuersOf(leaf, known)
  const asked = askedOf(f, by, known)
  if (asked.length === 0) return undefined
  const trusted = path.findIndex(ca => asked.some(name => name && equal(name, ca.subjectDer)))
  const below = trusted < 0 ? path : path.slice(0, trusted)
  const unsent = below.find(ca => !others.includes(ca))
  if (trusted >= 0) return unsent && missing(f, shortName(unsent.subject, unsent.subjectDer), side)
  const top = path.at(-1) ?? leaf
  if (equal(top.subjectDer, top.issuerDer))
    return {
      cause: "certificate-issuer-unknown",
      headline: "Certificate of an authority that the peer does not know",
      why: `The issuer of the certificate, ${leaf.issuer}, is none of the authorities that ${addressOf(f.sa, by)} asks for (CERTREQ)`,
      remedy: `Give ${addressOf(f.sa, by)} the authority's certificate, or ${nameOf(f, side)} a certificate of an authority that it knows.`,
    }
  // One of those that are asked for, of which only a hash is known, may be its issuer.
  if (asked.some(name => !name || equal(name, top.issuerDer))) return undefined
  return missing(f, shortName(top.issuer, top.issuerDer), side)
}

/** Whether the refusing side asks for its very issuer: it knows it. */
function isAskedFor(f: Facts, leaf: CertificateInfo, side: Side): boolean {
  const sent = sentCertificates(f.sa, side).flatMap(der => describeCertificate(der) ?? [])
  const asked = askedOf(f, otherSide(side), [...sent, ...f.world.certificates.all()])
  return asked.some(name => name && equal(name, leaf.issuerDer))
}

/** Names of the authorities that a side asks for, as DER; undefined for one of which only the hash is known. None where it takes any. */
function askedOf(f: Facts, by: Side, known: readonly CertificateInfo[]): (Uint8Array | undefined)[] {
  if (f.sa.version === 1) {
    const names = f.sa.v1?.authorities[by] ?? []
    return names.every(name => name.length > 0) ? [...names] : []
  }
  const sha1 = f.world.provider.hash.sha1
  const hashes = f.sa.v2?.said[by].authorities ?? []
  return sha1 ? hashes.map(h => known.find(ca => equal(h, sha1(ca.publicKey.spki)))?.subjectDer) : []
}

function missing(f: Facts, issuer: string, side: Side): Reason {
  const by = addressOf(f.sa, otherSide(side))
  return {
    cause: "certificate-issuer-unknown",
    headline: "An intermediate certificate is missing, it seems",
    why: `No certificate of ${issuer}, between its own and the authorities that ${by} asks for (CERTREQ), was sent: most likely that one is missing`,
    remedy: `Have ${addressOf(f.sa, side)} send the certificate of ${issuer} beside its own, or give it to ${by}.`,
  }
}

/** Authorities above a certificate, as far as they are known. */
function issuersOf(leaf: CertificateInfo, known: readonly CertificateInfo[]): CertificateInfo[] {
  const path: CertificateInfo[] = []
  let at: CertificateInfo | undefined = leaf
  while (at && path.length < MAX_PATH) {
    const child: CertificateInfo = at
    at = known.find(c => c !== child && !path.includes(c) && equal(c.subjectDer, child.issuerDer))
    if (at) path.push(at)
  }
  return path
}

const MAX_PATH = 10

function signature(f: Facts, side: Side): Reason | undefined {
  const check = proofOf(f, side)
  if (check?.status !== "fail") return undefined
  return {
    cause: "authentication-failed",
    headline: "Authentication refused: the signature is wrong",
    why: `The signature does not verify here either: the private key does not belong to the certificate, or a message was changed on the way`,
  }
}

function shortName(text: string, der: Uint8Array): string {
  const name = commonName(der)
  return name === undefined ? text : `CN=${name.slice(0, MAX_NAME)}`
}

const MAX_NAME = 40

/** Seconds in which a new certificate is too new for a clock that is a little slow. */
const NEW = 24 * 3600

/** Nothing is wrong with it here: what is left is named, the likeliest first. */
function good(f: Facts, leaf: CertificateInfo, side: Side): Reason {
  const by = addressOf(f.sa, otherSide(side))
  const age = f.sa.last.seconds - leaf.notBefore.getTime() / 1000
  const asks = f.sent.some(s => s.from !== side && payloadsOf(s).includes("CERTREQ"))
  const unasked = side === "initiator" && !asks && f.sa.version === 2
  const left = [
    ...(unasked ? ["another method, as it asks for no certificate (no CERTREQ)"] : []),
    ...(isAskedFor(f, leaf, side) ? [] : [`its issuer (${shortName(leaf.issuer, leaf.issuerDer)})`]),
    ...(unasked ? [] : ["revocation"]),
    age < NEW ? `a slow clock (it is ${Math.max(1, Math.round(age / 60))} min old)` : "a wrong clock",
    ...(side === "initiator" && !unasked ? ["another method"] : []),
    side === "initiator" ? policyText(f, side, "") : `another identity than ${nameOf(f, side)} expected`,
  ]
  return {
    cause: unasked ? "auth-method-refused" : "authentication-failed",
    headline: "Authentication refused",
    why: `${proofOf(f, side)?.status === "pass" ? "Signature and dates hold" : "The dates of its certificate hold"} here. Left are: ${left.join(", ")}`,
    remedy: `On ${by}: look at the identities and authentication method of its connection, its authorities, revocation lists, and its clock.`,
  }
}
