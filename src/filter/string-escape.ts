/** Strings of a display filter: C's escapes in "…" and '…', none in r"…". */
import { wrong } from "./filter-error.ts"

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
}
const NUMBERED = /x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})/y
const MAX_CODE_POINT = 0x10ffff

/** The text between the quotes that open at `at`, and where the closing quote ends. Throws FilterError. */
export function escapedText(text: string, at: number, quote: string): { value: string; end: number } {
  let value = ""
  let i = at + 1
  while (i < text.length && text[i] !== quote) {
    if (text[i] !== "\\") {
      value += text[i++]
      continue
    }
    const found = escapeAt(text, i)
    value += found.value
    i = found.end
  }
  if (i >= text.length) throw wrong("this text has no closing quote", { at, end: at + 1 })
  return { value, end: i + 1 }
}

function escapeAt(text: string, at: number): { value: string; end: number } {
  const simple = SIMPLE[text[at + 1] ?? ""]
  if (simple !== undefined) return { value: simple, end: at + 2 }
  NUMBERED.lastIndex = at + 1
  const found = NUMBERED.exec(text)
  const code = found && Number.parseInt(found[1] ?? found[2] ?? found[3] ?? found[4], found[2] ? 8 : 16)
  if (!found || code === null || code > MAX_CODE_POINT || (found[2] && code > 255))
    throw wrong(
      `\\${text[at + 1] ?? ""} is no escape sequence`,
      { at, end: at + 2 },
      'in r"…" a backslash is a backslash',
    )
  return { value: String.fromCodePoint(code), end: at + 1 + found[0].length }
}

/** Behind the closing quote of a raw string whose text begins at `from`; `\"` does not close it. Throws FilterError. */
export function rawEnd(text: string, from: number): number {
  let i = from
  while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1
  if (i >= text.length) throw wrong("this text has no closing quote", { at: from - 2, end: from })
  return i + 1
}
