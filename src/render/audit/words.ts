/** Pieces of text that several forms of the audit share. */
import type { LifetimePosture, ProfileCoverage, ProofPosture, Source, TunnelPosture } from "../../audit/types.ts"
import { durationText } from "../../bytes/words.ts"

/** `RFC 8247 §2.4 (2017-09)`, `CNSA 2.0 Table II (2025-05, secondary)`: where the document itself was not read, it says so. */
export function sourceText({ document, section, date, verified }: Source): string {
  const about = [date, verified === "original" ? null : verified].filter(Boolean).join(", ")
  return `${[document, section].filter(Boolean).join(" ")}${about === "" ? "" : ` (${about})`}`
}

/** How long what was recorded stays secret, in words. */
export function quantumText({ quantum, quantum_by }: TunnelPosture): string {
  switch (quantum) {
    case "hybrid":
      return `post-quantum: ${quantum_by.join(" + ")}`
    case "partly-hybrid":
      return `post-quantum in part: ${quantum_by.join(" + ")}`
    case "ppk":
      return "post-quantum by PPK"
    case "classical":
      return "classical only: harvest now, decrypt later"
    case "weak":
      return `weak key exchange: ${quantum_by.join(" + ")}`
    case "unknown":
      return "key exchange not seen"
  }
}

export function secrecyText({ forward_secrecy }: TunnelPosture): string {
  switch (forward_secrecy) {
    case "all":
      return "forward secrecy"
    case "some":
      return "forward secrecy in part"
    case "none":
      return "no forward secrecy"
    case "unknown":
      return ""
  }
}

/** `RSA-2048 RSASSA-PKCS1-v1_5 SHA2-256 / pre-shared key`: both sides, once where they are alike. */
export function proofsText({ proofs, authentication }: TunnelPosture): string {
  if (proofs.length === 0) return authentication.join(" / ")
  const of = (side: ProofPosture["side"]) => {
    const proof = proofs.find(p => p.side === side)
    return proof ? proofText(proof) : "?"
  }
  const [i, r] = [of("initiator"), of("responder")]
  return i === r ? i : `${i} / ${r}`
}

export function proofText({ method, scheme, hash, rsa_bits, curve }: ProofPosture): string {
  if (scheme === null) return method
  const key = rsa_bits === null ? (curve === scheme ? null : curve) : `RSA-${rsa_bits}`
  return [scheme, key, hash === "identity" ? null : hash].filter(Boolean).join(" ")
}

/** A life that is not over is worth a word from here on, seconds. */
const LONG = 3600

/** `IKE SA negotiated for 24 h, rekeyed 2× after 8 h`; empty where nothing shows a lifetime. */
export function lifetimeText(what: string, { negotiated, seen, ended, rekeys, cadence }: LifetimePosture): string {
  const life = seen !== null && rekeys === 0 && (ended ? seen >= 1 : seen >= LONG)
  const parts = [
    ...(negotiated === null ? [] : [`negotiated for ${durationText(negotiated)}`]),
    ...(life ? [`${ended ? "lived" : "seen"} ${durationText(seen)}`] : []),
    ...(rekeys > 0 ? [`rekeyed ${rekeys}×${cadence === null ? "" : ` after ${durationText(cadence)}`}`] : []),
  ]
  return parts.length > 0 ? `${what} ${parts.join(", ")}` : ""
}

/** What the audit could not see, and what would show it; empty when it saw all. */
export function unseenText(coverage: readonly ProfileCoverage[]): string {
  const controls = coverage.flatMap(c => c.controls)
  if (controls.every(k => k.tunnels.length === 0))
    return "no IKE, ESP or AH is in the capture: there is nothing that a profile speaks of"
  const unseen = controls.filter(k => k.counts.not_observable > 0)
  if (unseen.length === 0) return ""
  const whole = unseen.filter(k => k.counts.pass + k.counts.fail + k.counts.not_named === 0)
  const areas = (list: readonly { readonly id: string }[]) => [...new Set(list.map(k => areaOf(k.id)))]
  const part = areas(unseen).filter(a => !areas(whole).includes(a))
  const shows = [...new Set(unseen.flatMap(k => k.tunnels.flatMap(t => t.shows ?? [])))].slice(0, 3)
  const parts = [
    ...(whole.length > 0 ? [`not examined: ${areas(whole).join(", ")}`] : []),
    ...(part.length > 0 ? [`examined in part: ${part.join(", ")}`] : []),
  ]
  return `${parts.join("; ")}. What would show it: ${shows.join("; ")}`
}

function areaOf(id: string): string {
  if (id.startsWith("signature") || id === "authentication" || id === "rsa-key") return "authentication"
  if (id.startsWith("ipsec")) return "ESP and AH"
  if (id.endsWith("lifetime")) return "lifetimes"
  return id.startsWith("ike") ? "IKE" : "forward secrecy (PFS)"
}
