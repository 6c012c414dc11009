/**
 * Tickets of libreswan opened with the key that it sealed them with. RFC 5723 leaves the form of a ticket to the side that gives it. This one is the
 * C structure of pluto's ikev2_ike_session_resume.c as 64-bit little-endian machines lay it out. A number and an IV stand in front; identities, end,
 * SK_d and suite follow under AES-GCM, then the tag.
 */

import { encrOfIkev2 } from "../crypto/encr.ts"
import { integOfIkev2 } from "../crypto/integ.ts"
import { prfOfIkev2 } from "../crypto/prf.ts"
import type { CryptoProvider } from "../crypto/provider.ts"

/** What a session goes on with. */
export interface OpenedTicket {
  readonly skD: Uint8Array
  readonly encr: string
  readonly integ: string | undefined
  readonly prf: string
}

/** The key of AES-GCM; its salt stands behind. */
const KEY_BYTES = 16
const AAD_BYTES = 4
const IV_BYTES = 8
const SEALED_AT = 16
const STATE_BYTES = 824
const TAG_BYTES = 16
/** Places in the cleartext. */
const SK_D = 536
const SK_D_ROOM = 255
const SK_D_LENGTH = 792
const SUITE = 800

/** The ticket's session; undefined for another key, or another format. */
export function openTicket({ aead }: CryptoProvider, key: Uint8Array, ticket: Uint8Array): OpenedTicket | undefined {
  const gcm = aead["aes-gcm"]
  if (!gcm || ticket.length !== SEALED_AT + STATE_BYTES + TAG_BYTES) return undefined
  const nonce = new Uint8Array(12)
  nonce.set(key.subarray(KEY_BYTES))
  nonce.set(ticket.subarray(AAD_BYTES, AAD_BYTES + IV_BYTES), 4)
  const end = SEALED_AT + STATE_BYTES
  const clear = gcm.open(
    key.subarray(0, KEY_BYTES),
    nonce,
    ticket.subarray(0, AAD_BYTES),
    ticket.subarray(SEALED_AT, end),
    ticket.subarray(end),
  )
  if (!clear) return undefined
  const number = (at: number): number => new DataView(clear.buffer, clear.byteOffset).getUint32(at, true)
  const length = number(SK_D_LENGTH)
  const encr = encrOfIkev2(number(SUITE), number(SUITE + 16))
  const prf = prfOfIkev2(number(SUITE + 4))
  if (length === 0 || length > SK_D_ROOM || !encr || !prf) return undefined
  const integ = integOfIkev2(number(SUITE + 8))?.name
  return { skD: clear.slice(SK_D, SK_D + length), encr: encr.name, integ, prf: prf.name }
}
