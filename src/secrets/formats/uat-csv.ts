/** Rows of Wireshark's preference tables (UAT files): comma-separated, strings in quotes with `\xHH` escapes, `#` comments. */

/** Columns of one row, unquoted and trimmed; undefined when a quote is not closed. */
export function uatColumns(row: string): string[] | undefined {
  const columns: string[] = []
  let at = 0
  for (;;) {
    while (row[at] === " " || row[at] === "\t") at++
    if (row[at] === '"') {
      const end = closingQuote(row, at + 1)
      if (end < 0) return undefined
      columns.push(unescapeUat(row.slice(at + 1, end)))
      at = end + 1
      while (row[at] === " " || row[at] === "\t") at++
      if (at < row.length && row[at] !== ",") return undefined
    } else {
      const comma = row.indexOf(",", at)
      const end = comma < 0 ? row.length : comma
      columns.push(row.slice(at, end).trim())
      at = end
    }
    if (at >= row.length) return columns
    at++
  }
}

function closingQuote(row: string, from: number): number {
  for (let at = from; at < row.length; at++) {
    if (row[at] === "\\") at++
    else if (row[at] === '"') return at
  }
  return -1
}

const unescapeUat = (text: string): string =>
  text.includes("\\")
    ? text.replace(/\\x([0-9a-fA-F]{2})|\\(.)/g, (_, hex, other) =>
        hex ? String.fromCharCode(Number.parseInt(hex, 16)) : other,
      )
    : text

/** Bounds of what is taken out of one command line: rows, and characters of a row. */
const MAX_ROWS = 1000
const MAX_ROW = 4096

export type UatTable = "ikev1_decryption_table" | "ikev2_decryption_table" | "esp_sa"

/** Rows of `table` in a line: the line itself, or what a `-o uat:TABLE:ROW` of a tshark command line says. */
export function uatRows(line: string, table: UatTable): string[] {
  if (!line.includes("uat:")) return [line]
  const rows: string[] = []
  const mark = `uat:${table}:`
  for (let at = line.indexOf(mark); at >= 0; at = line.indexOf(mark, at + 1)) {
    if (rows.length === MAX_ROWS) break
    const quote = line[at - 1]
    const rest = line.slice(at + mark.length, at + mark.length + MAX_ROW)
    if (quote === "'") rows.push(rest.split("'", 1)[0])
    else if (quote === '"') rows.push(rest.replace(/\\"/g, "\u0000").split('"', 1)[0].replaceAll("\u0000", '"'))
    else rows.push(rest.replace(/\\"/g, '"').split(" -", 1)[0])
  }
  return rows
}
