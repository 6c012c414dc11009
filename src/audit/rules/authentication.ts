/** How the peers prove who they are: signatures, NULL, EAP methods without a key, and proofs that do not hold. RFC 7296 §2.15-2.16, RFC 8247 §3. */

import { EAP_TYPE } from "../../registry/eap-types.ts"
import { AUTH_METHOD } from "../../registry/ikev2/auth-methods.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type RuleContext, source, sourceOf } from "../context.ts"
import { type AuthFact, notifyKey } from "../facts.ts"
import { verdictText } from "../words.ts"

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
  for (const sa of context.tunnel.sas) {
    const facts = context.facts(sa)
    for (const auth of facts.auth) {
      auditSignature(context, sa, auth)
      auditMethod(context, sa, auth)
    }
    auditNull(context, sa, facts.auth)
    for (const eap of facts.eap) auditEap(context, sa, eap)
    auditProofs(context, sa)
  }
}

/** RFC 7427 names the hash; MD5 and SHA-1 do not resist collisions. */
function auditSignature(context: RuleContext, sa: IkeSa, auth: AuthFact): void {
  if (auth.algorithm === null || !WEAK_HASHES.includes(auth.hash ?? "")) return
  const name = auth.algorithm === "RSASSA-PSS" ? `RSASSA-PSS with ${auth.hash}` : auth.algorithm
  const { verdicts } = context.judged("authentication", "ike", name, false)
  context.tell({
    rule: "weak-signature",
    severity: "high",
    message: `the ${auth.from} signs with ${auth.algorithm} over ${auth.hash}, which does not resist collisions`,
    advice: "sign with SHA2-256 or stronger, and announce no weaker hash in SIGNATURE_HASH_ALGORITHMS",
    objects: [sa.id],
    frames: [auth.frame],
    sources: verdicts.length > 0 ? verdicts.map(sourceOf) : [source("RFC 8247", "§3.2", "2017-09")],
  })
}

function auditMethod(context: RuleContext, sa: IkeSa, auth: AuthFact): void {
  const name = AUTH_METHOD.alias(auth.method)
  const { verdicts, severity } = context.judged("authentication", "ike", name, false)
  if (severity !== null)
    context.tell({
      rule: "weak-authentication",
      severity,
      message: `the ${auth.from} authenticates by ${name}: ${verdicts.map(verdictText).join("; ")}`,
      advice: "use digital signatures (RFC 7427)",
      objects: [sa.id],
      frames: [auth.frame],
      sources: verdicts.map(sourceOf),
    })
  if (auth.method === AUTH_METHOD.RSA_SIGNATURE) auditRsa(context, sa, auth)
}

/** The old RSA method says no hash, and is PKCS#1 v1.5 with SHA-1 in most products. */
function auditRsa(context: RuleContext, sa: IkeSa, auth: AuthFact): void {
  const facts = context.facts(sa)
  const both = (["initiator", "responder"] as const).every(side =>
    facts.notifies.has(notifyKey(side, NOTIFY.SIGNATURE_HASH_ALGORITHMS)),
  )
  context.tell({
    rule: "rsa-pkcs1-auth",
    severity: "low",
    message: `the ${auth.from} signs by the old RSA method, PKCS#1 v1.5 with a hash that nobody negotiates (SHA-1 in most products)`,
    advice: both
      ? "both ends announce RFC 7427 signatures: configure RSASSA-PSS with SHA2-256"
      : "enable RFC 7427 signatures on both ends, RSASSA-PSS with SHA2-256",
    objects: [sa.id],
    frames: [auth.frame],
    sources: [source("RFC 8247", "§3.1", "2017-09"), source("RFC 7427", "§1", "2015-01")],
  })
}

function auditNull(context: RuleContext, sa: IkeSa, auth: readonly AuthFact[]): void {
  const nobody = auth.filter(a => a.method === AUTH_METHOD.NULL)
  if (nobody.length === 0) return
  const sides = new Set(nobody.map(a => a.from))
  context.tell({
    rule: "null-authentication",
    severity: sides.size === 2 ? "high" : "medium",
    message:
      sides.size === 2
        ? "neither side authenticates (NULL): anyone in the path can sit between them"
        : `the ${[...sides][0]} does not authenticate (NULL): it may be anyone`,
    advice:
      "use NULL authentication only for opportunistic encryption, and let its SAs reach nothing that asks who is there",
    objects: [sa.id],
    frames: nobody.map(a => a.frame),
    sources: [source("RFC 7619", "§3", "2015-08")],
  })
}

function auditEap(context: RuleContext, sa: IkeSa, eap: { readonly method: number; readonly frame: number }): void {
  const name = eap.method === MSCHAPV2 ? "EAP-MSCHAPv2" : EAP_TYPE.alias(eap.method)
  const at = { objects: [sa.id], frames: [eap.frame] }
  if (KEYLESS.includes(eap.method))
    context.tell({
      ...at,
      rule: "eap-without-key",
      severity: "medium",
      message: `${name} makes no key, so the user's proof is not bound to this IKE SA: who poses as the gateway elsewhere can relay it`,
      advice: "use an EAP method that makes a key: EAP-TLS, or at least EAP-TTLS",
      sources: [source("RFC 7296", "§2.16", "2014-10")],
    })
  else if (CRACKABLE.includes(eap.method))
    context.tell({
      ...at,
      rule: "eap-weak-method",
      severity: "low",
      message: `${name} yields its password to whoever poses as the gateway once: only the gateway's certificate protects it`,
      advice: "use EAP-TLS, and make clients check the gateway's certificate and name",
      sources: [source("RFC 7296", "§2.16", "2014-10"), source("RFC 7664", "§1", "2015-11")],
    })
  if (sa.auth.responder === "pre-shared key")
    context.tell({
      ...at,
      rule: "eap-responder-psk",
      severity: "medium",
      message: `the gateway authenticates by a pre-shared key beside ${name}: every client that knows it can pose as the gateway`,
      advice: "give the gateway a certificate: EAP needs a responder that authenticates by public key",
      sources: [source("RFC 7296", "§2.16", "2014-10")],
    })
}

const PROOFS: ReadonlySet<string> = new Set([
  "auth-initiator",
  "auth-responder",
  "ikev1-hash-i",
  "ikev1-hash-r",
  "ikev1-sig-i",
  "ikev1-sig-r",
])

/** A proof that does not hold, and the peer went on: keys given to us may be wrong, or the peer does not check. */
function auditProofs(context: RuleContext, sa: IkeSa): void {
  const failed = sa.checks.filter(c => c.status === "fail" && PROOFS.has(c.id))
  if (failed.length === 0) return
  const went = sa.state === "established" || sa.state === "rekeyed"
  context.tell({
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
