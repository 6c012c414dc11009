/** How the peers prove who they are: methods, signatures and keys, NULL, EAP methods without a key, proofs that do not hold. RFC 7296 §2.15-2.16, RFC 8247 §3. */
import { EAP_TYPE } from "../../registry/eap-types.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import { isProof } from "../../track/check-ids.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type RuleContext, source, unique } from "../context.ts"
import type { ControlId } from "../controls.ts"
import type { Verdict } from "../judge.ts"
import type { Dimension } from "../profile.ts"
import { type Proof, proofText } from "../proofs.ts"
import { verdictText } from "../words.ts"
import { betterText, ruleFor, severityFor, sourcesFor, telling, type Worth } from "./judged.ts"

const NULL = "NULL"
/** EAP methods that make no key (RFC 3748 §5): MD5, OTP, GTC, SecurID, and TTLS' inner ones never show. */
const KEYLESS: readonly number[] = [
  EAP_TYPE.EAP_MD5,
  EAP_TYPE.EAP_OTP,
  EAP_TYPE.EAP_GTC,
  EAP_TYPE.EAP_SECURID,
  EAP_TYPE.EAP_POTP,
]
/** Methods whose key a dictionary finds: LEAP, MSCHAPv2. */
const CRACKABLE: readonly number[] = [EAP_TYPE.LEAP, EAP_TYPE.MS_EAP_AUTHENTICATION, EAP_TYPE.EAP_MSCHAPV2]
/** What everyone uses for MSCHAPv2; IANA gave it 29. */
const MSCHAPV2 = EAP_TYPE.MS_EAP_AUTHENTICATION
const WEAK_HASHES: readonly string[] = ["MD2", "MD5", "SHA1"]

export function auditAuthentication(context: RuleContext): void {
  auditSignatures(context)
  for (const sa of context.tunnel.sas) {
    const facts = context.facts(sa)
    auditNull(context, sa)
    for (const eap of facts.eap) auditEap(context, sa, eap)
    auditProofs(context, sa)
  }
}

/** Controls that look at one proof, and the dimension of each. */
const PARTS: readonly (readonly [ControlId, Dimension])[] = [
  ["authentication", "authentication"],
  ["signature-scheme", "signature"],
  ["signature-hash", "hash"],
  ["rsa-key", "RSA key"],
  ["signature-curve", "curve"],
]

interface SameProofs {
  readonly proofs: Proof[]
  readonly verdicts: Verdict[]
  readonly kinds: Set<Dimension>
  readonly objects: string[]
}

/** All that is to be said of proofs that look the same, in one finding. */
function auditSignatures(context: RuleContext): void {
  const byText = new Map<string, SameProofs>()
  for (const [id, kind] of PARTS)
    for (const subject of context.seen(id)) {
      const { proof } = subject
      if (!proof || proof.method === NULL) continue
      const key = `${subject.where} ${proofText(proof)}`
      const same = byText.get(key) ?? { proofs: [], verdicts: [], kinds: new Set<Dimension>(), objects: [] }
      byText.set(key, same)
      if (!same.proofs.includes(proof)) same.proofs.push(proof)
      same.objects.push(...subject.objects)
      for (const verdict of context.verdicts(id, subject)) {
        same.verdicts.push(verdict)
        same.kinds.add(kind)
      }
    }
  for (const same of byText.values()) reportProofs(context, same)
}

function reportProofs(context: RuleContext, { proofs, verdicts: all, kinds, objects }: SameProofs): void {
  const proof = proofs[0]
  const worth = worthOf(context, proof, objects[0])
  const verdicts = telling(all, worth)
  const severity = severityFor(verdicts, worth)
  if (severity === null) return
  const sides = unique(proofs.map(p => p.side))
  const who = sides.length === 2 ? "both sides authenticate" : `the ${sides[0]} authenticates`
  const reasons = [...(worth ? [worth.reason] : []), ...unique(verdicts.map(v => verdictText(v, v.of ?? "it")))]
  context.report({
    rule: ruleOf(proof, verdicts, worth),
    severity,
    message: `${who} by ${proofText(proof)}: ${reasons.join("; ")}`,
    advice: adviceFor(context, kinds, verdicts),
    objects: unique(objects),
    frames: proofs.map(p => p.frame),
    sources: sourcesFor(verdicts, worth),
  })
}

function ruleOf(proof: Proof, verdicts: readonly Verdict[], worth: Worth | undefined): string {
  if (worth && WEAK_HASHES.includes(proof.hash ?? "")) return "weak-signature"
  if (worth && verdicts.every(v => v.met)) return "rsa-pkcs1-auth"
  return ruleFor("authentication", verdicts, undefined)
}

