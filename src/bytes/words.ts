/** Pieces of sentences that reports, audits and commands use. */

/** `1,234,567`. */
export const countText = (n: number): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ",")

/** `1 packet`, `1,234 packets`, `2 SAs`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${countText(n)} ${n === 1 ? one : many}`

/** `a, b, c`, with `last` `a, b and c`; `a, b and 7 more` when there are more than `named`. */
export function listText(items: readonly (string | number)[], named = 8, last?: "and" | "or"): string {
  const rest = items.length - named
  if (rest > 0) {
    const others = last === "or" ? (rest === 1 ? "other" : "others") : "more"
    return `${items.slice(0, named).join(", ")} ${last ?? "and"} ${countText(rest)} ${others}`
  }
  if (last === undefined || items.length <= 1) return items.join(", ")
  return `${items.slice(0, -1).join(", ")} ${last} ${items[items.length - 1]}`
}

/** A duration in the unit that suits it: `37 µs`, `1.2 ms`, `14.6 ms`, `5.0 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export function durationText(seconds: number): string {
  const s = Math.abs(seconds)
  const sign = seconds < 0 ? "-" : ""
  if (s === 0) return "0 s"
  if (s < 0.000_999_5) return `${sign}${Math.max(1, Math.round(s * 1e6))} µs`
  if (s < 0.0995) return `${sign}${(s * 1e3).toFixed(1)} ms`
  if (s < 0.9995) return `${sign}${Math.round(s * 1e3)} ms`
  if (s < 119.95) return `${sign}${s.toFixed(1)} s`
  const [unit, per, minor, minorPer] =
    s < 7200
      ? (["min", 60, "s", 1] as const)
      : s < 172_800
        ? (["h", 3600, "min", 60] as const)
        : (["d", 86_400, "h", 3600] as const)
  const whole = Math.floor(s / per)
  const rest = Math.floor((s - whole * per) / minorPer)
  return `${sign}${whole} ${unit}${rest > 0 ? ` ${rest} ${minor}` : ""}`
}
