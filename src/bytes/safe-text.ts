/** Text that came out of a capture, made harmless for a terminal. */

/**
 * What a terminal obeys or a reader does not see: C0, DEL and C1 controls, bidirectional controls, zero-width and
 * invisible formatting characters, line and paragraph separators, tag characters, lone surrogates, noncharacters.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

/** The text with each unsafe character written as an escape: `\x1b`, `\n`, `\u202e`. Safe text returns as it is. */
export const safeText = (text: string): string => text.replace(UNSAFE, escapeOf)

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" }

function escapeOf(character: string): string {
  const short = SHORT[character]
  if (short) return short
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`
}
