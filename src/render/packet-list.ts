/** The packet list: one line a frame, columns as in Wireshark, made to fit while the frames come. */
import { pad, truncate } from "./text.ts"
import { PLAIN, type Theme } from "./theme.ts"

/** One line of the list. */
export interface PacketRow {
  readonly frame: number
  /** Seconds since the first frame, and since the line before, as text. */
  readonly time: string
  readonly delta: string
  readonly source: string
  readonly destination: string
  readonly protocol: string
  readonly destinationPort: number | null
  readonly length: number
  readonly info: string
}

export interface PacketListOptions {
  /** Cells of the terminal: Info is cut there. Without it nothing is cut. */
  readonly width?: number
  readonly theme?: Theme
}

interface Column {
  readonly title: string
  readonly right: boolean
  text(row: PacketRow): string
}

const COLUMNS: readonly Column[] = [
  { title: "No.", right: true, text: r => String(r.frame) },
  { title: "Time", right: true, text: r => r.time },
  { title: "Delta", right: true, text: r => r.delta },
  { title: "Source", right: false, text: r => r.source },
  { title: "Destination", right: false, text: r => r.destination },
  { title: "Protocol", right: false, text: r => r.protocol },
  { title: "Dst Port", right: true, text: r => (r.destinationPort === null ? "" : String(r.destinationPort)) },
  { title: "Length", right: true, text: r => String(r.length) },
]
const GAP = "  "
/** Below this Info is not cut further: the line wraps instead. */
const LEAST_INFO = 12

/**
 * Lays out lines as they come: widths are those of the widest cell so far, so a block of lines given together lines up
 * exactly, and later ones widen the columns only when they must.
 */
export class PacketList {
  readonly #widths = COLUMNS.map(c => c.title.length)
  readonly #theme: Theme
  #headed = false
  constructor(private readonly options: PacketListOptions = {}) {
    this.#theme = options.theme ?? PLAIN
  }

  /** The lines of some rows, each with its newline; the heading before the first. */
  lines(rows: readonly PacketRow[]): string {
    const cells = rows.map(row => COLUMNS.map(column => column.text(row)))
    for (const line of cells)
      for (const [i, cell] of line.entries()) this.#widths[i] = Math.max(this.#widths[i], cell.length)
    let out = ""
    if (!this.#headed && rows.length > 0) {
      this.#headed = true
      const titles = COLUMNS.map(c => c.title)
      out += `${this.#theme.strong(this.#line(titles, "Info"))}\n`
    }
    for (const [i, row] of rows.entries()) out += `${this.#styled(row, this.#line(cells[i], row.info))}\n`
    return out
  }

  #line(cells: readonly string[], info: string): string {
    const left = cells.map((cell, i) => pad(cell, this.#widths[i], COLUMNS[i].right ? "right" : "left")).join(GAP)
    const { width } = this.options
    const room = width === undefined ? undefined : Math.max(LEAST_INFO, width - left.length - GAP.length)
    return `${left}${GAP}${room === undefined ? info : truncate(info, room)}`.trimEnd()
  }

  #styled(row: PacketRow, line: string): string {
    if (row.protocol === "ISAKMP") return line
    const quiet = row.protocol === "ESP" || row.protocol === "AH" || row.protocol === "UDPENCAP"
    return quiet ? this.#theme.dim(line) : line
  }
}
