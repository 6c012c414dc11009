/** The digits of π, from which the primes of the MODP groups and the initial state of Blowfish are made. */

/** ⌊2^bits · π⌋ by Machin's formula: some milliseconds for 33,000 bits. */
export function scaledPi(bits: number): bigint {
  const guard = 64n
  const one = 1n << (BigInt(bits) + guard)
  return (16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one)) >> guard
}

function arctanOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x
  let sum = power
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= x * x
    sum += (sign * power) / n
  }
  return sum
}
