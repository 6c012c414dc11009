/** Opens the Encrypted payload (SK) and the Encrypted Fragment payload (SKF) of IKEv2. RFC 7296 §3.14, RFC 5282, RFC 7383 §2.5. */

import { byteSource } from "../bytes/byte-source.ts"
import { equal } from "../bytes/bytes.ts"
import type { Encr, Integ } from "../crypto/algorithms.ts"
import { recoverGcmSalt } from "../crypto/gcm-salt.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { Message } from "../ike/message.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import { canDecrypt, decryptAead, decryptPlain } from "./cipher.ts"

/** The keys of one direction of an IKE SA. */
export interface SkKeys {
  readonly encr: Encr
  /** Null with an AEAD. */
  readonly integ: Integ | null
  /** SK_e with its salt. */
  readonly ske: Uint8Array
  readonly ska: Uint8Array
  /** SK_a is not known: the ICV is left unchecked, and the cleartext must read as payloads instead. */
  readonly unchecked?: boolean
  /** SK_e was given, and another SK_e than SK_a's may have been: the cleartext must begin with a payload. */
  readonly given?: boolean
}

/** Why a payload stayed closed. */
export type Closed = "icv" | "short" | "unsupported" | "nonsense"

/** The SK or SKF payload of a message. */
export const encryptedPayload = (message: Message): DecodedPayload | undefined =>
  message.payloads.find(p => p.type === PAYLOAD_TYPE.SK || p.type === PAYLOAD_TYPE.SKF)

/** Opens one SK or SKF. The cleartext has the payloads (or the fragment of them), then padding and Pad Length. */
export function openSk(
  message: Message,
  payload: DecodedPayload,
  keys: SkKeys,
  provider: CryptoProvider,
): Opened | Closed {
  const { encr, integ, unchecked = false } = keys
  const verifies = integ !== null && !unchecked
  if (!canDecrypt(provider, encr) || (verifies && !(integ.mac && provider.mac[integ.mac]))) return "unsupported"
  const bytes = message.src.bytes
  const ivStart = payload.start + (payload.type === PAYLOAD_TYPE.SKF ? 8 : 4)
  const icvBytes = encr.aead ? encr.icvBytes : (integ?.icvBytes ?? 0)
  const dataStart = ivStart + encr.ivBytes
  const icvStart = payload.end - icvBytes
  if (icvStart <= dataStart) return "short"
  const iv = bytes.subarray(ivStart, dataStart)
  const data = bytes.subarray(dataStart, icvStart)
  const icv = bytes.subarray(icvStart, payload.end)
  let clear: Uint8Array | undefined
  if (encr.aead) {
    clear = decryptAead(provider, encr, keys.ske, { iv, data, tag: icv, aad: bytes.subarray(message.start, ivStart) })
    if (!clear) return "icv"
  } else {
    if (verifies && !icvHolds(provider, integ, keys.ska, bytes.subarray(message.start, icvStart), icv)) return "icv"
    clear = decryptPlain(provider, encr, keys.ske, iv, data)
    if (!clear) return "short"
    if (
      unchecked &&
      payload.type === PAYLOAD_TYPE.SK &&
      payloadsEnd(payload.next, clear) !== clear.length - 1 - clear[clear.length - 1]
    )
      return "icv"
  }
  if (keys.given && !encr.aead && payload.type === PAYLOAD_TYPE.SK && !beginsWithPayload(payload.next, clear))
    return "nonsense"
  const padLength = clear[clear.length - 1] ?? 0
  // Where Pad Length is wrong the chain of payloads still says where they end.
  const last = payload.type === PAYLOAD_TYPE.SK ? payloadsEnd(payload.next, clear) : undefined
  return {
    ivBytes: encr.ivBytes,
    icvBytes,
    icvOk: encr.aead || verifies ? true : undefined,
    clear: byteSource(clear, `decrypted ${payload.type === PAYLOAD_TYPE.SK ? "SK" : "SKF"} of ${message.src.label}`),
    end: last !== undefined && last < clear.length ? last : Math.max(0, clear.length - 1 - padLength),
    padLength,
    first: payload.next,
  }
}

/** Whether a payload has room where the first one stands; without payloads, whether padding does. */
const beginsWithPayload = (first: number, clear: Uint8Array): boolean => {
  const length = first === 0 ? 4 + (clear[clear.length - 1] ?? 0) : ((clear[2] ?? 0) << 8) | (clear[3] ?? 0)
  return length >= 4 && length <= clear.length + (first === 0 ? 3 : 0)
}

/** Where the last of a chain of payloads ends; undefined when a length does not fit. */
export function payloadsEnd(first: number, bytes: Uint8Array): number | undefined {
  let at = 0
  for (let type = first; type !== 0; ) {
    const length = at + 4 <= bytes.length ? (bytes[at + 2] << 8) | bytes[at + 3] : 0
    if (length < 4 || at + length > bytes.length) return undefined
    type = bytes[at]
    at += length
  }
  return at
}

/** The salt that belongs behind the AES-GCM key `ske`, if this SK or SKF was encrypted with it and has a tag of 16 bytes. RFC 5282. */
export function skSalt(
  message: Message,
  payload: DecodedPayload,
  encr: Encr,
  ske: Uint8Array,
  provider: CryptoProvider,
): Uint8Array | undefined {
  const ivStart = payload.start + (payload.type === PAYLOAD_TYPE.SKF ? 8 : 4)
  const dataStart = ivStart + encr.ivBytes
  const icvStart = payload.end - encr.icvBytes
  if (encr.aead !== "aes-gcm" || icvStart <= dataStart) return undefined
  const { bytes } = message.src
  return recoverGcmSalt(provider, ske, {
    iv: bytes.subarray(ivStart, dataStart),
    aad: bytes.subarray(message.start, ivStart),
    ciphertext: bytes.subarray(dataStart, icvStart),
    tag: bytes.subarray(icvStart, payload.end),
  })
}

/** Whether a truncated MAC over `signed` is `icv`. */
function icvHolds(
  provider: CryptoProvider,
  integ: Integ,
  key: Uint8Array,
  signed: Uint8Array,
  icv: Uint8Array,
): boolean {
  const mac = integ.mac && provider.mac[integ.mac]
  return mac !== undefined && equal(mac(key)(signed).subarray(0, integ.icvBytes), icv)
}
