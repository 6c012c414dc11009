/** Trust in the certificates that the peers sent: dates at the capture's time, path, identity. RFC 5280 §6, RFC 4945 §3.1. */
import { type CertificateInfo, describeCertificate } from "../../pki/certificate.ts"
import { verifyChain } from "../../pki/chain.ts"
import { matchesIdentity } from "../../pki/identity.ts"
import { describeOcsp } from "../../pki/ocsp.ts"
import type { FindingAt } from "../../track/finding.ts"
import { type IkeSa, proofCheck, sentCertificates } from "../../track/ike-sa.ts"
import { hasDate } from "../../track/moment.ts"
import type { Side } from "../../track/peer.ts"
import { v1StateOf } from "../../track/v1-state.ts"
import { v2StateOf } from "../../track/v2-state.ts"
import { verifySignature } from "../../verify/signature.ts"
import type { ExplainContext } from "./context.ts"
import type { Say } from "./say.ts"
import { sideName } from "./words.ts"

export function explainCertificates(sa: IkeSa, say: Say, context: ExplainContext): void {
  for (const side of ["initiator", "responder"] as const) {
    const sent = sentBy(sa, side)
    if (sent.length > 0) explainSide(sa, say, side, sent, context)
  }
}

const NONE_SENT: readonly CertificateInfo[] = []

function sentBy(sa: IkeSa, side: Side): readonly CertificateInfo[] {
  const ders = sentCertificates(sa, side)
  if (ders.length === 0) return NONE_SENT
  return ders.flatMap(der => describeCertificate(der) ?? [])
}

function explainSide(sa: IkeSa, say: Say, side: Side, sent: readonly CertificateInfo[], context: ExplainContext): void {
  const [leaf, ...others] = sent
  const at = authAt(sa, side)
  const given = context.options.certificates.all()
  const anchors = given.filter(c => c.isCa)
  const { provider } = context.options
  const result = verifyChain(leaf, {
    pool: [...others, ...given],
    anchors,
    at: new Date((at?.time ?? sa.first).seconds * 1000),
    verify: (algorithm, key, signed, signature) => verifySignature(provider, algorithm, key.spki, signed, signature),
  })
  const who = `certificate of ${sideName(sa, side)}`
  const dated = hasDate(at?.time ?? sa.first)
  for (const f of result.findings) {
    if (f.code === "certificate-not-yet-valid" && !dated) continue
    // Without an authority in the keys file, nobody said what to trust: not the peers' fault.
    const severity = anchors.length === 0 && NEEDS_ANCHOR.has(f.code) ? "info" : f.severity
    say(f.code, severity, at, `${who}: ${f.message} (${f.subject})`, side)
  }
  const signers = [...others, ...given].map(c => c.publicKey.spki)
  for (const der of sa.v2?.said[side].ocsp ?? NO_OCSP) explainOcsp(der, leaf)
  const id = idOf(sa, side)
  if (id && matchesIdentity(leaf, id[0], id.subarray(4)) === false)
    say(
      "certificate-identity-mismatch",
      "warning",
      at,
      `${who} does not name that identity (subject ${leaf.subject}): a peer that follows RFC 4945 refuses it`,
      side,
    )

  /** An OCSP response that says something else than good of the certificate. RFC 4806 §3. */
  function explainOcsp(der: Uint8Array, { serial, subject }: CertificateInfo): void {
    const basic = describeOcsp(der)?.basic
    const mine = basic?.responses.find(r => r.serial === serial)
    if (!basic || !mine || mine.status === "good") return
    const own = basic.certificates.flatMap(c => describeCertificate(c)?.publicKey.spki ?? [])
    const holds = [...signers, ...own].some(
      spki => verifySignature(provider, basic.signatureAlgorithm, spki, basic.tbs, basic.signature) === true,
    )
    const proof = holds ? "its signature holds" : "its signature is not verified: no certificate here made it"
    const since = mine.revokedAt ? ` since ${mine.revokedAt.toISOString()}` : ""
    const severity = holds && mine.status === "revoked" ? "error" : "warning"
    say(
      "certificate-revoked",
      severity,
      at,
      `${who}: its OCSP response says ${mine.status}${since} (${subject}); ${proof}`,
      side,
    )
  }
}

const NO_OCSP: readonly Uint8Array[] = []

const NEEDS_ANCHOR: ReadonlySet<string> = new Set(["certificate-issuer-unknown", "certificate-untrusted"])

/** The ID payload's body: type, three octets, data. In IKEv2 that of the certificates, or the last one. */
export function idOf(sa: IkeSa, side: Side, which: "certifiedId" | "id" = "certifiedId"): Uint8Array | null {
  if (sa.version === 1) return v1StateOf(sa).id[side]?.bytes ?? null
  const payload = v2StateOf(sa).said[side][which]
  return payload ? payload.src.bytes.subarray(payload.start + 4, payload.end) : null
}

/** The message that carried the proof is the one that the certificate came in. */
function authAt(sa: IkeSa, side: Side): FindingAt | null {
  const check = proofCheck(sa, side)
  return check?.frame ? { frame: check.frame, time: check.time } : null
}
