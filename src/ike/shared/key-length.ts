/** The Key Length attribute of both versions. RFC 7296 §3.3.5, RFC 2409 App. A, RFC 2407 §4.5. */

/** The longest key that any cipher of the registries takes: RC5's. RFC 2451 §2.2. */
const MAX_KEY_BITS = 2040

/** Why no cipher can have a key of this length; undefined when one may. Which cipher has which length is for the tables of `crypto/`. */
export function keyLengthFault(bits: number): string | undefined {
  if (bits === 0) return "Key Length 0: a key has bits"
  if (bits % 8 !== 0) return `Key Length ${bits}: keys are whole octets`
  if (bits > MAX_KEY_BITS) return `Key Length ${bits}: no cipher has a key of more than ${MAX_KEY_BITS} bits`
  return undefined
}
