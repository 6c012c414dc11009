/** Dumps of the older daemons: a label, then words of up to eight hexadecimal digits, on the same line or below it. */

/** Words of a line that holds nothing else, after a log's prefix (`date: DEBUG:`, `#012` of a syslog); undefined for any other line. */
export function hexWords(text: string): string[] | undefined {
  if (text.length > 4096) return undefined
  // Line numbers of `cat -n` and of web pages are no words.
  let body = text.replace(/^ {0,5}\d{1,6}\s{2,}(?=[0-9a-fA-F]{8}\b)/, "")
  for (const mark of ["DEBUG2:", "DEBUG:", "#012"]) {
    const at = body.lastIndexOf(mark)
    if (at >= 0) body = body.slice(at + mark.length)
  }
  const words = body.split(" ").filter(w => w !== "" && w !== "\t")
  return words.length > 0 && words.every(w => /^[0-9a-fA-F]{1,16}$/.test(w)) ? words : undefined
}

/** Words made all of eight digits or fewer: a dump without spaces between two words is split. */
export const eights = (words: readonly string[]): string[] =>
  words.flatMap(w => (w.length > 8 && w.length % 8 === 0 ? (w.match(/.{8}/g) ?? [w]) : [w]))

/** Words of the longest dump. */
const MAX_WORDS = 512

/** Adds a line to the words of a dump; false when it is no row of one, or one too many. */
export function takesRow(words: string[], text: string): boolean {
  const row = hexWords(text)
  if (!row || words.length + row.length > MAX_WORDS) return false
  addRow(words, row)
  return true
}

/** A word that a terminal cut in two at the end of the row before is one again. */
function addRow(words: string[], [first, ...rest]: readonly string[]): void {
  const last = words.at(-1)
  if (last !== undefined && first !== undefined && first.length < 8 && last.length + first.length === 8)
    words[words.length - 1] = last + first
  else if (first !== undefined) words.push(first)
  words.push(...rest)
}
