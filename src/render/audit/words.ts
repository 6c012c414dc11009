/** Pieces of text that several forms of the audit share. */
import type { Source, TunnelPosture } from "../../audit/types.ts"

/** `RFC 8247 §2.4 (2017-09)`. */
export const sourceText = ({ document, section, date }: Source): string =>
  `${[document, section].filter(Boolean).join(" ")} (${date})`

/** How long what was recorded stays secret, in words. */
export function quantumText({ quantum, quantum_by }: TunnelPosture): string {
  switch (quantum) {
    case "hybrid":
      return `post-quantum: ${quantum_by.join(" + ")}`
    case "ppk":
      return "post-quantum by PPK"
    case "classical":
      return "classical only: harvest now, decrypt later"
    case "weak":
      return "key exchange breakable today"
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
