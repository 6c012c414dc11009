/** Pieces of sentences that reports, audits and commands use. */

/** `1 packet`, `2 packets`, `2 SAs`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** `1,234,567`. */
export const countText = (n: number): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ",")

/** `1 packet`, `1,234 packets`, `2 SAs`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${countText(n)} ${n === 1 ? one : many}`

/** `a, b, c`, with `last` `a, b and c`; `a, b and 7 more` when there are more than `named`. */
export function listText(items: readonly (string | number)[], named = 8, last?: "and" | "or"): string {
  const rest = items.length - named
  if (rest > 0) {
    const others = last === "or" ? (rest === 1 ? "other" : "others") : "more"
    return `${items.slice(0, named).join(", ")} ${last ?? "and"} ${rest} ${others}`
  }
  if (last === undefined || items.length <= 1) return items.join(", ")
  return `${items.slice(0, -1).join(", ")} ${last} ${items[items.length - 1]}`
}
