/** How a tunnel stands: suites, proofs, lifetimes, offers, in one object. */
import { describeCertificate } from "../pki/certificate.ts"
import { type IkeSa, sentCertificates } from "../track/ike-sa.ts"
import { type Moment, momentText, secondsBetween } from "../track/moment.ts"
import type { Side } from "../track/peer.ts"
import { unique } from "./context.ts"
import type { AuditFacts } from "./facts.ts"
import { proofsOf } from "./proofs.ts"
import { quantumGrade, strengthOf } from "./rules/quantum.ts"
import { childLives, ikeLives, type Life, laterChildren } from "./seen/times.ts"
import { type AuditSeverity, worse } from "./severity.ts"
import type { Tunnel } from "./tunnel.ts"
import type { AuditFinding, CertificatePosture, LifetimePosture, ProofPosture, TunnelPosture } from "./types.ts"

/** Proofs kept of one tunnel: an SA may be authenticated anew many times. */
const MAX_PROOFS = 100

/** `findings` are the tunnel's own. */
export function postureOf(
  tunnel: Tunnel,
  facts: AuditFacts,
  findings: readonly AuditFinding[],
  state: string,
): TunnelPosture {
  const first = tunnel.sas[0]
  const last = tunnel.sas[tunnel.sas.length - 1]
  const suite = last.choice?.names ?? first.choice?.names
  const { grade, by } = quantumGrade(tunnel, sa => facts.of(sa))
  const end = tunnel.sas.map(sa => sa.last).reduce((a, b) => (secondsBetween(a, b) > 0 ? b : a))
  return {
    id: tunnel.id,
    ike_sas: tunnel.sas.map(sa => sa.id),
    initiator: first.initiator.address,
    responder: first.responder.address,
    initiator_id: first.ids.initiator?.value ?? null,
    responder_id: first.ids.responder?.value ?? null,
    first_time: momentText(first.first),
    last_time: momentText(end),
    version: first.version === 1 ? "1.0" : "2.0",
    state,
    suite: suite ? [suite.encr, suite.integ ?? suite.hash, suite.prf, ...suite.ke].flatMap(n => n ?? []) : [],
    names: { encr: suite?.encr ?? null, integ: suite?.integ ?? null, prf: suite?.prf ?? null, ke: suite?.ke ?? [] },
    authentication: unique(
      tunnel.sas.flatMap(sa => [sa.auth.initiator, sa.auth.responder]).flatMap(a => a?.name ?? []),
    ),
    proofs: proofPostures(tunnel, facts),
    certificates: certificatesOf(tunnel),
    child_suites: unique(
      tunnel.children.map(c => [c.protocol, c.suite.encr, c.suite.integ].filter(n => n !== null).join(" ")),
    ),
    child_key_exchange: unique(tunnel.children.flatMap(c => c.suite.ke)),
    child_group: childGroup(tunnel),
    forward_secrecy: share(laterChildren(tunnel.sas).map(c => c.pfs)),
    ike_lifetime: lifetime(
      ikeLives(tunnel),
      intervals(tunnel.sas.map(({ id, parent, first: at }) => ({ id, rekeys: parent?.id ?? null, first: at }))),
    ),
    child_lifetime: lifetime(childLives(tunnel, facts), intervals(tunnel.children)),
    esn: share(tunnel.children.map(c => c.suite.esn)),
    replay: replayOf(tunnel),
    offered: offeredBy(tunnel),
    vendors: {
      initiator: unique(tunnel.sas.flatMap(sa => sa.vendors.initiator)),
      responder: unique(tunnel.sas.flatMap(sa => sa.vendors.responder)),
    },
    quantum: grade,
    quantum_by: by,
    worst: findings.reduce<AuditSeverity | null>((w, f) => (w === null ? f.severity : worse(w, f.severity)), null),
  }
}

function share(flags: readonly boolean[]): "all" | "some" | "none" | "unknown" {
  if (flags.length === 0) return "unknown"
  const set = flags.filter(f => f).length
  return set === flags.length ? "all" : set === 0 ? "none" : "some"
}

function proofPostures(tunnel: Tunnel, facts: AuditFacts): ProofPosture[] {
  const proofs = tunnel.sas.filter(sa => sa.parent === null).flatMap(sa => proofsOf(sa, facts.of(sa)))
  return proofs.slice(0, MAX_PROOFS).map(({ side, method, scheme, hash, bits, curve, frame }) => ({
    side,
    method,
    scheme,
    hash,
    rsa_bits: bits,
    curve,
    frame,
  }))
}

