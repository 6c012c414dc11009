/** Comma-separated values. RFC 4180; cells that a spreadsheet would take for a formula are disarmed. */
import { safeText } from "../bytes/safe-text.ts"

/** What begins a formula in spreadsheets. Numbers may begin with a sign. */
const FORMULA = /^[=+\-@\t\r]/
const NUMBER = /^[+-]?\d+(\.\d+)?$/

/** One line with its end. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(cell).join(",")}\r\n`

function cell(value: string | number | null): string {
  if (value === null) return ""
  const text = safeText(String(value))
  const harmless = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
