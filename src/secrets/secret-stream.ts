/** Secrets out of text that is still being written: a daemon's log, `ip xfrm monitor`. Line-oriented formats only. */
import { cleanLine } from "./clean-line.ts"
import { FORMATS } from "./formats/index.ts"
import { Pool } from "./pool.ts"
import type { Secrets } from "./secrets.ts"

/** A line that never ends is cut here: no format has a longer one. */
const MAX_LINE = 1 << 20

export class SecretStream {
  readonly #pool: Pool
  readonly #readers
  #rest = ""
  #line = 0
  /** How many secrets of each kind were taken. */
  readonly #taken = new Map<string, number>()

  /** `file` is a display name. */
  constructor(file: string) {
    this.#pool = new Pool(file)
    this.#readers = FORMATS.map(format => format.open(this.#pool))
  }

  /** Reads more text; a line counts when its end has come. */
  feed(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n/)
    this.#rest = (lines.pop() ?? "").slice(0, MAX_LINE)
    for (const line of lines) this.#read(line.slice(0, MAX_LINE))
  }

  /** Nothing came for a while: blocks that only a further line would end count as complete. */
  settle(): void {
    if (this.#rest === "")
      for (const reader of this.#readers) {
        if (reader.settle) reader.settle()
        else reader.blank?.()
      }
  }

  /** After the last text. */
  end(): void {
    if (this.#rest !== "") this.feed("\n")
    for (const reader of this.#readers) reader.end?.()
  }

  /** The secrets that were found since the last call. */
  take(): Secrets {
    const fresh = Object.entries(this.#pool.secrets).map(([kind, list]) => {
      const before = this.#taken.get(kind) ?? 0
      this.#taken.set(kind, list.length)
      return [kind, list.slice(before)]
    })
    return Object.fromEntries(fresh)
  }

  #read(raw: string): void {
    const text = cleanLine(raw)
    this.#line++
    if (/^\s*(?:#.*)?$/.test(text)) for (const reader of this.#readers) reader.blank?.()
    else this.#readers.find(reader => reader.line(text, this.#line))
  }
}
