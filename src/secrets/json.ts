/** JSON with the line of every value, and errors that quote nothing of the text. RFC 8259. */

export interface JsonNode {
  readonly value: null | boolean | number | string | readonly JsonNode[] | ReadonlyMap<string, JsonNode>
  /** 1-based line where the value begins. */
  readonly line: number
}

export class JsonError extends Error {
  override readonly name = "JsonError"
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message)
  }
}

const MAX_DEPTH = 32
/** Each value takes some hundred bytes of memory, whatever it says. */
const MAX_VALUES = 1_000_000

/** Parses a whole text. Throws JsonError; a member given twice is one. */
export function parseJson(text: string): JsonNode {
  const parser = new Parser(text)
  const node = parser.value(0)
  parser.end()
  return node
}

class Parser {
  private at = 0
  private line = 1
  private values = 0

  constructor(private readonly text: string) {}

  value(depth: number): JsonNode {
    this.space()
    if (depth > MAX_DEPTH) this.fail("nested too deep")
    if (++this.values > MAX_VALUES) this.fail("more than a million values")
    const line = this.line
    const c = this.text[this.at]
    if (c === "{") return { value: this.object(depth), line }
    if (c === "[") return { value: this.array(depth), line }
    if (c === '"') return { value: this.string(), line }
    for (const [word, value] of WORDS)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return { value, line }
      }
    NUMBER.lastIndex = this.at
    const number = NUMBER.exec(this.text)?.[0]
    if (number === undefined) this.fail(c === undefined ? "the text ends too early" : "a value is missing or malformed")
    this.at += number.length
    return { value: Number(number), line }
  }

  end(): void {
    this.space()
    if (this.at < this.text.length) this.fail("there is more after the end")
  }

  private object(depth: number): Map<string, JsonNode> {
    const members = new Map<string, JsonNode>()
    this.at++
    if (this.take("}")) return members
    do {
      this.space()
      if (this.text[this.at] !== '"') this.fail("a member name in quotes is missing")
      const name = this.string()
      if (members.has(name)) this.fail("a member is given twice")
      if (!this.take(":")) this.fail("a colon is missing")
      members.set(name, this.value(depth + 1))
    } while (this.take(","))
    if (!this.take("}")) this.fail("a comma or } is missing")
    return members
  }

  private array(depth: number): JsonNode[] {
    const items: JsonNode[] = []
    this.at++
    if (this.take("]")) return items
    do items.push(this.value(depth + 1))
    while (this.take(","))
    if (!this.take("]")) this.fail("a comma or ] is missing")
    return items
  }

  private string(): string {
    const start = this.at++
    for (; this.at < this.text.length; this.at++) {
      const c = this.text.charCodeAt(this.at)
      if (c === 0x22) break
      if (c === 0x5c) this.at++
      else if (c < 0x20) this.fail("a control character in a string")
    }
    if (this.at >= this.text.length) this.fail("a string is not closed")
    this.at++
    try {
      return JSON.parse(this.text.slice(start, this.at))
    } catch {
      return this.fail("an escape in a string is malformed")
    }
  }

  private take(c: string): boolean {
    this.space()
    if (this.text[this.at] !== c) return false
    this.at++
    return true
  }

  private space(): void {
    for (; this.at < this.text.length; this.at++) {
      const c = this.text.charCodeAt(this.at)
      if (c === 10) this.line++
      else if (c !== 32 && c !== 9 && c !== 13) return
    }
  }

  private fail(message: string): never {
    throw new JsonError(message, this.line)
  }
}

const WORDS: readonly (readonly [string, null | boolean])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
]
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
