/** Shared secrets of additional key exchanges (RFC 9370), which charon dumps joined: cut by what the proposal says of each. */

/** Bytes of the shared secret of a method as charon names it; undefined for one we do not know. */
function secretBytes(method: string): number | undefined {
  const modp = /^MODP_(\d{3,4})/.exec(method)
  if (modp) return Number(modp[1]) / 8
  const ecp = /^ECP_(\d{3})(?:_BP)?/.exec(method)
  if (ecp) return Math.ceil(Number(ecp[1]) / 8)
  if (method.startsWith("CURVE_25519") || method.startsWith("ML_KEM_") || method.startsWith("KYBER_")) return 32
  return method.startsWith("CURVE_448") ? 56 : undefined
}

/** The secrets that `joined` is made of. Where the proposal does not fit, 32-byte pieces (most methods' length), else the whole. */
export function splitSecrets(joined: Uint8Array, proposal: string | undefined): Uint8Array[] {
  const lengths = [...(proposal ?? "").matchAll(/(?:^|\/)KE\d_([A-Z0-9_]{1,40})/g)].map(m => secretBytes(m[1]))
  const total = lengths.reduce<number>((sum, n) => sum + (n ?? Number.NaN), 0)
  const cuts =
    total === joined.length && lengths.every(n => n !== undefined)
      ? lengths
      : joined.length % 32 === 0
        ? pieces(joined.length)
        : [joined.length]
  let at = 0
  return cuts.map(n => joined.slice(at, (at += n)))
}

const pieces = (length: number): number[] => Array.from({ length: length / 32 }, () => 32)
