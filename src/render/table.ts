/** Tables without borders. The only user of cli-table3. */
import Table from "cli-table3"
import { displayWidth, truncate } from "./text.ts"
import { PLAIN, type Theme } from "./theme.ts"

export interface Column {
  /** Heading; a table whose headings are all empty has no heading line. */
  readonly title: string
  readonly align?: "left" | "right"
  /** May be cut with an ellipsis when the table is wider than `width`. */
  readonly shrink?: boolean
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
  const last = columns.length - 1
  // The gap belongs to the cell, or right-aligned cells would touch the next column.
  const cells = (row: readonly string[]) =>
    columns.map((_, i) => truncate(row[i] ?? "", widths[i], mark) + (i === last ? "" : " ".repeat(GAP)))
  const heading = columns.some(c => c.title !== "")
  const table = new Table({
    head: heading ? cells(columns.map(c => c.title)).map(t => theme.dim(t)) : [],
    colAligns: columns.map(c => c.align ?? "left"),
    colWidths: widths.map((w, i) => w + (i === last ? 0 : GAP)),
    chars: NO_BORDER,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
  })
  for (const row of rows) table.push(cells(row))
  const margin = " ".repeat(indent)
  return table
    .toString()
    .split("\n")
    .map(line => (margin + line).replace(/ +((?:\u001b\[[0-9;]*m)*)$/, "$1"))
    .join("\n")
}

function columnWidths(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): number[] {
  const widths = columns.map((c, i) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? "")), Math.max(1, displayWidth(c.title))),
  )
  if (width === undefined) return widths
  const total = () => widths.reduce((sum, w) => sum + w, GAP * (widths.length - 1))
  while (total() > width) {
    let widest = -1
    for (const [i, c] of columns.entries())
      if (c.shrink && widths[i] > MIN_SHRUNK && (widest < 0 || widths[i] > widths[widest])) widest = i
    if (widest < 0) break
    widths[widest] = Math.max(MIN_SHRUNK, widths[widest] - (total() - width))
  }
  return widths
}

const NO_BORDER = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
}
