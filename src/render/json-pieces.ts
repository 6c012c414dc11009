/** JSON of what may be long, piece by piece: the text of a whole report takes more memory than the report does. */
import { safeJson } from "../bytes/safe-json.ts"

/** Items of a list that become text together; a longer list is cut. */
const TOGETHER = 64

/** The text of `safeJson(value, indent)` in pieces of bounded length. */
export const jsonPieces = (value: unknown, indent: 0 | 2): Generator<string> => new Pieces(indent).of(value, 0)

class Pieces {
  readonly #colon: string

  constructor(readonly indent: number) {
    this.#colon = indent > 0 ? ": " : ":"
  }

  *of(value: unknown, depth: number): Generator<string> {
    if (!isLong(value)) yield this.#whole(value, depth)
    else if (Array.isArray(value)) yield* this.#list(value, depth)
    else yield* this.#object(value, depth)
  }

  *#object(value: object, depth: number): Generator<string> {
    let before = `{${this.#line(depth + 1)}`
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue
      yield `${before}${safeJson(key)}${this.#colon}`
      yield* this.of(member, depth + 1)
      before = `,${this.#line(depth + 1)}`
    }
    yield `${this.#line(depth)}}`
  }

  *#list(items: readonly unknown[], depth: number): Generator<string> {
    const [begins, ends] = [`[${this.#line(depth + 1)}`, `${this.#line(depth)}]`]
    let before = begins
    for (let at = 0; at < items.length; at += TOGETHER) {
      const some = items.slice(at, at + TOGETHER)
      for (const part of some.some(isLong) ? some.map(item => [item]) : [some]) {
        yield before
        if (isLong(part[0])) yield* this.of(part[0], depth + 1)
        else yield this.#whole(part, depth).slice(begins.length, -ends.length)
        before = `,${this.#line(depth + 1)}`
      }
    }
    yield ends
  }

  /** A value's text as it stands so deep. */
  #whole(value: unknown, depth: number): string {
    if (depth === 0 || this.indent === 0) return safeJson(value, this.indent)
    let wrapped = value
    for (let i = 0; i < depth; i++) wrapped = [wrapped]
    let [head, tail] = [0, 0]
    for (let i = 0; i < depth; i++) {
      head += 1 + this.#line(i + 1).length
      tail += 1 + this.#line(i).length
    }
    return safeJson(wrapped, this.indent).slice(head, -tail)
  }

  #line(depth: number): string {
    return this.indent > 0 ? `\n${" ".repeat(this.indent * depth)}` : ""
  }
}

/** Whether a list stands in it that is to be cut. */
function isLong(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false
  if (Array.isArray(value)) return value.length > TOGETHER || value.some(isLong)
  return Object.values(value).some(isLong)
}
