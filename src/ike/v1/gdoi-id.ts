/** The traffic or endpoint identities inside GDOI's SA KEK and SA TEK payloads. RFC 6407 §5.3, §5.4.1. */
import type { Cursor } from "../../bytes/cursor.ts"
import { type Field, field } from "../../bytes/field.ts"
import { ID_TYPE } from "../../registry/ikev1/id-types.ts"

export interface GdoiIdentity {
  /** An IKEv1 ID type. */
  readonly type: number
  readonly port: number
  /** A view of the packet. */
  readonly data: Uint8Array
}

export interface GdoiIdentityFields {
  readonly type: Field
  readonly port: Field
  readonly length: Field
  readonly data: Field
}

/** The fields of one side: `isakmp.sak.src_id…`. */
export const gdoiIdentityFields = (prefix: string, side: string): GdoiIdentityFields => ({
  type: field(`${prefix}_id_type`, `${side} ID Type`, { names: ID_TYPE }),
  port: field(`${prefix}_id_port`, `${side} ID Port`),
  length: field(`${prefix}_id_length`, `${side} ID Data Length`),
  data: field(`${prefix}_id_data`, `${side} ID Data`, { kind: "bytes" }),
})

/**
 *     |  ID Type      |            ID Port            |ID Data Len    |
 *     ~                    Identification Data                        ~
 */
export function decodeGdoiIdentity(c: Cursor, fields: GdoiIdentityFields): GdoiIdentity {
  const head = { type: c.u8(fields.type), port: c.u16(fields.port) }
  const length = c.u8(fields.length)
  return { ...head, data: c.bytes(fields.data, length) }
}
