/** Security Association payload of IKEv2: proposals, each with its transforms. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { SECURITY_PROTOCOL } from "../../registry/ikev2/security-protocols.ts"
import * as f from "../shared/fields.ts"
import { attempt, decodeItems, type Item, item } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { PROPOSAL, type Substructure, substructureNext, substructureType } from "./substructure.ts"
import { decodeTransform, type Transform } from "./transform.ts"

export interface Proposal extends Item, Substructure {
  readonly number: number
  /** Security Protocol Identifier: 1 IKE, 2 AH, 3 ESP … */
  readonly protocol: number
  /** Empty in the initial exchange; a view of the packet. */
  readonly spi: Uint8Array
  readonly transforms: readonly Transform[]
}

export interface SecurityAssociation {
  readonly proposals: readonly Proposal[]
  /** Why the list ended early. A bad proposal or transform carries a fault of its own. */
  readonly fault?: DecodeError
}

const PROPOSAL_BYTES = 8

const number = field("isakmp.prop.number", "Proposal Num")
const protocol = field("isakmp.prop.protoid", "Protocol ID", { names: SECURITY_PROTOCOL })
const spiSize = field("isakmp.spisize", "SPI Size")
const transformCount = field("isakmp.prop.transforms", "Num Transforms")
const spi = field("isakmp.spi", "SPI", { kind: "bytes" })

/** Security Association payload: proposals up to the one that says it is the last. RFC 7296 §3.3. */
export const sa: PayloadDecoder<SecurityAssociation> = {
  type: PAYLOAD_TYPE.SA,
  name: "Security Association",
  notation: "SA",
  rfc: "RFC 7296 §3.3",
  repeats: true,
  fixed: (_bytes, _start, end) => end,
  decode(c) {
    const proposals: Proposal[] = []
    const { fault } = attempt(c, () => decodeItems(c, proposals, () => proposals.at(-1)?.last !== 0, decodeProposal))
    return fault ? { proposals, fault } : { proposals }
  },
}

const HEADING = { field: substructureType, value: PROPOSAL }

/**
 * Throws DecodeError only when its length does not say where the next one begins.
 *
 *     | Last Substruc |   RESERVED    |         Proposal Length       |
 *     | Proposal Num  |  Protocol ID  |    SPI Size   |Num  Transforms|
 *     ~                        SPI (variable)                         ~
 *     ~                        <Transforms>                           ~
 */
function decodeProposal(c: Cursor): Proposal {
  c.require(f.payloadLength, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  if (length < PROPOSAL_BYTES)
    throw c.invalid(f.payloadLength, c.pos + 2, `Proposal Length ${length} is less than its own header of 8`)
  const read = { last: 0, number: 0, protocol: 0, spi: NO_SPI }
  const transforms: Transform[] = []
  const at = item(c, HEADING, length, "Proposal Length", p => {
    read.last = p.u8(substructureNext)
    p.pass(f.reserved, 1)
    p.u16(f.payloadLength)
    read.number = p.u8(number)
    read.protocol = p.u8(protocol)
    const spiBytes = p.u8(spiSize)
    const count = p.u8(transformCount)
    if (spiBytes > 0) read.spi = p.bytes(spi, spiBytes)
    decodeTransforms(p, transforms, count)
    if (read.last !== 0 && read.last !== PROPOSAL)
      throw p.invalid(substructureNext, p.pos, `Last Substruc ${read.last} of a proposal is neither 0 nor 2`)
  })
  // Written out: spreads cost more than all the reads here.
  return {
    start: at.start,
    end: at.end,
    fault: at.fault,
    last: read.last,
    number: read.number,
    protocol: read.protocol,
    spi: read.spi,
    transforms,
  }
}

/** One for all: proposals of an IKE SA have none. */
const NO_SPI: Uint8Array = new Uint8Array()

function decodeTransforms(p: Cursor, transforms: Transform[], count: number): void {
  if (count > 0 || p.left > 0) decodeItems(p, transforms, () => transforms.at(-1)?.last !== 0, decodeTransform)
  if (p.left > 0) p.pass(f.extraData)
  if (transforms.length !== count)
    throw p.invalid(transformCount, p.pos, `Num Transforms is ${count}, but the proposal has ${transforms.length}`)
}
