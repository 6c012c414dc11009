/** What drawing needs to know about the output: colours, Unicode or ASCII, width. */
import { safeText } from "../bytes/safe-text.ts"
import { PLAIN, type Theme } from "./theme.ts"

/** Line-drawing and marks, each one cell in both sets unless it is a word. */
interface Glyphs {
  readonly ok: string
  readonly bad: string
  readonly warn: string
  readonly info: string
  readonly healthy: string
  readonly line: string
  readonly thick: string
  readonly dashed: string
  readonly toRight: string
  readonly toLeft: string
  readonly life: string
  readonly fromLeft: string
  readonly fromRight: string
  readonly bandLeft: string
  readonly bandRight: string
  readonly cut: string
}

const UNICODE: Glyphs = {
  ok: "✔",
  bad: "✖",
  warn: "▲",
  info: "·",
  healthy: "●",
  line: "─",
  thick: "═",
  dashed: "╌",
  toRight: "▶",
  toLeft: "◀",
  life: "│",
  fromLeft: "├",
  fromRight: "┤",
  bandLeft: "╞",
  bandRight: "╡",
  cut: "…",
}

const ASCII: Glyphs = {
  ok: "ok",
  bad: "FAIL",
  warn: "!",
  info: "-",
  healthy: "*",
  line: "-",
  thick: "=",
  dashed: ".",
  toRight: ">",
  toLeft: "<",
  life: "|",
  fromLeft: "|",
  fromRight: "|",
  bandLeft: "|",
  bandRight: "|",
  cut: "~",
}

/** Our own typography in ASCII; anything else that is not ASCII is escaped. */
const TO_ASCII: Readonly<Record<string, string>> = {
  "…": "...",
  "⇄": "<->",
  "→": "->",
  "←": "<-",
  "×": "x",
  "·": "|",
  "–": "-",
  "—": "-",
  "§": "section ",
  µ: "u",
  "²": "^2",
  "≥": ">=",
  "≤": "<=",
}

export interface Pen {
  readonly theme: Theme
  readonly ascii: boolean
  readonly glyphs: Glyphs
  /** Cells of a line. */
  readonly width: number
  /** Makes any text fit to print: no control characters, and in ASCII mode nothing but ASCII. */
  text(text: string): string
}

export interface PenOptions {
  readonly width?: number
  readonly theme?: Theme
  readonly ascii?: boolean
}

/** Narrower terminals than this get lines of this width. */
const MIN_WIDTH = 40

export function penFor(options: PenOptions = {}): Pen {
  const { width = 80, theme = PLAIN, ascii = false } = options
  return {
    theme,
    ascii,
    glyphs: ascii ? ASCII : UNICODE,
    width: Math.max(MIN_WIDTH, width),
    text: ascii ? text => toAscii(safeText(text)) : safeText,
  }
}

/** The text in ASCII: our signs spelled out, other characters as `\u65e5`. */
const toAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/gu, c => TO_ASCII[c] ?? `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`)
