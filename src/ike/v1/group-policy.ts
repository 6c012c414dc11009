/** The chain of SA KEK, Group Associated Policy and SA TEK payloads inside a GDOI SA payload. RFC 6407 §5.2. */
import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { type Field, field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { typePayloadField } from "../shared/chain.ts"
import * as f from "../shared/fields.ts"
import { nextPayloadField } from "../shared/header.ts"
import { attempt, decodeItems, type Item, item } from "../shared/items.ts"
import type { DecodeContext, PayloadDecoder } from "../shared/payload.ts"
import { type GroupAssociatedPolicy, gap } from "./group-associated-policy.ts"
import { type SaKek, saKek } from "./sa-kek.ts"
import { type SaTek, saTek } from "./sa-tek.ts"

/** One payload of the chain; of an unknown type, or of one that could not be read, `value` is undefined. */
interface GroupPolicyPayload extends Item {
  readonly type: number
  readonly value: SaKek | SaTek | GroupAssociatedPolicy | undefined
}

export interface GroupPolicy {
  readonly payloads: readonly GroupPolicyPayload[]
  /** Why the walk ended before the bytes did. */
  readonly fault?: DecodeError
}

/** The value of a member if it is of this decoder's type and was decoded. */
export function memberOf<T>({ type, value }: GroupPolicyPayload, decoder: PayloadDecoder<T>): T | undefined {
  return type === decoder.type ? (value as T | undefined) : undefined
}

interface HeaderFields {
  readonly next: Field
  readonly reserved: Field
  readonly length: Field
}

const first = field("isakmp.sa.next_attribute_payload", "SA Attribute Next Payload", {
  kind: "bytes",
  names: PAYLOAD_TYPE,
})
const reserved2 = field("isakmp.reserved2", "Reserved", { kind: "bytes" })

const headerFields = (prefix: string): HeaderFields => ({
  next: field(`${prefix}.nextpayload`, "Next Payload", { names: PAYLOAD_TYPE }),
  reserved: field(`${prefix}.reserved`, "Reserved"),
  length: field(`${prefix}.payload_len`, "Payload Length"),
})
const generic: HeaderFields = { next: nextPayloadField(1), reserved: f.reserved, length: f.payloadLength }

/** What may stand in the chain, each with the header's fields as Wireshark names them there. */
const MEMBERS: ReadonlyMap<number, readonly [PayloadDecoder<SaKek | SaTek | GroupAssociatedPolicy>, HeaderFields]> =
  new Map<number, readonly [PayloadDecoder<SaKek | SaTek | GroupAssociatedPolicy>, HeaderFields]>([
    [saKek.type, [saKek, headerFields("isakmp.sak")]],
    [saTek.type, [saTek, headerFields("isakmp.sat")]],
    [gap.type, [gap, generic]],
  ])

/**
 * What stands behind the situation.
 *
 *     |     SA Attribute Next Payload |          RESERVED2            |
 */
export function decodeGroupPolicy(c: Cursor, context: DecodeContext): GroupPolicy {
  const next = c.bytes(first, 2)
  c.pass(reserved2, 2)
  const payloads: GroupPolicyPayload[] = []
  const { fault } = attempt(c, () => {
    let type = next[0] * 256 + next[1]
    decodeItems(
      c,
      payloads,
      () => type !== 0,
      m => {
        const { payload, following } = decodeMember(m, type, context)
        type = following
        return payload
      },
    )
  })
  return fault ? { payloads, fault } : { payloads }
}

function decodeMember(
  c: Cursor,
  type: number,
  context: DecodeContext,
): { payload: GroupPolicyPayload; following: number } {
  c.require(f.payloadLength, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  const [decoder, fields] = MEMBERS.get(type) ?? [undefined, generic]
  const following = c.peek(0) ?? 0
  let value: GroupPolicyPayload["value"]
  const at = item(c, { field: typePayloadField(1), value: type }, Math.max(length, 4), "Payload Length", p => {
    p.u8(fields.next)
    if (fields === generic) p.bytes(fields.reserved, 1)
    else p.u8(fields.reserved)
    p.u16(fields.length)
    value = decoder?.decode(p, context)
    if (p.left > 0) p.bytes(decoder ? f.extraData : f.opaque)
  })
  return { payload: { start: at.start, end: at.end, fault: at.fault, type, value }, following }
}
