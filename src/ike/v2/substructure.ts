/** What proposal and transform substructures have in common: a four-octet header like the generic payload header's. */
import { field } from "../../bytes/field.ts"

/** Last Substruc of a list: 0 in the last one, else the kind of the next (2 proposal, 3 transform). RFC 7296 §3.3.1. */
export interface Substructure {
  readonly last: number
}

const KIND = new Map([
  [0, "none"],
  [2, "Proposal"],
  [3, "Transform"],
])
const names = { name: (value: number) => KIND.get(value) }

export const PROPOSAL = 2
export const TRANSFORM = 3

/** Wireshark shows substructures as payloads of type 2 and 3. */
export const substructureType = field("isakmp.typepayload", "Substructure", { names })
export const substructureNext = field("isakmp.nextpayload", "Last Substruc", { names })
