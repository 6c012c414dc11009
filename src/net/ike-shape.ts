/** Whether bytes look like an IKE message, for ports that are not IKE's own. */
import { u32At } from "../bytes/bytes.ts"

const HEADER_BYTES = 28

/**
 * An ISAKMP header in `b[at, end)` whose every field is possible and whose Length is `wireBytes`, or 0 when `end` is past
 * the captured bytes. RFC 7296 §3.1, RFC 2408 §3.1.
 */
export function looksLikeIke(b: Uint8Array, at: number, end: number, wireBytes: number): boolean {
  if (end - at < HEADER_BYTES || wireBytes < HEADER_BYTES) return false
  const version = b[at + 17]
  const exchange = b[at + 18]
  const flags = b[at + 19]
  const length = u32At(b, at + 24)
  if (length !== wireBytes || isZero(b, at, 8)) return false
  const next = b[at + 16]
  if (version === 0x20) return exchange >= 34 && exchange <= 50 && (flags & 0xc7) === 0 && (next === 0 || next >= 33)
  if (version === 0x10)
    return ((exchange >= 1 && exchange <= 6) || (exchange >= 32 && exchange <= 35)) && (flags & 0xf8) === 0
  return false
}

function isZero(b: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (b[at + i] !== 0) return false
  return true
}
