/** Tables without borders. */
import { displayWidth, pad, truncate, truncateStart } from "./text.ts"
import { PLAIN, type Theme } from "./theme.ts"

export interface Column {
  /** Heading; a table whose headings are all empty has no heading line. */
  readonly title: string
  readonly align?: "left" | "right"
  /** May be cut with an ellipsis when the table is wider than `width`; at its start, for paths without styles, whose end says more. */
  readonly shrink?: boolean | "start"
}

export interface TableOptions {
  readonly theme?: Theme
  /** Cells for the whole table; only columns that may shrink give way. */
  readonly width?: number
  /** Cells before each line. */
  readonly indent?: number
  /** What marks a cut. */
  readonly mark?: string
}

const GAP = 2
const MIN_SHRUNK = 8

/** The table as text without a newline at its end; cells may be styled. Lines carry no trailing spaces. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const { theme = PLAIN, indent = 0, mark = "…" } = options
  const widths = columnWidths(columns, rows, options.width === undefined ? undefined : options.width - indent)
  const margin = " ".repeat(indent)
  const gap = " ".repeat(GAP)
  const cell = (c: Column, text: string, width: number) =>
    c.shrink === "start" ? truncateStart(text, width, mark) : truncate(text, width, mark)
  const line = (row: readonly string[], style = (text: string) => text) =>
    (margin + columns.map((c, i) => pad(style(cell(c, row[i] ?? "", widths[i])), widths[i], c.align)).join(gap))
      // Spaces at the end go, also in front of a sequence that ends a colour.
      .replace(/ +((?:\u001b\[[0-9;]*m)*)$/, "$1")
  const titles = columns.map(c => c.title)
  return [...(titles.some(t => t !== "") ? [line(titles, theme.dim)] : []), ...rows.map(row => line(row))].join("\n")
}

function columnWidths(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): number[] {
  const widths = columns.map((c, i) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? "")), Math.max(1, displayWidth(c.title))),
  )
  if (width === undefined) return widths
  // The widest gives way cell by cell, so that no column pays for the others alone.
  for (let over = widths.reduce((sum, w) => sum + w, GAP * (widths.length - 1)) - width; over > 0; over--) {
    let widest = -1
    for (const [i, c] of columns.entries())
      if (c.shrink && widths[i] > MIN_SHRUNK && (widest < 0 || widths[i] > widths[widest])) widest = i
    if (widest < 0) break
    widths[widest]--
  }
  return widths
}
