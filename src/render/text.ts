/** Laying out text in columns of a terminal. Widths are terminal cells; our own colour sequences take none. */

/** Control Sequence Introducer … m: the only escape sequences that our output has (`safeText` keeps others out). */
const SGR = /\u001b\[[0-9;]*m/g
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

/** Cells that a text takes: 2 for East Asian wide and emoji, 0 for combining marks and colour sequences. */
export function displayWidth(text: string): number {
  const bare = text.includes("\u001b") ? text.replace(SGR, "") : text
  if (PRINTABLE_ASCII.test(bare)) return bare.length
  let width = 0
  for (const character of bare) width += characterWidth(character.codePointAt(0) ?? 0, character)
  return width
}

const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u

/** East Asian Width W and F, and emoji presentation (Unicode 15), as [first, last]. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f1e6, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7f0],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
]

function characterWidth(code: number, character: string): number {
  if (code < 0x300) return 1
  if (ZERO_WIDTH.test(character)) return 0
  if (code < WIDE[0][0]) return 1
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

/** Pads behind (or, for `right`, before) the text up to `width` cells; a longer text returns as it is. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const gap = " ".repeat(Math.max(0, width - displayWidth(text)))
  return align === "left" ? text + gap : gap + text
}

/** At most `width` cells, the cut marked by `mark`. Colour sequences are kept, so a style that was opened is closed. */
export function truncate(text: string, width: number, mark = "…"): string {
  if (displayWidth(text) <= width) return text
  const room = width - displayWidth(mark)
  if (room <= 0) return mark.slice(0, Math.max(0, width))
  let out = ""
  let used = 0
  let cut = false
  for (const [token] of text.matchAll(/\u001b\[[0-9;]*m|./gsu)) {
    if (token.startsWith("\u001b[")) {
      out += token
      continue
    }
    const next = displayWidth(token)
    if (cut || used + next > room) {
      if (!cut) out += mark
      cut = true
      continue
    }
    out += token
    used += next
  }
  return out
}

/** The last `width` cells, the cut marked: for paths, whose end says more. */
export function truncateStart(text: string, width: number, mark = "…"): string {
  if (displayWidth(text) <= width) return text
  const characters = [...text]
  let used = displayWidth(mark)
  let from = characters.length
  while (from > 0 && used + displayWidth(characters[from - 1]) <= width) used += displayWidth(characters[--from])
  return mark + characters.slice(from).join("")
}

/**
 * Breaks a text at spaces into lines of at most `width` cells; a word longer than a line is cut into pieces. Text without
 * colour sequences only: style the lines afterwards.
 */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(1, width)
  const lines: string[] = []
  let line = ""
  for (const word of text.split(/ +/).flatMap(w => chunks(w, limit))) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > limit) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line]
}

function chunks(word: string, limit: number): string[] {
  if (displayWidth(word) <= limit) return [word]
  const out: string[] = []
  let piece = ""
  for (const character of word) {
    if (displayWidth(piece + character) > limit && piece !== "") {
      out.push(piece)
      piece = ""
    }
    piece += character
  }
  return piece === "" ? out : [...out, piece]
}

/** Joins items with `separator` into lines of at most `width` cells; a line break stands for the separator, and no item is broken. */
export function wrapItems(items: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = []
  let line = ""
  for (const item of items) {
    const joined = line === "" ? item : line + separator + item
    if (line !== "" && displayWidth(joined) > width) {
      lines.push(line)
      line = item
    } else line = joined
  }
  return line === "" ? lines : [...lines, line]
}
