/** Data of the notifications about authentication: hashes, methods, PPKs, puzzles, secure passwords. */

import type { Cursor } from "../../../bytes/cursor.ts"
import { field } from "../../../bytes/field.ts"
import { toHex } from "../../../bytes/hex.ts"
import { AUTH_METHOD } from "../../../registry/ikev2/auth-methods.ts"
import { HASH_ALGORITHM } from "../../../registry/ikev2/hash-algorithms.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import { PPK_ID_TYPE } from "../../../registry/ikev2/ppk-id-types.ts"
import { PRF } from "../../../registry/ikev2/prf.ts"
import { SECURE_PASSWORD_METHOD } from "../../../registry/ikev2/secure-password-methods.ts"
import { decodeItems, type Item, item } from "../../shared/items.ts"
import { plainText } from "../../shared/text.ts"
import { type AlgorithmIdentifier, decodeAlgorithmIdentifier } from "../algorithm-identifier.ts"
import type { NotifyDecoder } from "./decoder.ts"

const hashAlgorithm = field("isakmp.notify.data.signature_hash_algorithms", "Supported Signature Hash Algorithm", {
  names: HASH_ALGORITHM,
})

/** Numbers of the Hash Algorithms registry, in the sender's order. */
const signatureHashAlgorithms: NotifyDecoder<{ hashes: readonly number[] }> = {
  type: NOTIFY.SIGNATURE_HASH_ALGORITHMS,
  rfc: "RFC 7427 §4",
  decode: c => ({ hashes: numbers(c, () => c.u16(hashAlgorithm)) }),
}

const passwordMethods = field("isakmp.notify.data.secure_password_methods", "Secure Password Methods", {
  kind: "bytes",
})
const passwordMethod = field("isakmp.notify.data.secure_password_methods.method", "Secure Password Method", {
  names: SECURE_PASSWORD_METHOD,
})

/** Methods that the initiator offers, or the one that the responder took. */
const securePasswordMethods: NotifyDecoder<{ methods: readonly number[] }> = {
  type: NOTIFY.SECURE_PASSWORD_METHODS,
  rfc: "RFC 6467 §3.1",
  decode: c =>
    c.window(
      passwordMethods,
      c.left,
      c.limit,
      m => ({ methods: numbers(m, () => m.u16(passwordMethod)) }),
      c.src.bytes.subarray(c.pos, c.end),
    ),
}

function numbers(c: Cursor, read: () => number): number[] {
  const list: number[] = []
  while (c.left > 0) list.push(read())
  return list
}

/** One way to authenticate that the sender of SUPPORTED_AUTH_METHODS would accept. */
interface AuthMethodAnnouncement extends Item {
  readonly method: number
  /** Position of the CERTREQ hash that it is meant for, from 1; 0 or absent: not tied to a certification authority. */
  readonly certLink?: number
  /** Of method 14. */
  readonly algorithm?: AlgorithmIdentifier
}

const announcement = field("isakmp.notify.data.auth_methods.announcement", "Announcement", { kind: "none" })
const announcementLength = field("isakmp.notify.data.auth_methods.length", "Length")
const announcedMethod = field("isakmp.notify.data.auth_methods.method", "Auth Method", { names: AUTH_METHOD })
const certLink = field("isakmp.notify.data.auth_methods.cert_link", "Cert Link")

/**
 * RFC 9593 §3.2: announcements of 2 octets, of 3, or of more:
 *
 *     |     Length    |  Auth Method  |   Cert Link   |  AlgorithmIdentifier ~
 */
const supportedAuthMethods: NotifyDecoder<{ announcements: readonly AuthMethodAnnouncement[] }> = {
  type: NOTIFY.SUPPORTED_AUTH_METHODS,
  rfc: "RFC 9593 §3.2",
  decode(c) {
    const announcements: AuthMethodAnnouncement[] = []
    decodeItems(c, announcements, () => c.left > 0, decodeAnnouncement)
    return { announcements }
  },
}

function decodeAnnouncement(c: Cursor): AuthMethodAnnouncement {
  const length = c.peek() ?? 0
  if (length < 2) throw c.invalid(announcementLength, c.pos, `announcement Length ${length} is less than 2`)
  let method = 0
  let link: number | undefined
  let algorithm: AlgorithmIdentifier | undefined
  const at = item(c, announcement, length, "announcement Length", a => {
    a.u8(announcementLength)
    method = a.u8(announcedMethod)
    if (a.left > 0) link = a.u8(certLink)
    if (a.left > 0) algorithm = decodeAlgorithmIdentifier(a)
  })
  return { start: at.start, end: at.end, fault: at.fault, method, certLink: link, algorithm }
}

