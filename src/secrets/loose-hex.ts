/** Bytes as programs print them behind a name: hexadecimal with or without separators, arrays of bytes, and dumps over several lines. */
import { fromHex } from "../bytes/hex.ts"
import { base64 } from "./secret-text.ts"

/** What may stand between a name and its value: `SK_d with 64 bytes`, `"sk_d": `, `SK_d (32 bytes) = `, `skey -> `, `SK_d - hexdump(len=20): `, `**SK_d**: `, `| SK_d | `. */
const JOIN =
  /^["'`*)\]>]{0,3}(?:\s*(?:is|key|secret|value|hex|data|bytes|\(base64\)|\(hex\)))?\s*(?:\[\d{0,4}\]|\(\d{1,4}(?:[ -]?bytes?)?\)|(?:with|of|,)?\s*\d{1,4} bytes|,?\s*len(?:gth)?\s*[:=]?\s*\d{1,4}|- hexdump\((?:ascii, ?)?len=\d{1,4}\))?["'`*]{0,2}\s*(?:=>|->|:=|::|[:=,|]|\.{2,40} ?:)?\**\s*(?:@\s*0x[0-9a-f]+)?\s*/i
/** Brackets and calls around a value: `b'…'`, `[]byte{…}`, `bytes.fromhex("…")`, `0x…`. */
const OPEN =
  /^(?:(?:\[\]byte|bytearray|bytes(?:\.fromhex)?|unhexlify|binascii\.unhexlify|hex|h|b|u8|x)?[("'`[{<]{1,2}\s*)?/i

const LENGTH = /(?:\(|\[|with |of |, ?| len(?:gth)? ?[:=]? ?)(\d{1,4})(?: ?-?bytes?|\)|\])/

/** Longest value that is read, bytes: the shared secret of MODP-8192 has 1,024. */
export const MAX_VALUE_BYTES = 4096

export interface LooseValue {
  /** Undefined where the name is the head of a dump below it. */
  readonly bytes?: Uint8Array
  /** The length that the line announces. */
  readonly announced?: number
  /** The value is hexadecimal up to the end of its line: it may go on in the next. */
  readonly open?: boolean
}

/** The value behind a name; undefined when what follows is none. `least`: bytes that it has at least, so that a word is not taken for hexadecimal. */
export function valueBehind(text: string, least: number): LooseValue | undefined {
  const join = JOIN.exec(text)?.[0] ?? ""
  const announced = LENGTH.exec(join)?.[1]
  const rest = text.slice(join.length)
  if (/^[\s"'`([{]*$/.test(rest) && /[:=>]|bytes/.test(join))
    return { announced: announced === undefined ? undefined : Number(announced) }
  if (join.length === 0 && !/^\s/.test(text)) return undefined
  const body = rest.replace(OPEN, "")
  const bytes = decimals(rest) ?? literal(rest) ?? marked(join, rest) ?? hexRun(body)
  if (!bytes || bytes.length < least || bytes.length > MAX_VALUE_BYTES) return undefined
  return { bytes, open: announced === undefined && /^[\s0-9a-fA-Fx:,=-]+$/.test(body) }
}

/** `4a8614…`, `0x4a8614…`, `4a:86:14`, `4a 86 14`, `4a8614f1 ad3d73bc`, `0x4a, 0x86`; nothing but brackets may follow on the line, or another name. */
function hexRun(text: string): Uint8Array | undefined {
  const plain = /^(?:0x)?([0-9a-fA-F]{15,8192})(?![\w:.-])(?!\s[0-9a-fA-F]{2,8}(?:\s|$))/.exec(text)
  if (plain) return plain[1].length % 2 === 0 ? fromHex(plain[1]) : fromHex(`0${plain[1]}`)
  const groups =
    /^(?:0x)?[0-9a-fA-F]{2}(?:(?:[0-9a-fA-F]{2}){0,7})(?:(?:\s*[,:;]\s*|[-.]|\s{1,2})(?:0x)?(?:[0-9a-fA-F]{2}){1,8}(?![0-9a-zA-Z_]))+/.exec(
      text,
    )
  if (!groups) return undefined
  return fromHex(groups[0].replace(/0x/g, "").replace(/[^0-9a-fA-F]/g, ""))
}

/** `[74 134 20]`, `{74, 134, 20}`, `<<74,134>>`, `[-1, 20]`: arrays as Go, Rust, Python, Erlang and Java print them. */
function decimals(text: string): Uint8Array | undefined {
  const body = /(?:[[{(]|<<)\s*(-?\d{1,3}(?:(?:\s*,\s*|\s+)-?\d{1,3}){7,4095})\s*,?\s*(?:[\]})]|>>)/.exec(text)?.[1]
  const numbers = body?.split(/[\s,]+/).map(Number)
  return numbers?.every(n => n >= -128 && n <= 255) ? Uint8Array.from(numbers) : undefined
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11, "0": 0 }

/** `b'\x4aK\n'`, `"\x4a\x86"`: a string of bytes as Python, Ruby and C write it. One without any `\x` is text, not a secret. */
function literal(text: string): Uint8Array | undefined {
  const body = /^(?:b|B)?(["'])((?:\\.|(?!\1)[^\\]){2,16384})\1/.exec(text)?.[2]
  if (!body?.includes("\\x")) return undefined
  const out: number[] = []
  for (const [, hex, escaped, plain] of body.matchAll(/\\x([0-9a-fA-F]{2})|\\(.)|([\x20-\x7e])/g))
    out.push(
      hex ? Number.parseInt(hex, 16) : escaped ? (ESCAPES[escaped] ?? escaped.charCodeAt(0)) : plain.charCodeAt(0),
    )
  return Uint8Array.from(out)
}

/** Base64 that says that it is: `SK_d (base64): …`, `base64:…`, `0s…`, `!!binary …`. */
function marked(join: string, text: string): Uint8Array | undefined {
  const mark = /^["'`]?(?:base64[:,(] ?|0s|!!binary )["'`]?/i.exec(text)?.[0]
  if (mark === undefined && !/\(base64\)/i.test(join)) return undefined
  const body = /^["'`]?([A-Za-z0-9+/]{10,}={0,2})/.exec(text.slice(mark?.length ?? 0))?.[1]
  return body === undefined ? undefined : base64(body)
}

/** Bytes of a row that stands in front of its text column. */
const ROW_BYTES = 32
const OFFSET_ROW =
  /(?:^|[\s|:>])(?:0x)?([0-9a-fA-F]{3,8}:?|\d{1,5}:)\s{1,4}((?:[0-9a-fA-F]{2}){1,4}(?:[ :-]{1,2}(?:[0-9a-fA-F]{2}){1,4}){0,31})(?=\s|\||$)/
const BARE_ROW =
  /^(?:.{0,200}[:|>\]])?\s*((?:[0-9a-fA-F]{2}){1,8}(?:[ :-]{1,2}(?:[0-9a-fA-F]{2}){1,8}){0,31}|[0-9a-fA-F]{16,512})\s*$/

/** Rows of arrays in source and in debuggers: `0x4a, 0x86,`, `0x7fff0008:	0x4a	0x86`. */
const ARRAY_ROW =
  /^\s*(?:0x[0-9a-fA-F]{6,16}(?: <[^>]{1,80}>)?:\s*)?(0x[0-9a-fA-F]{1,2}(?:\s*,\s*|\s+))*(0x[0-9a-fA-F]{1,2})\s*,?\s*(?:\};?)?\s*$/

/**
 * The bytes of one row of a dump of which `have` bytes are read: `00000010  0b 08 … |....|`, `0010: 0b08 …`, or hexadecimal alone.
 * Undefined when the text is no row, or not the next one.
 */
export function dumpRow(text: string, have: number): Uint8Array | undefined {
  if (ARRAY_ROW.test(text)) {
    const words = text.replace(/^\s*0x[0-9a-fA-F]{6,16}[^:]{0,84}:/, "").match(/0x[0-9a-fA-F]{1,2}/g) ?? []
    return Uint8Array.from(words, word => Number.parseInt(word, 16))
  }
  const line = text.replace(/\|[^|]*\|?\s*$/, "")
  // `hexdump` and `od` end with the length.
  if (/^[0-9a-fA-F]{7,8}$/.test(line.trim()) && isOffset(line.trim(), have)) return undefined
  const row = OFFSET_ROW.exec(line)
  if (row && isOffset(row[1].replace(":", ""), have)) return fromHex(beforeText(row[2]).replace(/[^0-9a-fA-F]/g, ""))
  if (row && isRowElsewhere(text)) return undefined
  const bare = BARE_ROW.exec(line)
  return bare ? fromHex(bare[1].replace(/[^0-9a-fA-F]/g, "")) : undefined
}

/** Digits of a value that go on with one that ended with its line; undefined for any other line. */
export const restOfValue = (text: string): Uint8Array | undefined =>
  /^\s*(?:[0-9a-fA-F]{2}[ :-]?){2,512}\s*$/.test(text) ? fromHex(text.replace(/[^0-9a-fA-F]/g, "")) : undefined

/** Whether a line is a row of a dump at some offset: where it does not go on with what is read, bytes are missing. */
export const isRowElsewhere = (text: string): boolean =>
  /^\s*(?:0x)?[0-9a-fA-F]{4,8}:?\s{1,4}(?:[0-9a-fA-F]{2}(?:[0-9a-fA-F]{2})?[ ]{1,2}){7,}/.test(text)

const isOffset = (text: string, have: number): boolean =>
  Number.parseInt(text, 16) === have ||
  (/^\d+$/.test(text) && Number(text) === have) ||
  // `od` counts in octal.
  (/^[0-7]{7}$/.test(text) && Number.parseInt(text, 8) === have)

/** A dump may have a gap in its middle, after 8 bytes; a second gap begins the text. */
function beforeText(groups: string): string {
  const parts = groups.split(/ {2,}/)
  const first = parts[0].replace(/[^0-9a-fA-F]/g, "").length / 2
  if (parts.length === 1) return groups
  return first === 8 || first === ROW_BYTES / 2 ? parts.slice(0, first === 8 ? 2 : 1).join(" ") : parts[0]
}
