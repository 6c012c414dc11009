/** Secrets out of text that comes in pieces, of any size: a file's, or one that is still being written. Line-oriented formats only. */
import { cleanLine } from "./clean-line.ts"
import { FORMATS } from "./formats/index.ts"
import {
  goesOn,
  htmlLines,
  isSoft,
  joinedLine,
  jsonMessage,
  printable,
  SAYS_PRINTABLE,
  withoutNumber,
} from "./line-wrap.ts"
import { LineSplitter } from "./lines.ts"
import { Pool } from "./pool.ts"
import type { SecretNote, Secrets } from "./secrets.ts"

export class SecretStream {
  readonly #pool: Pool
  readonly #readers
  readonly #lines = new LineSplitter()
  readonly #found = new Set<string>()
  /** How many secrets of each kind were taken. */
  readonly #taken = new Map<string, number>()
  /** A line that may go on in the next; `soft`, one that quoted-printable says does. */
  #held: { raw: string; number: number; soft: boolean } | undefined
  /** Each line so far begins with its number. */
  #numbered = true
  /** The text is quoted-printable. */
  #printable = false
  /** Lines read. */
  lines = 0
  /** A line came that is neither blank nor a comment. */
  content = false

  /** `file` is a display name. `room`: bytes of secrets that are kept at most. */
  constructor(file: string, room?: number) {
    this.#pool = new Pool(file, { room })
    this.#readers = FORMATS.map(format => ({ name: format.name, reader: format.open(this.#pool) }))
  }

  /** Names of the formats found, in the order in which they first appeared. */
  get formats(): readonly string[] {
    return [...this.#found]
  }

  get secrets(): Secrets {
    return this.#pool.secrets
  }

  get size(): number {
    return this.#pool.size
  }

  /** Bytes of secrets that may still be kept. */
  get left(): number {
    return this.#pool.left
  }

  /** No more secrets are kept: what else comes is not read. */
  get full(): boolean {
    return this.#pool.full
  }

  /** Reads more text; a line counts when its end has come. */
  feed(bytes: Uint8Array): void {
    if (this.full) return
    for (const { text, number, cut } of this.#lines.feed(bytes)) {
      this.#read(text, number, cut)
      if (!this.full) continue
      this.#reportFull()
      return
    }
  }

  /** Nothing came for a while: blocks that only a further line would end count as complete. */
  settle(): void {
    if (this.#lines.within) return
    this.#release()
    for (const { reader } of this.#readers) {
      if (reader.settle) reader.settle()
      else reader.blank?.()
    }
  }

  /** After the last text. */
  end(): void {
    if (!this.full) for (const { text, number, cut } of this.#lines.end()) this.#read(text, number, cut)
    this.#release()
    for (const { name, reader } of this.#readers) {
      const before = this.#pool.size
      reader.end?.()
      if (this.#pool.size > before) this.#found.add(name)
    }
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

  note(severity: SecretNote["severity"], message: string): void {
    this.#pool.note(severity, message)
  }

  notes(): SecretNote[] {
    return this.#pool.notes()
  }

  #read(line: string, number: number, cut: boolean): void {
    this.lines = number
    if (cut) this.#pool.note("warning", "a line is longer than 1 MiB and was cut", number)
    if (SAYS_PRINTABLE.test(line)) this.#printable = true
    const soft = isSoft(line)
    if (soft) this.#printable = true
    const unnumbered = this.#numbered ? withoutNumber(line, number) : undefined
    if (unnumbered === undefined && line !== "") this.#numbered = false
    const plain = unnumbered ?? line
    const raw = this.#printable ? printable(soft ? plain.slice(0, -1) : plain) : plain
    const held = this.#held
    this.#held = undefined
    const joined = !held
      ? undefined
      : held.soft && !line.startsWith("-----")
        ? held.raw + raw
        : joinedLine(held.raw, raw)
    if (held && joined === undefined) this.#lineOf(held.raw, held.number)
    const [whole, from] = held && joined !== undefined ? [joined, held.number] : [raw, number]
    if (soft || goesOn(whole)) this.#held = { raw: whole, number: from, soft }
    else this.#lineOf(whole, from)
  }

  /** The line that waited for what goes on behind it. */
  #release(): void {
    const held = this.#held
    this.#held = undefined
    if (held) this.#lineOf(held.raw, held.number)
  }

  /** A line; or the message of a log that is JSON, or a line of HTML, which may be several. */
  #lineOf(raw: string, number: number): void {
    const message = jsonMessage(raw)
    if (message === undefined) for (const line of htmlLines(raw)) this.#text(line, number)
    // What stands in other members is read in the line as it is.
    else if (!message.split("\n").reduce((any, line) => this.#text(line, number) || any, false)) this.#text(raw, number)
  }

  /** Whether a reader took it. */
  #text(raw: string, number: number): boolean {
    const text = cleanLine(raw)
    if (/^\s*(?:#.*)?$/.test(text)) {
      for (const { reader } of this.#readers) reader.blank?.()
      return false
    }
    this.content = true
    const taken = this.#readers.find(({ reader }) => reader.line(text, number))
    if (taken) this.#found.add(taken.name)
    return taken !== undefined
  }

  #reportFull(): void {
    this.#pool.note(
      "warning",
      "the file holds more secrets than are kept (64 MiB): those behind this line are left out",
      this.lines,
    )
  }
}
