/** Lengths of an ICV that implementations use in place of the negotiated one: the same algorithm, cut otherwise. */
import type { Encr, Integ } from "../crypto/algorithms.ts"

/** Integrity algorithms cut to a length that some implementation uses. RFC 4868 §2.3: SHA2-256 to 96 bits by kernels before Linux 2.6.33. */
const ICV_BYTES = [12, 16, 20, 24, 32] as const
/** RFC 4106 §6, RFC 4309 §7. */
const AEAD_ICV_BYTES = [16, 12, 8] as const

/** A cipher with its integrity algorithm; without one for an AEAD. */
interface Suite {
  readonly encr: Encr
  readonly integ: Integ | null
}

/** The suite with each other length, and that length in bytes. Nothing for GMAC, whose tag is never cut. */
export function* otherIcvLengths<S extends Suite>(suite: S): Generator<{ readonly suite: S; readonly bytes: number }> {
  const { encr, integ } = suite
  if (integ?.gmac || encr.variant === "gmac") return
  const own = integ ? integ.icvBytes : encr.icvBytes
  for (const bytes of integ ? ICV_BYTES : AEAD_ICV_BYTES) {
    if (bytes === own || bytes > (integ ? fullBytes(integ.mac) : 16)) continue
    yield { suite: withIcv(suite, bytes), bytes }
  }
}

/** A suite whose ICV has another length. */
export function withIcv<S extends Suite>(suite: S, bytes: number): S {
  const { encr, integ } = suite
  if (!integ) return { ...suite, encr: { ...encr, icvBytes: bytes } }
  return { ...suite, integ: { ...integ, name: integ.name.replace(/-\d+$/, `-${8 * bytes}`), icvBytes: bytes } }
}

/** Bytes of an uncut tag. */
function fullBytes(mac: string | undefined): number {
  const bits = /sha2-(\d+)/.exec(mac ?? "")?.[1]
  return bits ? Number(bits) / 8 : mac === "hmac-sha1" || mac === "hmac-ripemd-160" ? 20 : 16
}
