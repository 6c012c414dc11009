/** What terminals, mail programs and web pages add to a line of text, taken off again: colours, quote marks, HTML, typographic quotes. */

/** Characters that no daemon writes; most lines have none. */
const ODD = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u00ad\u2000-\u200f\u2018\u2019\u201c\u201d\u202f\u2060\ufeff]/

/** ECMA-48 control sequences, and the operating system commands (titles) of xterm. */
const ANSI = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|\x9b[0-?]*[ -/]*[@-~]/g
/** A character struck out by a backspace, as `man` and `col` write bold text. */
const OVERSTRUCK = /[^\x08]\x08/g
/** Tags of text: what stands between angle brackets in a daemon's log (`<name|1>`, `=>0x12 <0x34`) has other names. */
const TAG =
  /<\/?(?:a|article|b|blockquote|body|br|center|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|img|kbd|li|main|meta|ol|p|pre|samp|section|small|span|strong|table|tbody|td|th|thead|tr|tt|u|ul|var)(?:\s[^<>]{0,400})?\s*\/?>|<!--[^<>]{0,400}-->/gi
/** Tags between which a table or a list has its parts. */
const CELL = /<\/?(?:td|th|tr|li|dd|dt|br|p|div)(?:\s[^<>]{0,400})?\s*\/?>/gi
const ENTITY = /&(?:#(\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|(lt|gt|amp|quot|apos|nbsp|emsp|ensp|tab));/g
const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  emsp: " ",
  ensp: " ",
  tab: "\t",
}
/** Marks of a quoted mail: `> > text`. */
const QUOTE = /^(?:\s{0,3}>)+ ?/

/** No line that somebody copied is longer. */
const MAX_LINE = 65536

/** The text as its first writer meant it. A line that shows no trace of a copy comes back as it is. */
export function cleanLine(text: string): string {
  if (text.length > MAX_LINE) return text
  const odd = ODD.test(text)
  let out = text
  if (odd && (text.includes("\x1b") || text.includes("\x9b"))) out = out.replace(ANSI, "")
  if (odd && out.includes("\b")) out = out.replace(OVERSTRUCK, "")
  if (out.includes("<")) out = out.replace(CELL, leading).replace(TAG, "")
  if (out.includes("&")) out = out.replace(ENTITY, entity)
  if (out.includes(">")) out = out.replace(QUOTE, "")
  out = withoutPrefix(out)
  // An entity may have been such a character.
  if (!odd && (out === text || !ODD.test(out))) return out
  return out
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .replace(/[\u00a0\u2000-\u200a\u202f]/g, " ")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "")
}

/** A cell is apart from the one before it; at the beginning of a line nothing is. */
const leading = (_: string, at: number): string => (at === 0 ? "" : " ")

/** What loggers put before the line of a program: syslog, containers, `grep -n`, time stamps. A time may stand behind another. */
const PREFIXES = [
  /^<\d{1,3}>1 \S{1,40} \S{1,255} \S{1,48} \S{1,128} \S{1,32} (?:-|\[[^\]]{0,400}\]) ?/,
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)) [\w.-]{1,64} [\w./()-]{1,48}(?:\[\d{1,10}\])?: ?/,
  /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) [FP] /,
  /^\[pod\/[\w./-]{1,200}\] /,
  /^[a-z][\w.-]{0,60}[-_]\d{1,4} {1,30}\| /,
  /^[\w./-]{1,200}\.(?:log|txt)(?:\.\d{1,3})?:\d{1,9}:/,
  /^\[\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\] ?/,
  /^(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? /,
  /^ {0,5}\d{1,6}\t/,
]
/** A line that has one begins so. */
const MAYBE_PREFIX = /^(?:[<[\d]| {0,5}\d|[A-Z][a-z]{2} [ \d]|[\w./-]{1,200}(?::\d| {1,30}\|))/

function withoutPrefix(text: string): string {
  if (!MAYBE_PREFIX.test(text)) return text
  const prefix = PREFIXES.find(p => p.test(text))
  if (!prefix) return text
  const rest = text.replace(prefix, "")
  return PREFIXES.reduce((t, p) => (t === rest ? t.replace(p, "") : t), rest)
}

function entity(all: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED[name] ?? all
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal)
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : all
}
