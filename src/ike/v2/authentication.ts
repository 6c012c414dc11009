/** Authentication payload of IKEv2, with what is inside a digital signature (RFC 7427). */
import { byteSource } from "../../bytes/byte-source.ts"
import { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { AUTH_METHOD } from "../../registry/ikev2/auth-methods.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import * as f from "../shared/fields.ts"
import { attempt } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { type AlgorithmIdentifier, decodeAlgorithmIdentifier } from "./algorithm-identifier.ts"

interface DigitalSignature {
  readonly algorithm: AlgorithmIdentifier
  /** A view of the packet. */
  readonly value: Uint8Array
}

export interface Authentication {
  readonly method: number
  /** Authentication Data whole, a view of the packet. */
  readonly data: Uint8Array
  /** With method 14, when the data begins as RFC 7427 says. */
  readonly signature?: DigitalSignature
  /** Why a digital signature could not be taken apart. */
  readonly fault?: DecodeError
}

const method = field("isakmp.auth.method", "Auth Method", { names: AUTH_METHOD })
const data = field("isakmp.auth.data", "Authentication Data", { kind: "bytes" })
const asn1Length = field("isakmp.auth.data.sig.asn1.len", "ASN.1 Length")
const signatureValue = field("isakmp.auth.data.sig.value", "Signature Value", { kind: "bytes" })

/**
 * Authentication payload. RFC 7296 §3.8.
 *
 *     | Auth Method   |                RESERVED                       |
 *     ~                      Authentication Data                      ~
 */
export const auth: PayloadDecoder<Authentication> = {
  type: PAYLOAD_TYPE.AUTH,
  name: "Authentication",
  notation: "AUTH",
  rfc: "RFC 7296 §3.8",
  decode(c) {
    const kind = c.u8(method)
    c.pass(f.reserved, 3)
    const all = c.src.bytes.subarray(c.pos, c.end)
    if (kind !== AUTH_METHOD.DIGITAL_SIGNATURE) return { method: kind, data: c.bytes(data) }
    return c.window(
      data,
      c.left,
      c.limit,
      d => {
        const { value: signature, fault } = attempt(d, () => decodeSignature(d))
        return { method: kind, data: all, signature, fault }
      },
      all,
    )
  },
}

/** Authentication Data that stand elsewhere (NO_PPK_AUTH, RFC 8784 §3), read as those of an AUTH payload of this method. */
export function authenticationOf(method: number, data: Uint8Array): Authentication {
  if (method !== AUTH_METHOD.DIGITAL_SIGNATURE) return { method, data }
  const c = new Cursor(byteSource(data, "Authentication Data"), 0, data.length, "Authentication Data")
  const { value: signature, fault } = attempt(c, () => decodeSignature(c))
  return { method, data, signature, fault }
}

/**
 * RFC 7427 §3.
 *
 *     | ASN.1 Length  | AlgorithmIdentifier ASN.1 object              |
 *     ~                         Signature Value                       ~
 */
function decodeSignature(c: Cursor): DigitalSignature {
  const length = c.u8(asn1Length)
  return { algorithm: decodeAlgorithmIdentifier(c, length), value: c.bytes(signatureValue) }
}
