/** The hex pane: offsets, bytes and their ASCII, the payloads distinguished by colour. */

import type { ByteSource } from "../bytes/byte-source.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { plural } from "../bytes/words.ts"
import { type PayloadMark, payloadMarks, type SecretBytes, secretBytes, sourcesOf } from "./field-words.ts"
import type { Pen } from "./pen.ts"
import type { Style } from "./theme.ts"

export interface HexOptions {
  /** Only these bytes of the source: absolute, end exclusive. */
  readonly start?: number
  readonly end?: number
  /** Bytes to keep to ourselves (`secretBytes`). */
  readonly secret?: SecretBytes
}

/** Bytes of a line: sixteen where the terminal holds them. */
const bytesPerLine = (width: number): number => (width >= 73 ? 16 : 8)

/** A pane for each source that the tree points into: the frame first, then what was decrypted or reassembled. */
export function hexPanes(roots: readonly FieldNode[], pen: Pen, options: { showKeys?: boolean } = {}): string[][] {
  const marks = [...payloadMarks(roots).values()]
  const secret = secretBytes(roots, options.showKeys)
  return sourcesOf(roots).map(src => hexPane(src, marks, pen, { secret }))
}

/**
 * One source: a title, then `0010  aa bb …  ascii`. Marks of other sources are ignored; of marks that nest the inner one
 * colours. Secret bytes are drawn as `**`.
 */
export function hexPane(src: ByteSource, marks: readonly PayloadMark[], pen: Pen, options: HexOptions = {}): string[] {
  const start = options.start ?? 0
  const end = Math.min(options.end ?? src.bytes.length, src.bytes.length)
  const view: View = {
    src,
    start,
    end,
    colours: coloursOf(src, marks),
    secret: options.secret,
    perLine: bytesPerLine(pen.width),
  }
  const lines = [pen.theme.strong(pen.text(`${src.label} (${plural(src.bytes.length, "byte")})`))]
  for (let at = start - (start % view.perLine); at < end; at += view.perLine) lines.push(hexLine(view, at, pen))
  return lines
}

interface View {
  readonly src: ByteSource
  readonly start: number
  readonly end: number
  /** Index of the payload that each byte is part of, -1 for none; empty without marks. */
  readonly colours: Int32Array
  readonly secret: SecretBytes | undefined
  readonly perLine: number
}

function coloursOf(src: ByteSource, marks: readonly PayloadMark[]): Int32Array {
  const own = marks.filter(m => m.src === src)
  const index = new Int32Array(own.length === 0 ? 0 : src.bytes.length).fill(-1)
  // Outer marks come first, so inner ones paint over them.
  for (const m of own) index.fill(m.index, m.start, m.end)
  return index
}

/** Bytes of one colour in a row are one styled run: a colour sequence a byte would be most of the output. */
function hexLine(view: View, at: number, pen: Pen): string {
  let hex = ""
  let ascii = ""
  let from = 0
  while (from < view.perLine) {
    const colour = colourAt(view, at + from)
    let to = from + 1
    while (to < view.perLine && colourAt(view, at + to) === colour) to++
    const style = colour < 0 ? plain : pen.theme.payload(colour)
    const cells = Array.from({ length: to - from }, (_, i) => cellAt(view, at + from + i))
    hex += styleRun(cells.map((c, i) => (from + i === 8 ? " " : "") + c.hex).join(" "), style) + " "
    ascii += style(cells.map(c => c.ascii).join(""))
    from = to
  }
  return `${pen.theme.dim(at.toString(16).padStart(4, "0"))}  ${hex} ${ascii}`.trimEnd()
}

const plain: Style = text => text

/** The gap before the ninth byte stays outside the colour. */
const styleRun = (text: string, style: Style): string =>
  text.startsWith(" ") ? ` ${style(text.slice(1))}` : style(text)

const colourAt = ({ colours, start, end }: View, at: number): number =>
  at >= start && at < end ? (colours[at] ?? -1) : -1

function cellAt({ src, start, end, secret }: View, at: number): { hex: string; ascii: string } {
  if (at < start || at >= end) return { hex: "  ", ascii: at < start ? " " : "" }
  if (secret?.has(src, at)) return { hex: "**", ascii: "*" }
  const byte = src.bytes[at]
  return {
    hex: byte.toString(16).padStart(2, "0"),
    ascii: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
  }
}
