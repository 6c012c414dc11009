/** A preference table of Wireshark as a format: its rows one by one, in a file or in a tshark command line. */
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import { type UatTable, uatRows } from "./uat-csv.ts"

export interface WiresharkTable {
  readonly table: UatTable
  /** Anything that looks like a row, repairable or not. */
  readonly row: RegExp
  /** Puts one row into the pool, or says what is wrong with it. */
  read(pool: Pool, row: string, line: number): string | undefined
}

export const wiresharkTable = ({ table, row, read }: WiresharkTable): LineFormat => ({
  name: `Wireshark ${table}`,
  open: pool => ({
    line(text, number) {
      let found = false
      if (!text.includes(",")) return false
      for (const candidate of uatRows(text, table)) {
        if (!row.test(candidate)) continue
        found = true
        const fault = read(pool, candidate, number)
        if (fault) pool.note("warning", `${table}: ${fault}; the row is left out`, number)
      }
      return found
    },
  }),
})
