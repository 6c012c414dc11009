/** Vendor ID payload, the same in both versions: a hash, a prefix with a version, or text. RFC 7296 §3.12, RFC 2408 §3.16. */
import { field } from "../../bytes/field.ts"
import type { PayloadDecoder } from "./payload.ts"
import { plainText } from "./text.ts"

export interface VendorId {
  /** A view of the packet. */
  readonly data: Uint8Array
  /** The data as text when it is nothing but text. */
  readonly text?: string
}

const data = field("isakmp.vid_bytes", "Vendor ID", { kind: "bytes" })
const name = field("isakmp.vid_string", "Vendor ID", { kind: "text" })

/** The decoder under the version's payload type. */
export const vendorIdDecoder = (type: number, rfc: string, notation: string): PayloadDecoder<VendorId> => ({
  type,
  name: "Vendor ID",
  notation,
  rfc,
  decode(c) {
    const start = c.pos
    const bytes = c.bytes(data)
    const text = plainText(bytes)
    c.note(name, start, c.pos, text ?? "Unknown Vendor ID")
    return { data: bytes, text }
  },
})
