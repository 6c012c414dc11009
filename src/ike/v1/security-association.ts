/** Security Association payload of IKEv1: DOI, situation, then proposals, or the payloads of a GDOI group policy. RFC 2408 §3.4, RFC 2407 §4.6.1, RFC 6407 §5.2. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { bits, field } from "../../bytes/field.ts"
import { DOI } from "../../registry/ikev1/doi.ts"
import { PHASE_1 } from "../../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import * as f from "../shared/fields.ts"
import { nextPayloadField } from "../shared/header.ts"
import { attempt, decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { decodeGroupPolicy, type GroupPolicy } from "./group-policy.ts"
import { decodeProposalV1, type ProposalV1 } from "./proposal.ts"

/** Secrecy or integrity label of a situation. RFC 2407 §4.6.1. */
interface SituationLabel {
  readonly level: Uint8Array
  /** Bits of the category bitmap. */
  readonly categoryBits: number
  readonly category: Uint8Array
}

export interface SaV1 {
  readonly doi: number
  /** The situation's bits for the IPsec and GDOI DOI; undefined for others. */
  readonly situation: number | undefined
  /** Labeled Domain Identifier and labels, where the situation asks for secrecy or integrity. */
  readonly labeledDomain?: number
  readonly secrecy?: SituationLabel
  readonly integrity?: SituationLabel
  readonly proposals: readonly ProposalV1[]
  /** SA KEK, SA TEK and Group Associated Policy payloads of a GDOI exchange. */
  readonly groupPolicy?: GroupPolicy
  /** Why the walk along the proposals ended before the payload did. */
  readonly fault?: DecodeError
}

const SIT_IDENTITY_ONLY = 0x01
const SIT_SECRECY = 0x02
const SIT_INTEGRITY = 0x04

const doi = field("isakmp.sa.doi", "Domain of interpretation", { names: DOI })
const situation = field("isakmp.sa.situation", "Situation", { kind: "bytes" })
const identityOnly = field("isakmp.sa.situation.identity_only", "Identity Only", {
  kind: "bool",
  ...bits(SIT_IDENTITY_ONLY, 32),
})
const secrecyBit = field("isakmp.sa.situation.secrecy", "Secrecy", { kind: "bool", ...bits(SIT_SECRECY, 32) })
const integrityBit = field("isakmp.sa.situation.integrity", "Integrity", { kind: "bool", ...bits(SIT_INTEGRITY, 32) })
const labeledDomain = field("isakmp.sa.situation.labeled_domain", "Labeled Domain Identifier")
const labelFields = (name: string, label: string) => ({
  group: field(`isakmp.sa.situation.${name}_label`, label, { kind: "none" }),
  length: field(`isakmp.sa.situation.${name}_label.length`, `${label} Length`),
  level: field(`isakmp.sa.situation.${name}_label.level`, `${label} Level`, { kind: "bytes" }),
  bits: field(`isakmp.sa.situation.${name}_label.category_length`, `${label} Category Length (bits)`),
  category: field(`isakmp.sa.situation.${name}_label.category`, `${label} Category Bitmap`, { kind: "bytes" }),
})
const secrecyLabel = labelFields("secrecy", "Secrecy")
const integrityLabel = labelFields("integrity", "Integrity")

/**
 * Security Association payload. RFC 2408 §3.4.
 *
 *     |              Domain of Interpretation  (DOI)                  |
 *     ~                           Situation                           ~
 */
export const sa: PayloadDecoder<SaV1> = {
  type: PAYLOAD_TYPE.SA,
  name: "Security Association",
  notation: "SA",
  rfc: "RFC 2408 §3.4",
  repeats: true,
  fixed: (_bytes, _start, end) => end,
  decode(c, context) {
    const domain = c.u32(doi)
    if (domain !== DOI.IPSEC && domain !== DOI.GDOI) {
      if (c.left > 0) c.bytes(situation)
      return { doi: domain, situation: undefined, proposals: [] }
    }
    const bits = decodeSituationBits(c)
    if (domain === DOI.GDOI && !PHASE_1.includes(context.exchangeType))
      return { doi: domain, situation: bits, proposals: [], groupPolicy: decodeGroupPolicy(c, context) }
    const labels = decodeLabels(c, bits)
    return { doi: domain, situation: bits, ...labels, ...decodeProposals(c) }
  },
}

/** RFC 2407 §4.2. */
function decodeSituationBits(c: Cursor): number {
  const bytes = c.bytes(situation, 4)
  const bits = bytes.reduce((n, b) => n * 256 + b, 0)
  c.note(identityOnly, c.pos - 4, c.pos, (bits & SIT_IDENTITY_ONLY) !== 0)
  c.note(secrecyBit, c.pos - 4, c.pos, (bits & SIT_SECRECY) !== 0)
  c.note(integrityBit, c.pos - 4, c.pos, (bits & SIT_INTEGRITY) !== 0)
  return bits
}

function decodeLabels(c: Cursor, bits: number): Pick<SaV1, "labeledDomain" | "secrecy" | "integrity"> {
  if ((bits & (SIT_SECRECY | SIT_INTEGRITY)) === 0) return {}
  const domain = c.u32(labeledDomain)
  return {
    labeledDomain: domain,
    secrecy: (bits & SIT_SECRECY) !== 0 ? decodeLabel(c, secrecyLabel) : undefined,
    integrity: (bits & SIT_INTEGRITY) !== 0 ? decodeLabel(c, integrityLabel) : undefined,
  }
}

/**
 * RFC 2407 §4.6.1, once for secrecy and once for integrity; level and bitmap are padded to 32 bits.
 *
 *     |        Secrecy Length         |           RESERVED            |
 *     ~                        Secrecy Level                          ~
 *     | Secrecy Cat. Length (in bits) |           RESERVED            |
 *     ~                   Secrecy Category Bitmap                     ~
 */
function decodeLabel(c: Cursor, fields: typeof secrecyLabel): SituationLabel {
  return c.group(fields.group, c.left, g => {
    const bytes = g.u16(fields.length)
    g.pass(f.reserved, 2)
    const level = padded(g, fields.level, bytes)
    const categoryBits = g.u16(fields.bits)
    g.pass(f.reserved, 2)
    return { level, categoryBits, category: padded(g, fields.category, Math.ceil(categoryBits / 8)) }
  })
}

function padded(c: Cursor, shown: typeof situation, bytes: number): Uint8Array {
  const value = c.bytes(shown, bytes)
  if (bytes % 4 !== 0) c.bytes(f.reserved, 4 - (bytes % 4))
  return value
}

/** Proposals to the one that says it is the last, or to the end. */
function decodeProposals(c: Cursor): Pick<SaV1, "proposals" | "fault"> {
  const proposals: ProposalV1[] = []
  const { fault } = attempt(c, () => {
    const goesOn = (): boolean => (proposals.at(-1)?.next ?? PAYLOAD_TYPE.PROPOSAL) === PAYLOAD_TYPE.PROPOSAL
    decodeItems(c, proposals, () => c.left > 0 && goesOn(), decodeProposalV1)
    const last = proposals.at(-1)
    if (last && last.next !== 0 && !goesOn())
      throw c.invalid(nextPayloadField(1), last.start, `payload type ${last.next} follows a proposal`)
  })
  return fault ? { proposals, fault } : { proposals }
}
