/**
 * What a closed IKEv2 message can hold. The length of an SK payload is known to the byte, and the negotiated suite says how much of it is
 * IV, ICV and at most padding; the payloads' headers and shortest bodies are the RFC's. RFC 7296 §3.
 */
import type { IkeChoice } from "../../track/suite.ts"
import { isWhole, type Sent } from "./sent.ts"

/** Bytes of cleartext payloads that a message holds: between `least` (with the shortest padding) and `most`. */
export interface Room {
  readonly least: number
  readonly most: number
  /** Bytes of ciphertext, padding included. */
  readonly ciphertext: number
}

const IKE_HEADER = 28
/** Generic payload header. RFC 7296 §3.2. */
const GENERIC = 4
/** Fragment Number and Total Fragments. RFC 7383 §2.5. */
const FRAGMENT_NUMBERS = 4
/** Senders that are free to pad align to this at most; block ciphers to their block. */
const ALIGNMENT = 4

/** The room of a message; undefined when its suite is not known, it is clear, or a fragment of it is missing. */
export function roomOf(sent: Sent, choice: IkeChoice | null): Room | undefined {
  const { encr, integ } = choice ?? {}
  if (!encr || (!encr.aead && !integ) || !isWhole(sent)) return undefined
  const icv = encr.icvBytes > 0 ? encr.icvBytes : (integ?.icvBytes ?? 0)
  const align = encr.blockBytes > 1 && !encr.aead ? encr.blockBytes : ALIGNMENT
  const room = { least: 0, most: 0, ciphertext: 0 }
  for (const part of sent.parts) {
    if (!part.encrypted) return undefined
    const around = IKE_HEADER + GENERIC + (part.fragment ? FRAGMENT_NUMBERS : 0) + encr.ivBytes + icv
    const ciphertext = part.bytes - around
    if (ciphertext < 1) return undefined
    room.ciphertext += ciphertext
    // The last octet is Pad Length.
    room.most += ciphertext - 1
    room.least += Math.max(0, ciphertext - align)
  }
  return room
}

export const canBe = (room: Room, bytes: number): boolean => room.least <= bytes && bytes <= room.most

/** A notification without SPI and data, as most errors are; a Delete of the IKE SA; EAP Success or Failure. RFC 7296 §3.10, §3.11, §3.16. */
export const NOTIFY_BYTES = 8
export const DELETE_IKE_BYTES = 8
export const EAP_RESULT_BYTES = GENERIC + 4
/** A Delete of one ESP or AH SA. */
export const DELETE_CHILD_BYTES = 12
/** INVALID_KE_PAYLOAD names a group in two octets. */
export const INVALID_KE_BYTES = 10

/** Generic header, ID Type and three octets, one octet of identity. RFC 7296 §3.5. */
export const SHORTEST_ID = 8 + 1
/** Generic header, Auth Method and three octets, then the value. RFC 7296 §3.8. */
const AUTH_HEADER = 8
/** Shortest signature that IKE carries: ECDSA with P-256. RFC 4754 §7. */
const SHORTEST_SIGNATURE = 64
/** Generic header, proposal with a 4-byte SPI, one transform without attributes; not every peer sends ESN. RFC 7296 §3.3. */
const SHORTEST_CHILD_SA = GENERIC + 12 + 8
/** The same with an 8-byte SPI, ENCR, PRF and KE. */
const SHORTEST_IKE_SA = GENERIC + 16 + 8 + 8 + 8
/** Generic header, number of selectors, one IPv4 selector. RFC 7296 §3.13. */
const SHORTEST_TS = 8 + 16
/** A nonce has 16 octets at least. RFC 7296 §2.10. */
export const SHORTEST_NONCE = GENERIC + 16
/** Generic header, group, two octets, 32 octets of value (X25519). RFC 7296 §3.4. */
export const SHORTEST_KE = 8 + 32

/** The shortest AUTH payload: a MAC of the prf's size, or a signature. */
export const shortestAuth = (choice: IkeChoice | null): number =>
  AUTH_HEADER + Math.min(choice?.prf?.outBytes ?? SHORTEST_SIGNATURE, SHORTEST_SIGNATURE)

/** Bytes from which a message has a certificate most likely. */
export const WITH_CERTIFICATE = 700

/** SA, TSi and TSr of a Child SA, the least. */
export const SHORTEST_CHILD = SHORTEST_CHILD_SA + 2 * SHORTEST_TS

/** What an answer to a CREATE_CHILD_SA that made something holds at least: SA and Nonce, then TSi and TSr or KE. RFC 7296 §1.3. */
export const SHORTEST_CREATED = Math.min(
  SHORTEST_CHILD + SHORTEST_NONCE,
  SHORTEST_IKE_SA + SHORTEST_NONCE + SHORTEST_KE,
)
