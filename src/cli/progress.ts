/** How far the reading is, on standard error, for somebody who has waited at a terminal for more than a second. */
import { isQuiet } from "./notes.ts"

const FIRST_MS = 1000
const EVERY_MS = 200
const ERASE_LINE = "\r\u001b[K"

interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export class Progress {
  #shownAt = 0
  #shown = false
  readonly #started: number
  constructor(
    private readonly terminal: Terminal = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#started = now()
  }

  /** `done` of `total` bytes were read; `total` is undefined for a pipe. */
  readonly report = (done: number, total: number | undefined): void => {
    const share = total ? `${Math.floor((100 * done) / total)} % of ${mega(total)} MB` : `${mega(done)} MB`
    this.#show(`reading ${share}`)
  }

  /** So many key sets were tried on messages. */
  readonly trials = (count: number): void => this.#show(`trying secrets, ${count} trials`)

  /** So many of `total` captures are done. */
  count(done: number, total: number): void {
    this.#show(`${done} of ${total} captures`)
  }

  #show(text: string): void {
    if (!this.terminal.isTTY || isQuiet()) return
    const now = this.now()
    if (now - this.#started < FIRST_MS || now - this.#shownAt < EVERY_MS) return
    this.#shownAt = now
    this.#shown = true
    this.terminal.write(`${ERASE_LINE}${text}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.terminal.write(ERASE_LINE)
    this.#shown = false
  }
}

const mega = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
