/** Proposal payload of an SA payload. RFC 2408 §3.5. */

import type { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { plural } from "../../bytes/words.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { PROTOCOL_ID } from "../../registry/ikev1/protocol-ids.ts"
import { typePayloadField } from "../shared/chain.ts"
import * as f from "../shared/fields.ts"
import { nextPayloadField } from "../shared/header.ts"
import { decodeItems, type Item, item } from "../shared/items.ts"
import * as sa from "./sa-fields.ts"
import { decodeTransformV1, type TransformV1 } from "./transform.ts"

export interface ProposalV1 extends Item {
  /** Next Payload: 2 when another proposal follows, else 0. */
  readonly next: number
  /** Proposals of one number belong together (AH and ESP, ESP and IPCOMP). RFC 2408 §4.2. */
  readonly number: number
  readonly protocol: number
  /** A view of the packet; empty in phase 1 as a rule. */
  readonly spi: Uint8Array
  /** Number of transforms as the proposal says. */
  readonly transformCount: number
  readonly transforms: readonly TransformV1[]
}

const number = field("isakmp.prop.number", "Proposal Number")
const protocolId = field("isakmp.prop.protoid", "Protocol ID", { names: PROTOCOL_ID })
const transformCount = field("isakmp.prop.transforms", "Proposal transforms")

const HEADING = { field: typePayloadField(1), value: PAYLOAD_TYPE.PROPOSAL }

/**
 * Reads one proposal; throws DecodeError only when its own length cannot be read.
 *
 *     | NEXT Payload  |   RESERVED    |        Payload Length         |
 *     |  Proposal #   |  Protocol-Id  |    SPI Size   |# of Transforms|
 *     |                        SPI (variable)                         |
 */
export function decodeProposalV1(c: Cursor): ProposalV1 {
  c.require(f.payloadLength, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  const transforms: TransformV1[] = []
  let next = 0
  let proposalNumber = 0
  let protocol = 0
  let spi = sa.NO_SPI
  let count = 0
  const read = (p: Cursor): void => {
    next = p.u8(nextPayloadField(1))
    p.pass(f.reserved, 1)
    p.u16(f.payloadLength)
    if (length < 8)
      throw p.invalid(f.payloadLength, p.pos - 2, `Payload Length ${length} of a proposal is less than its header of 8`)
    proposalNumber = p.u8(number)
    protocol = p.u8(protocolId)
    const spiBytes = p.u8(sa.spiSize)
    count = p.u8(transformCount)
    if (spiBytes > 0) spi = p.bytes(sa.spi, spiBytes)
    decodeTransforms(p, protocol, transforms)
    if (transforms.length !== count)
      throw p.invalid(
        transformCount,
        p.pos,
        `proposal ${proposalNumber} says ${plural(count, "transform")}, ${transforms.length} ${transforms.length === 1 ? "is" : "are"} there`,
      )
  }
  const { start, end, fault } = item(c, HEADING, Math.max(length, 4), "Payload Length", read)
  return { start, end, fault, next, number: proposalNumber, protocol, spi, transformCount: count, transforms }
}

/** Transforms to the one that says it is the last, or to the end; what stands behind is extra. */
function decodeTransforms(p: Cursor, protocol: number, out: TransformV1[]): void {
  const goesOn = (): boolean => (out.at(-1)?.next ?? PAYLOAD_TYPE.TRANSFORM) === PAYLOAD_TYPE.TRANSFORM
  decodeItems(
    p,
    out,
    () => p.left > 0 && goesOn(),
    t => decodeTransformV1(t, protocol),
  )
  const last = out.at(-1)
  if (!last || goesOn()) return
  if (p.left > 0) p.pass(f.extraData)
  if (last.next !== 0) throw p.invalid(nextPayloadField(1), last.start, `payload type ${last.next} follows a transform`)
}
