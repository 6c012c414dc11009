/** Big numbers as IKE writes them: big-endian bytes of a fixed length. */
import { hexBytes, toHex } from "../bytes/hex.ts"

/** Unsigned number of big-endian bytes. */
export const toNumber = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`))

/** Unsigned number of a private value that has no more than `length` bytes, leading zero bytes apart; undefined for a longer one. */
export function privateNumber(secret: Uint8Array, length: number): bigint | undefined {
  const excess = secret.length - length
  for (let i = 0; i < excess; i++) if (secret[i] !== 0) return undefined
  return toNumber(excess > 0 ? secret.subarray(excess) : secret)
}

/** Big-endian bytes of a number that fits into `length`. */
export const toBytes = (value: bigint, length: number): Uint8Array =>
  hexBytes(value.toString(16).padStart(2 * length, "0"))

/** base^exponent mod modulus, four exponent bits at a time. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n % modulus, base % modulus]
  for (let i = 2; i < 16; i++) powers.push((powers[i - 1] * powers[1]) % modulus)
  let result = powers[0]
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % modulus
    if (digit !== "0") result = (result * powers[Number.parseInt(digit, 16)]) % modulus
  }
  return result
}

/** Inverse modulo a prime. */
export const modInverse = (value: bigint, prime: bigint): bigint =>
  modPow(((value % prime) + prime) % prime, prime - 2n, prime)
