/** Splits a display filter into tokens. */
import { type Span, wrong } from "./filter-error.ts"
import { escapedText, rawEnd } from "./string-escape.ts"

/**
 * `word`: a field, function, keyword, number, address or bytes without quotes. `string`, `char`: their text with escapes resolved.
 * `slice`: what stands in brackets. `layers`: what stands behind `#`. `op`: an operator or a bracket.
 */
export interface Token extends Span {
  readonly type: "word" | "string" | "char" | "slice" | "layers" | "op" | "end"
  readonly text: string
  /** Blanks stand before it. */
  readonly spaced: boolean
}

const OPERATORS = [
  ..."=== !== == != ~= <= >= && || ^^ ..".split(" "),
  ..."< > ! ~ & + - * / % ( ) { } , @".split(" "),
] as const

const WORD = /[A-Za-z0-9_:.](?:[A-Za-z0-9_:-]|\.(?!\.))*/y
/** An address that `/prefix` may follow. */
const ADDRESS = /^(?:\d+(?:\.\d+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/
const PREFIX = /\/\d+/y
const LAYERS = /#(?:\d+|\[[^\]]*\])/y
const MAX_LENGTH = 100_000

/** The tokens of a filter, the last one of type `end`. `isField` tells where `frame.number-1` splits. Throws FilterError. */
export function tokenize(text: string, isField: (name: string) => boolean): Token[] {
  if (text.length > MAX_LENGTH) throw wrong("the filter is too long", { at: MAX_LENGTH, end: MAX_LENGTH })
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    const start = at
    while (at < text.length && /\s/.test(text[at])) at++
    if (at === text.length) break
    const token = { ...tokenAt(text, at, isField), spaced: at > start }
    tokens.push(token)
    at = token.end
  }
  tokens.push({ type: "end", text: "", at: text.length, end: text.length, spaced: false })
  return tokens
}

type Bare = Omit<Token, "spaced">

function tokenAt(text: string, at: number, isField: (name: string) => boolean): Bare {
  const c = text[at]
  if (c === '"') return quoted(text, at, at)
  if ((c === "r" || c === "R") && text[at + 1] === '"') return raw(text, at)
  if (c === "'") return character(text, at)
  if (c === "[") return bracket(text, at)
  if (c === "#") return layers(text, at)
  // ".." is no word, though "." may begin one.
  if (!text.startsWith("..", at)) {
    const word = wordAt(text, at, isField)
    if (word) return word
  }
  const op = OPERATORS.find(o => text.startsWith(o, at))
  if (op) return { type: "op", text: op, at, end: at + op.length }
  const hint = c === "=" ? ['equal is written "=="'] : c === "|" ? ['or is written "||" or "or"'] : []
  throw wrong(`${JSON.stringify(c)} was unexpected`, { at, end: at + 1 }, ...hint)
}

function wordAt(text: string, at: number, isField: (name: string) => boolean): Bare | undefined {
  WORD.lastIndex = at
  let word = WORD.exec(text)?.[0]
  if (word === undefined) return undefined
  if (word.endsWith(":") && !word.endsWith("::")) word = word.slice(0, -1)
  const dash = word.indexOf("-")
  if (dash > 0 && isField(word.slice(0, dash)) && !isField(word)) word = word.slice(0, dash)
  if (ADDRESS.test(word)) {
    PREFIX.lastIndex = at + word.length
    word += PREFIX.exec(text)?.[0] ?? ""
  }
  return { type: "word", text: word, at, end: at + word.length }
}

function quoted(text: string, at: number, from: number): Bare {
  const { value, end } = escapedText(text, from, '"')
  return { type: "string", text: value, at, end }
}

function raw(text: string, at: number): Bare {
  const end = rawEnd(text, at + 2)
  return { type: "string", text: text.slice(at + 2, end - 1), at, end }
}

function character(text: string, at: number): Bare {
  const { value, end } = escapedText(text, at, "'")
  if (value.length !== 1 || value.charCodeAt(0) > 255)
    throw wrong("a character constant holds one character of one byte", { at, end }, "text stands in double quotes")
  return { type: "char", text: value, at, end }
}

function bracket(text: string, at: number): Bare {
  const close = text.indexOf("]", at)
  if (close < 0) throw wrong("this bracket is not closed", { at, end: at + 1 })
  return { type: "slice", text: text.slice(at + 1, close), at, end: close + 1 }
}

function layers(text: string, at: number): Bare {
  LAYERS.lastIndex = at
  const found = LAYERS.exec(text)?.[0]
  if (found === undefined) throw wrong('a digit or "[" must follow "#"', { at, end: at + 1 }, "as in ip.src#1")
  return { type: "layers", text: found.slice(1), at, end: at + found.length }
}
