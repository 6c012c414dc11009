/** Pieces of GitHub Flavored Markdown; what came out of a capture cannot become markup. */
import { safeText } from "../bytes/safe-text.ts"

/** Characters that begin markup, HTML, an entity or a cell within a line. */
const MARKUP = /[\\`*_[\]<>|~&]/g

/** Any text as Markdown text: `|` and `<` stay what they are. */
export const mdText = (text: string): string => safeText(text).replace(MARKUP, "\\$&")

/** Any text between backticks. */
export function mdCode(text: string): string {
  const safe = safeText(text).replaceAll("|", "\\|")
  const fence = "`".repeat(Math.max(0, ...[...safe.matchAll(/`+/g)].map(m => m[0].length)) + 1)
  return fence.length > 1 ? `${fence} ${safe} ${fence}` : `\`${safe}\``
}

/** A table; cells are Markdown already. */
export function mdTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`
  return `${line(titles)}${line(titles.map(() => "---"))}${rows.map(line).join("")}`
}
