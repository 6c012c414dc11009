/** Domains of Interpretation. */
import { registry } from "../registry.ts"

/** ISAKMP Domain of Interpretation. RFC 2408 §3.4. */
export const DOI = registry("ISAKMP Domain of Interpretation", {
  ISAKMP: [0, "RFC 2408"],
  IPSEC: [1, "RFC 2407"],
  GDOI: [2, "RFC 6407"],
})