/** Which post-quantum preshared key. RFC 8784 §5.1. */
interface PpkIdentity {
  /** 1 PPK_ID_OPAQUE, 2 PPK_ID_FIXED. */
  readonly type: number
  readonly id: Uint8Array
  /** The ID as text when it is text, else hex. */
  readonly text: string
}

const ppkType = field("isakmp.notify.data.ppk.id_type", "PPK_ID Type", { names: PPK_ID_TYPE })
const ppkId = field("isakmp.notify.data.ppk.id", "PPK_ID", { kind: "bytes" })
const ppkText = field("isakmp.notify.data.ppk.id_text", "PPK_ID as text", { kind: "text" })
const ppkConfirmation = field("isakmp.notify.data.ppk.confirmation", "PPK Confirmation", { kind: "bytes" })
const noPpkAuthData = field("isakmp.notify.data.no_ppk_auth", "Authentication Data without PPK", { kind: "bytes" })

const CONFIRMATION_BYTES = 8

function decodePpkId(c: Cursor, length: number): PpkIdentity {
  const type = c.u8(ppkType)
  const id = c.bytes(ppkId, length - 1)
  const text = plainText(id)
  if (text !== undefined) c.note(ppkText, c.pos - id.length, c.pos, text)
  return { type, id, text: text ?? toHex(id) }
}

/** The PPK that the initiator used; undefined in the responder's answer, which is empty. */
const ppkIdentity: NotifyDecoder<PpkIdentity | undefined> = {
  type: NOTIFY.PPK_IDENTITY,
  rfc: "RFC 8784 §3",
  decode: c => (c.left === 0 ? undefined : decodePpkId(c, c.left)),
}

/** What AUTH would be without a PPK, for a responder that has none. */
const noPpkAuth: NotifyDecoder<{ data: Uint8Array }> = {
  type: NOTIFY.NO_PPK_AUTH,
  rfc: "RFC 8784 §3",
  decode: c => ({ data: c.bytes(noPpkAuthData) }),
}

/** A PPK_ID and eight bytes that prove that the sender has the key. */
const ppkIdentityKey: NotifyDecoder<PpkIdentity & { confirmation: Uint8Array }> = {
  type: NOTIFY.PPK_IDENTITY_KEY,
  rfc: "RFC 9867 §3.1",
  decode: c => ({
    ...decodePpkId(c, Math.max(c.left - CONFIRMATION_BYTES, 1)),
    confirmation: c.bytes(ppkConfirmation, CONFIRMATION_BYTES),
  }),
}

const nullAuthData = field("isakmp.notify.data.null_auth", "NULL Authentication Data", { kind: "bytes" })

/** libreswan's private use: AUTH of the NULL method beside another one. */
const nullAuth: NotifyDecoder<{ data: Uint8Array }> = {
  type: NOTIFY.NULL_AUTH,
  rfc: "libreswan",
  decode: c => ({ data: c.bytes(nullAuthData) }),
}

interface Puzzle {
  /** The PRF that the solution is computed with. */
  readonly prf: number
  /** Zero bits at the end of each result. */
  readonly difficulty: number
  /** Of IKE_SA_INIT: the cookie; empty in IKE_AUTH. */
  readonly cookie: Uint8Array
}

const puzzlePrf = field("isakmp.notify.data.puzzle.prf", "PRF", { names: PRF })
const difficulty = field("isakmp.notify.data.puzzle.difficulty", "Difficulty")
const puzzleCookie = field("isakmp.notify.data.puzzle.cookie", "Cookie", { kind: "bytes" })

export const puzzle: NotifyDecoder<Puzzle> = {
  type: NOTIFY.PUZZLE,
  rfc: "RFC 8019 §8.1",
  decode: c => ({
    prf: c.u16(puzzlePrf),
    difficulty: c.u8(difficulty),
    cookie: c.left > 0 ? c.bytes(puzzleCookie) : c.src.bytes.subarray(c.pos, c.pos),
  }),
}

export const AUTHENTICATION: readonly NotifyDecoder[] = [
  signatureHashAlgorithms,
  securePasswordMethods,
  supportedAuthMethods,
  ppkIdentity,
  noPpkAuth,
  ppkIdentityKey,
  nullAuth,
  puzzle,
]
