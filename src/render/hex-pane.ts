/** The hex pane: offsets, bytes and their ASCII, the payloads told apart by colour. */
import type { ByteSource } from "../bytes/byte-source.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { type PayloadMark, payloadMarks, sourcesOf } from "./field-words.ts"
import type { Pen } from "./pen.ts"
import type { Style } from "./theme.ts"
import { plural } from "./units.ts"

export interface HexOptions {
  /** Only these bytes of the source: absolute, end exclusive. */
  readonly start?: number
  readonly end?: number
}

/** Bytes of a line: sixteen where the terminal holds them. */
const bytesPerLine = (width: number): number => (width >= 73 ? 16 : 8)

/** A pane for each source that the tree points into: the frame first, then what was decrypted or reassembled. */
export function hexPanes(roots: readonly FieldNode[], pen: Pen): string[][] {
  const marks = [...payloadMarks(roots).values()]
  return sourcesOf(roots).map(src => hexPane(src, marks, pen))
}

/** One source: a title, then `0010  aa bb …  ascii`. Marks of other sources are ignored; of marks that nest the inner one colours. */
export function hexPane(src: ByteSource, marks: readonly PayloadMark[], pen: Pen, options: HexOptions = {}): string[] {
  const start = options.start ?? 0
  const end = Math.min(options.end ?? src.bytes.length, src.bytes.length)
  const colours = coloursOf(src, marks, pen)
  const perLine = bytesPerLine(pen.width)
  const lines = [pen.theme.strong(pen.text(`${src.label} (${plural(src.bytes.length, "byte")})`))]
  for (let at = start - (start % perLine); at < end; at += perLine)
    lines.push(hexLine(src.bytes, at, start, end, perLine, colours, pen))
  return lines
}

/** The style of each byte; undefined where no payload is. */
function coloursOf(src: ByteSource, marks: readonly PayloadMark[], pen: Pen): (at: number) => Style | undefined {
  const own = marks.filter(m => m.src === src)
  const index = new Int32Array(own.length === 0 ? 0 : src.bytes.length).fill(-1)
  // Outer marks come first, so inner ones paint over them.
  for (const m of own) index.fill(m.index, m.start, m.end)
  return at => (index[at] === undefined || index[at] < 0 ? undefined : pen.theme.payload(index[at]))
}

function hexLine(
  bytes: Uint8Array,
  at: number,
  start: number,
  end: number,
  perLine: number,
  colours: (at: number) => Style | undefined,
  pen: Pen,
): string {
  let hex = ""
  let ascii = ""
  for (let i = 0; i < perLine; i++) {
    const inside = at + i >= start && at + i < end
    const style = (inside ? colours(at + i) : undefined) ?? plain
    const byte = bytes[at + i]
    if (i === 8) hex += " "
    hex += inside ? `${style(byte.toString(16).padStart(2, "0"))} ` : "   "
    ascii += inside ? style(byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".") : at + i < start ? " " : ""
  }
  return `${pen.theme.dim(at.toString(16).padStart(4, "0"))}  ${hex} ${ascii}`
}

const plain: Style = text => text
