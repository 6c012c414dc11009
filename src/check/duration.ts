/** Durations of a rules file: `500ms`, `1.5s`, `1h30m`, as CEL writes them. */

const NANOS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }

/** Nanoseconds of a duration that the schema of rules files allows. */
export function nanosOf(text: string): bigint {
  let sum = 0n
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g))
    sum += BigInt(Math.round(Number(number) * NANOS[unit]))
  return sum
}

/** Nanoseconds in the notation of rules files, to three decimals: `412.5ms`, `1.25s`. */
export function nanosText(nanos: bigint): string {
  const n = Number(nanos)
  const size = Math.abs(n)
  const unit = size < 1e3 ? "ns" : size < 1e6 ? "µs" : size < 1e9 ? "ms" : "s"
  return `${Number((n / NANOS[unit]).toFixed(3))}${unit}`
}