/** Each certificate once. */
function certificatesOf(tunnel: Tunnel): CertificatePosture[] {
  const all = tunnel.sas
    .filter(sa => sa.parent === null)
    .flatMap(sa => (["initiator", "responder"] as const).flatMap(side => certificateOf(sa, side) ?? []))
  return [...new Map(all.map(c => [`${c.side} ${c.fingerprint}`, c])).values()].slice(0, MAX_PROOFS)
}

/** The first certificate is the signer's; the others are its issuers. RFC 7296 §3.6. */
function certificateOf(sa: IkeSa, side: Side): CertificatePosture | undefined {
  const [der] = sentCertificates(sa, side)
  const info = der && describeCertificate(der)
  if (!info) return undefined
  const { algorithm, bits, curve } = info.publicKey
  return {
    side,
    subject: info.subject,
    issuer: info.issuer,
    not_before: dateText(info.notBefore),
    not_after: dateText(info.notAfter),
    signature: info.signatureAlgorithm.name,
    key: curve ?? (algorithm.startsWith("RSA") && bits !== undefined ? `RSA-${bits}` : algorithm),
    fingerprint: info.fingerprint,
  }
}

/** A date that X.509 can write and ISO 8601 cannot is left empty. */
const dateText = (date: Date): string => (Number.isNaN(date.getTime()) ? "" : date.toISOString())

/** The weakest of all Child SAs' own key exchanges against their IKE SA's. */
function childGroup(tunnel: Tunnel): TunnelPosture["child_group"] {
  const byId = new Map(tunnel.sas.map(sa => [sa.id, sa]))
  const each = tunnel.children.flatMap(c => {
    const ike = byId.get(c.ike)?.choice?.names.ke ?? []
    if (c.suite.ke.length === 0 || ike.length === 0) return []
    if (c.suite.ke.join() === ike.join()) return ["same" as const]
    const [own, above] = [strengthOf(c.suite.ke), strengthOf(ike)]
    return [own < above ? ("weaker" as const) : own > above ? ("stronger" as const) : ("same" as const)]
  })
  return (["weaker", "same", "stronger"] as const).find(g => each.includes(g)) ?? "unknown"
}

function lifetime(lives: readonly Life[], intervals: readonly (number | null)[]): LifetimePosture {
  const longest = lives.reduce<Life | null>((a, b) => (a === null || b.lived > a.lived ? b : a), null)
  const known = intervals.flatMap(i => i ?? []).sort((a, b) => a - b)
  const negotiated = lives.flatMap(l => l.negotiated ?? [])
  return {
    negotiated: negotiated.length > 0 ? Math.max(...negotiated) : null,
    seen: longest ? Math.round(longest.lived) : null,
    ended: longest?.ended ?? false,
    rekeys: intervals.length,
    cadence: known.length > 0 ? Math.round(known[Math.floor(known.length / 2)]) : null,
  }
}

/** What replaced something and when. */
interface Replaced {
  readonly id: string
  readonly rekeys: string | null
  readonly first: Moment
}

/** Of each SA that replaced another the seconds from the beginning of that one; null when it is not known. */
function intervals(all: readonly Replaced[]): (number | null)[] {
  const byId = new Map(all.map(x => [x.id, x]))
  return all
    .filter(x => x.rekeys !== null)
    .map(x => {
      const before = byId.get(x.rekeys ?? "")
      return before ? secondsBetween(before.first, x.first) : null
    })
}

const replayOf = ({ data }: Tunnel): TunnelPosture["replay"] => ({
  duplicate: data.reduce(
    (n, d) =>
      n +
      Math.max(
        d.report.sequence.duplicate,
        d.results.reduce((m, r) => m + r.replays, 0),
      ),
    0,
  ),
  out_of_order: data.reduce((n, d) => n + d.report.sequence.out_of_order, 0),
})

function offeredBy(tunnel: Tunnel): TunnelPosture["offered"] {
  const offers = tunnel.sas.flatMap(sa => sa.offered)
  return {
    proposals: tunnel.sas[0].offered.length,
    encr: unique(offers.flatMap(o => o.encr)),
    integ: unique(offers.flatMap(o => o.integ)),
    prf: unique(offers.flatMap(o => o.prf)),
    ke: unique(offers.flatMap(o => o.ke)),
  }
}
