/** Bytes as programs print them behind a name: hexadecimal with or without separators, arrays of bytes, and dumps over several lines. */
import { fromHex } from "../bytes/hex.ts"

/** What may stand between a name and its value: `SK_d with 64 bytes`, `"sk_d": `, `SK_d (32 bytes) = `, `skey -> `. */
const JOIN =
  /^["'`)\]]{0,2}(?:\s*(?:is|key|secret|value|hex|data|bytes))?\s*(?:\[\d{0,4}\]|\(\d{1,4}(?:[ -]?bytes?)?\)|(?:with|of|,)?\s*\d{1,4} bytes|,?\s*len(?:gth)?\s*[:=]?\s*\d{1,4})?["'`]?\s*(?:=>|->|:=|::|[:=,])?\s*(?:@\s*0x[0-9a-f]+)?\s*/i
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
}

/** The value behind a name; undefined when what follows is none. `least`: bytes that it has at least, so that a word is not taken for hexadecimal. */
export function valueBehind(text: string, least: number): LooseValue | undefined {
  const join = JOIN.exec(text)![0]
  const announced = LENGTH.exec(join)?.[1]
  const rest = text.slice(join.length)
  if (/^[\s"'`([{]*$/.test(rest) && /[:=>]|bytes/.test(join))
    return { announced: announced === undefined ? undefined : Number(announced) }
  if (join.length === 0 && !/^\s/.test(text)) return undefined
  const body = rest.replace(OPEN, "")
  const bytes = decimals(rest) ?? hexRun(body)
  return bytes && bytes.length >= least && bytes.length <= MAX_VALUE_BYTES ? { bytes } : undefined
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

/** `[74 134 20]`, `{74, 134, 20}`: arrays as Go, Rust and Python print them. */
function decimals(text: string): Uint8Array | undefined {
  const body = /[[{(]\s*(\d{1,3}(?:(?:\s*,\s*|\s+)\d{1,3}){7,4095})\s*,?\s*[\]})]/.exec(text)?.[1]
  const numbers = body?.split(/[\s,]+/).map(Number)
  return numbers?.every(n => n <= 255) ? Uint8Array.from(numbers) : undefined
}

/** Bytes of a row that stands in front of its text column. */
const ROW_BYTES = 32
const OFFSET_ROW =
  /(?:^|[\s|:>])(?:0x)?([0-9a-fA-F]{3,8}:?|\d{1,5}:)\s{1,4}((?:[0-9a-fA-F]{2}){1,4}(?:[ :-]{1,2}(?:[0-9a-fA-F]{2}){1,4}){0,31})(?=\s|\||$)/
const BARE_ROW =
  /^(?:.{0,200}[:|>\]])?\s*((?:[0-9a-fA-F]{2}){1,8}(?:[ :-]{1,2}(?:[0-9a-fA-F]{2}){1,8}){0,31}|[0-9a-fA-F]{16,512})\s*$/

/**
 * The bytes of one row of a dump of which `have` bytes are read: `00000010  0b 08 … |....|`, `0010: 0b08 …`, or hexadecimal alone.
 * Undefined when the text is no row, or not the next one.
 */
export function dumpRow(text: string, have: number): Uint8Array | undefined {
  const line = text.replace(/\|[^|]*\|?\s*$/, "")
  const row = OFFSET_ROW.exec(line)
  if (row && isOffset(row[1].replace(":", ""), have)) return fromHex(beforeText(row[2]).replace(/[^0-9a-fA-F]/g, ""))
  const bare = BARE_ROW.exec(line)
  return bare ? fromHex(bare[1].replace(/[^0-9a-fA-F]/g, "")) : undefined
}

const isOffset = (text: string, have: number): boolean =>
  Number.parseInt(text, 16) === have || (/^\d+$/.test(text) && Number(text) === have)

/** A dump may have a gap in its middle, after 8 bytes; a second gap begins the text. */
function beforeText(groups: string): string {
  const parts = groups.split(/ {2,}/)
  const first = parts[0].replace(/[^0-9a-fA-F]/g, "").length / 2
  if (parts.length === 1) return groups
  return first === 8 || first === ROW_BYTES / 2 ? parts.slice(0, first === 8 ? 2 : 1).join(" ") : parts[0]
}
