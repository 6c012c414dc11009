/** The controls of an audit: what every profile that speaks of them holds every tunnel against. */
import type { AlgorithmUse, Dimension, Profile } from "./profile.ts"

export interface Control {
  readonly id: string
  readonly title: string
  /** What a profile says of it stands in its lines of this kind and use; absent for a demand. */
  readonly kind?: Dimension
  readonly use?: AlgorithmUse
  readonly demand?: "ikeLifetime" | "childLifetime" | "forwardSecrecy" | "childGroup"
}

/** In the order of reading. */
export const CONTROLS = [
  { id: "ike-version", title: "IKE version", kind: "protocol", use: "ike" },
  { id: "ike-encryption", title: "IKE encryption", kind: "encryption", use: "ike" },
  { id: "ike-integrity", title: "IKE integrity", kind: "integrity", use: "ike" },
  { id: "ike-prf", title: "PRF", kind: "prf", use: "ike" },
  { id: "ike-key-exchange", title: "IKE key exchange", kind: "key exchange", use: "ike" },
  { id: "authentication", title: "authentication", kind: "authentication", use: "ike" },
  { id: "signature-scheme", title: "signature scheme", kind: "signature", use: "ike" },
  { id: "signature-hash", title: "signature hash", kind: "hash", use: "ike" },
  { id: "rsa-key", title: "RSA key length", kind: "RSA key", use: "ike" },
  { id: "signature-curve", title: "signature curve", kind: "curve", use: "ike" },
  { id: "ipsec-protocol", title: "ESP or AH", kind: "protocol", use: "ipsec" },
  { id: "ipsec-encryption", title: "ESP encryption", kind: "encryption", use: "ipsec" },
  { id: "ipsec-integrity", title: "ESP, AH integrity", kind: "integrity", use: "ipsec" },
  { id: "child-key-exchange", title: "Child SA key exchange", kind: "key exchange", use: "ipsec" },
  { id: "child-group", title: "Child SA group", demand: "childGroup" },
  { id: "forward-secrecy", title: "forward secrecy", demand: "forwardSecrecy" },
  { id: "ike-lifetime", title: "IKE SA lifetime", demand: "ikeLifetime" },
  { id: "child-lifetime", title: "Child SA lifetime", demand: "childLifetime" },
] as const satisfies readonly Control[]

export type ControlId = (typeof CONTROLS)[number]["id"]

/** Names of the protocols that belong to each control of the kind. */
const PROTOCOLS: Readonly<Record<AlgorithmUse, readonly string[]>> = {
  ike: ["IKEv1", "IKEv2", "Aggressive Mode"],
  ipsec: ["ESP", "AH"],
}

/** Whether a profile has a word on a control: the others are left out of its table. */
export function speaksOf(profile: Profile, control: Control): boolean {
  const { kind, use, demand } = control
  if (demand) return profile[demand] !== undefined
  if (kind === undefined || use === undefined) return false
  if (kind === "protocol")
    return profile.lines.some(l => l.kind === kind && l.names.some(n => PROTOCOLS[use].includes(n)))
  if (kind === "key exchange" && profile.keySets) return true
  return profile.otherwise?.[kind] !== undefined || profile.lines.some(l => l.kind === kind && (l.use ?? use) === use)
}
