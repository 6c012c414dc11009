/** How peers prove who they are, as far as it was opened. A rekeyed SA stands on the proofs of the one before. */
import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { v2StateOf } from "../../track/v2-state.ts"
import type { ControlId } from "../controls.ts"
import type { SaFacts } from "../facts.ts"
import { isSignature, type Proof, proofsOf } from "../proofs.ts"
import { FROM_BEGINNING, framesOf, type Gap, KEYS, type Subject, type View } from "./types.ts"

/** Views of the controls about authentication, of one SA. */
export function authenticationViews(sa: IkeSa, facts: SaFacts): ReadonlyMap<ControlId, View> {
  const proofs = sa.parent === null ? proofsOf(sa, facts) : []
  const missing = sa.parent === null ? unproved(sa, proofs) : []
  const signed = proofs.filter(p => isSignature(p.method))
  const view = (of: (p: Proof) => string | null, gapOf: (p: Proof) => Gap | null, from: readonly Proof[]): View => ({
    subjects: from.flatMap(p => {
      const name = of(p)
      return name === null ? [] : [subject(sa, p, name)]
    }),
    gaps: [...missing, ...from.flatMap(p => (of(p) === null ? (gapOf(p) ?? []) : []))],
  })
  return new Map<ControlId, View>([
    [
      "authentication",
      view(
        p => p.method,
        () => null,
        proofs,
      ),
    ],
    [
      "signature-scheme",
      view(
        p => p.scheme,
        p => noKey(sa, p, "the signature"),
        signed,
      ),
    ],
    [
      "signature-hash",
      view(
        p => (p.hash === "identity" ? p.scheme && "identity" : p.hash),
        p => noKey(sa, p, "the hash that is signed"),
        signed,
      ),
    ],
    ["rsa-key", view(rsaName, p => (isRsa(p) ? noKey(sa, p, "the RSA key") : null), signed)],
    [
      "signature-curve",
      view(
        p => p.curve,
        p => (p.scheme === "ECDSA" ? noKey(sa, p, "the signer's curve") : null),
        signed,
      ),
    ],
  ])
}

const isRsa = (p: Proof): boolean => p.scheme?.startsWith("RSASSA") ?? false
const rsaName = (p: Proof): string | null => (isRsa(p) && p.bits !== null ? `RSA-${p.bits}` : null)

const subject = (sa: IkeSa, proof: Proof, name: string): Subject => ({
  names: [name],
  text: name === "identity" ? `${proof.scheme} hashes by itself` : name,
  objects: [sa.id],
  frames: framesOf(proof.frame),
  where: `IKEv${sa.version}`,
  proof,
})

function noKey(sa: IkeSa, { side }: Proof, what: string): Gap {
  const encrypted =
    sa.version === 1 &&
    sa.exchanges.some(x => x.messages.some(m => m.encrypted && !m.opened && m.retransmissionOf === null))
  return encrypted
    ? { objects: [sa.id], why: `${what} of the ${side} is encrypted`, shows: KEYS }
    : { objects: [sa.id], why: `${what} of the ${side} is not known`, shows: "its certificate in the capture" }
}

/** Sides whose proof is not known, and why. IKEv1 says the method in the clear. */
function unproved(sa: IkeSa, proofs: readonly Proof[]): Gap[] {
  const known = new Set(proofs.map(p => p.side))
  if (known.size === 2 || (sa.version === 1 && sa.choice !== null)) return []
  if (!sa.begun && sa.version === 1)
    return [{ objects: [sa.id], why: "phase 1 is not in the capture", shows: FROM_BEGINNING }]
  const messages = sa.exchanges.filter(x => x.type === EXCHANGE_TYPE.IKE_AUTH).flatMap(x => x.messages)
  const resumed = sa.version === 2 && v2StateOf(sa).resumed
  if (messages.length === 0) {
    if (resumed || (sa.begun && (sa.choice === null || sa.state === "failed" || sa.state === "half-open"))) return []
    return [{ objects: [sa.id], why: "IKE_AUTH is not in the capture", shows: FROM_BEGINNING }]
  }
  if (messages.some(m => m.encrypted && !m.opened && m.retransmissionOf === null))
    return [{ objects: [sa.id], why: "IKE_AUTH is encrypted", shows: KEYS }]
  // Refused, or EAP went no further: what is missing was never sent.
  if (sa.state === "failed" || sa.state === "half-open") return []
  const side = known.has("initiator") ? "responder" : "initiator"
  return [
    { objects: [sa.id], why: `the proof of the ${side} is not in the capture`, shows: "a capture of both directions" },
  ]
}
