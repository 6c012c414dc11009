/** Payload families: what is shown in one hue. */
import type { Family } from "./types.ts"

/** Payload family of a notation: `SAi1` and `SA` are one. */
export function familyOf(notation: string): Family {
  if (/^(SA|P$|T$|Proposal|Transform)/i.test(notation)) return "sa"
  if (/^KE/i.test(notation)) return "ke"
  if (/^(N[ir]?$|Nonce|NONCE)/.test(notation) && notation !== "N") return "nonce"
  if (/^ID/i.test(notation)) return "id"
  if (/^(AUTH|HASH|SIG|EAP|CERT)/i.test(notation)) return "auth"
  if (/^TS/i.test(notation)) return "ts"
  if (/^D$|^Delete/i.test(notation)) return "d"
  if (/^SK/i.test(notation)) return "sk"
  if (/^(V|VID)$/i.test(notation)) return "v"
  return "n"
}