/** A hash that does not resist collisions; the old RSA method of IKEv2, which does not say its hash. */
function worthOf(context: RuleContext, proof: Proof, object: string): Worth | undefined {
  const sa = context.tunnel.sas.find(s => s.id === object)
  // IKEv1 signs HASH_I and HASH_R, keyed digests, and needs no collision resistance (RFC 2409 §5.1).
  if (!sa || sa.version === 1) return undefined
  if (WEAK_HASHES.includes(proof.hash ?? ""))
    return {
      severity: "high",
      reason: `${proof.hash} does not resist collisions`,
      source: source("NIST SP 800-131Ar2", "§9", "2019-03"),
    }
  if (proof.method !== "RSA signature") return undefined
  const facts = context.facts(sa)
  const both = (["initiator", "responder"] as const).every(
    s => facts.frameOf(s, NOTIFY.SIGNATURE_HASH_ALGORITHMS) !== undefined,
  )
  return {
    severity: "low",
    reason: `the old RSA method is PKCS#1 v1.5 with a hash that nobody negotiates${both ? ", although both ends announce RFC 7427 signatures" : ""}`,
    source: source("RFC 8247", "§3.1", "2017-09"),
  }
}

/** What the asked profiles have for each part that they speak against. */
function adviceFor(context: RuleContext, kinds: ReadonlySet<Dimension>, verdicts: readonly Verdict[]): string {
  const parts = [...kinds].flatMap(kind => betterText(context, kind, "ike", verdicts) ?? [])
  if (parts.length > 0) return `use ${unique(parts).join("; ")}`
  return "enable RFC 7427 signatures on both ends: RSASSA-PSS, ECDSA or EdDSA with SHA2-256 or stronger"
}

function auditNull(context: RuleContext, sa: IkeSa): void {
  const nobody = context.seen("authentication").filter(s => s.proof?.method === NULL && s.objects.includes(sa.id))
  if (nobody.length === 0) return
  const verdicts = unique(nobody.flatMap(s => context.verdicts("authentication", s)))
  const sides = unique(nobody.flatMap(s => s.proof?.side ?? []))
  context.report({
    rule: "null-authentication",
    severity: sides.length === 2 ? "high" : "medium",
    message: [
      sides.length === 2
        ? "neither side authenticates (NULL): anyone in the path can sit between them"
        : `the ${sides[0]} does not authenticate (NULL): it may be anyone`,
      ...unique(verdicts.map(v => verdictText(v))),
    ].join("; "),
    advice:
      "use NULL authentication only for opportunistic encryption, and let its SAs reach nothing that asks who is there",
    objects: [sa.id],
    frames: nobody.flatMap(s => s.frames),
    sources: [...sourcesFor(verdicts, undefined), source("RFC 7619", "§3", "2015-08")],
  })
}

function auditEap(context: RuleContext, sa: IkeSa, eap: { readonly method: number; readonly frame: number }): void {
  const name = eap.method === MSCHAPV2 ? "EAP-MSCHAPv2" : EAP_TYPE.alias(eap.method)
  const at = { objects: [sa.id], frames: [eap.frame] }
  if (KEYLESS.includes(eap.method))
    context.report({
      ...at,
      rule: "eap-without-key",
      severity: "medium",
      message: `${name} makes no key, so the user's proof is not bound to this IKE SA: who poses as the gateway elsewhere can relay it`,
      advice: "use an EAP method that makes a key: EAP-TLS, or at least EAP-TTLS",
      sources: [source("RFC 7296", "§2.16", "2014-10")],
    })
  else if (CRACKABLE.includes(eap.method))
    context.report({
      ...at,
      rule: "eap-weak-method",
      severity: "low",
      message: `${name} yields its password to anyone who poses as the gateway once: only the gateway's certificate protects it`,
      advice: "use EAP-TLS, and make clients check the gateway's certificate and name",
      sources: [source("RFC 7296", "§2.16", "2014-10"), source("RFC 7664", "§1", "2015-11")],
    })
  if (sa.auth.responder?.isPsk)
    context.report({
      ...at,
      rule: "eap-responder-psk",
      severity: "medium",
      message: `the gateway authenticates by a pre-shared key beside ${name}: every client that knows it can pose as the gateway`,
      advice: "give the gateway a certificate: EAP needs a responder that authenticates by public key",
      sources: [source("RFC 7296", "§2.16", "2014-10")],
    })
}

/** A proof that does not hold, and the peer went on: keys given to us may be wrong, or the peer does not check. */
function auditProofs(context: RuleContext, sa: IkeSa): void {
  const failed = sa.checks.filter(c => c.status === "fail" && isProof(c))
  if (failed.length === 0) return
  const went = sa.state === "established" || sa.state === "rekeyed"
  context.report({
    rule: "authentication-not-verified",
    severity: went ? "high" : "info",
    message: went
      ? `${failed.map(c => c.id).join(" and ")} does not verify, and the SA was established all the same`
      : `${failed.map(c => c.id).join(" and ")} does not verify; the SA was not established`,
    advice: went
      ? "look whether the secrets given here are the peers' own; if they are, a peer accepts what it should refuse"
      : "compare the secrets and identities of both ends",
    objects: [sa.id],
    frames: failed.map(c => c.frame),
    sources: [source("RFC 7296", "§2.15", "2014-10")],
  })
}
