/** Domains of Interpretation. */
import { registry } from "../registry.ts"

/** ISAKMP Domain of Interpretation. RFC 2408 §3.4. */
export const DOI = registry("ISAKMP Domain of Interpretation", {
  0: ["ISAKMP", "RFC 2408"],
  1: ["IPSEC", "RFC 2407"],
  2: ["GDOI", "RFC 6407"],
})
