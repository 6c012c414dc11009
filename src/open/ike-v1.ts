/** Opens the encrypted body of an IKEv1 message. RFC 2409 §5, App. B: CBC, the IV is not on the wire, padding is zeros of no fixed rule. */
import { byteSource } from "../bytes/byte-source.ts"
import { Cursor } from "../bytes/cursor.ts"
import type { Encr } from "../crypto/algorithms.ts"
import type { SymmetricProvider } from "../crypto/provider.ts"
import type { Message } from "../ike/message.ts"
import { decodeChain } from "../ike/shared/chain.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { IKEV1, ikev1Table } from "../ike/v1/table.ts"
import { decryptPlain } from "./cipher.ts"

/** Payload types that a decrypted body may begin with or contain; noise rarely keeps to them. */
const KNOWN = (type: number): boolean => type === 0 || IKEV1.has(type) || type >= 128

export interface OpenedV1 {
  readonly opened: Opened
  readonly payloads: readonly DecodedPayload[]
}

/**
 * Decrypts with `key` (Ka) and `iv`, and keeps the result only if it reads as IKE: a chain of known payloads whose lengths fit,
 * and padding behind it. Undefined for noise, which is what a wrong key or IV gives.
 */
export function openV1(
  message: Message,
  key: Uint8Array,
  iv: Uint8Array,
  encr: Encr,
  provider: SymmetricProvider,
): OpenedV1 | undefined {
  const range = message.encrypted
  if (!range || range.end <= range.start || iv.length < encr.blockBytes) return undefined
  const data = message.src.bytes.subarray(range.start, range.end)
  const clear = decryptPlain(provider, encr, key, iv.subarray(0, encr.blockBytes), data)
  if (!clear || !looksRight(message.nextPayload, clear)) return undefined
  const src = byteSource(clear, `decrypted body of ${message.src.label}`)
  const c = new Cursor(src, 0, clear.length, "decrypted body")
  const context = { version: 1, exchangeType: message.exchangeType, flags: message.flags } as const
  const chain = decodeChain(ikev1Table(message.exchangeType), message.nextPayload, c, context)
  if (chain.fault || chain.payloads.length === 0 || !chain.payloads.every(p => KNOWN(p.next))) return undefined
  const end = chain.payloads[chain.payloads.length - 1].end
  return {
    payloads: chain.payloads,
    opened: {
      ivBytes: 0,
      icvBytes: 0,
      icvOk: undefined,
      clear: src,
      end,
      padLength: clear.length - end,
      first: message.nextPayload,
      iv: iv.slice(0, encr.blockBytes),
    },
  }
}

/** The last ciphertext block of a message: the next IV of its chain. */
export function lastBlock(message: Message, blockBytes: number): Uint8Array | undefined {
  const range = message.encrypted
  if (!range || range.end - range.start < blockBytes) return undefined
  return message.src.bytes.slice(range.end - blockBytes, range.end)
}

/** A quick look at the first payload header: noise seldom has a known type, a zero octet and a length that fits. RFC 2408 §3.2. */
function looksRight(first: number, clear: Uint8Array): boolean {
  if (clear.length < 4 || first === 0) return false
  const length = (clear[2] << 8) | clear[3]
  return KNOWN(clear[0]) && clear[1] === 0 && length >= 4 && length <= clear.length
}
