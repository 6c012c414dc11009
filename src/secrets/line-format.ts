/** What a line-oriented format is: a reader that is shown each line of a file once, in order. */
import type { Pool } from "./pool.ts"

interface LineReader {
  /** Takes a line; false when it does not belong to this format, which lets the next format look at it. */
  line(text: string, number: number): boolean
  /** A blank line or `#` comment, which ends a block in some formats. */
  blank?(): void
  /** No line came for a while, in a text that is still being written: what only a further line would end is complete. `blank` unless given. */
  settle?(): void
  /** After the last line. */
  end?(): void
}

export interface LineFormat {
  /** Shown to users: `strongSwan log`. */
  readonly name: string
  /** A reader that puts what it finds into `pool`. */
  open(pool: Pool): LineReader
}
