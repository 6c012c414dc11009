/** Times, durations, counts and sizes as a person reads them. */
import { countText, durationText } from "../bytes/words.ts"
import { instantOf } from "../report/time.ts"

/** Seconds from `from` to `to`, both RFC 3339 in UTC with nanoseconds (or plain seconds where a clock was absurd). */
export function secondsBetween(from: string, to: string): number {
  const a = instantOf(from)
  const b = instantOf(to)
  return b.seconds - a.seconds + (b.nanos - a.nanos) / 1e9
}

/** Seconds since the capture began, as packet lists show them: `0.004`, `41.900`. */
export const clockText = (seconds: number): string => seconds.toFixed(3)

/** One duration, or `1.0–3.2 ms` when they differ and share the unit. */
export function durationRange(from: number, to: number): string {
  const a = durationText(from)
  const b = durationText(to)
  if (a === b) return a
  const [aNumber, aUnit] = a.split(" ")
  const bUnit = b.split(" ").slice(1).join(" ")
  return aUnit === bUnit ? `${aNumber}–${b}` : `${a}–${b}`
}

/** `640 B`, `6.1 kB`, `12 MB` (powers of 1000). */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"]
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `frame 3`, `frames 3-9` of an ascending run, `frames 3, 5, 8 and 12 more`. */
export function framesText(frames: readonly number[], most = 6): string {
  if (frames.length === 0) return ""
  if (frames.length === 1) return `frame ${frames[0]}`
  const runs = runsOf(frames)
  const shown = runs.slice(0, most).map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`))
  const more = runs.slice(most).reduce((sum, [a, b]) => sum + b - a + 1, 0)
  return `frames ${shown.join(", ")}${more > 0 ? ` and ${countText(more)} more` : ""}`
}

function runsOf(frames: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const f of [...frames].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && (f === last[1] || f === last[1] + 1)) last[1] = f
    else runs.push([f, f])
  }
  return runs
}
