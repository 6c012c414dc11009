/** A frame for `show`: its field tree and its bytes, as text and as JSON. */
import type { ByteSource } from "../bytes/byte-source.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { type PayloadMark, payloadMarks, type SecretBytes, secretBytes, sourcesOf } from "./field-words.ts"
import { hexPane } from "./hex-pane.ts"
import type { Unfolded } from "./layers.ts"
import type { Pen } from "./pen.ts"
import { type TreeNodeJson, treeJson, treeLines } from "./tree.ts"

export interface FrameView {
  readonly frame: number
  /** RFC 3339. */
  readonly time: string
  readonly source: string
  readonly destination: string
  readonly protocol: string
  readonly info: string
  readonly roots: readonly FieldNode[]
}

export interface FrameViewOptions {
  readonly showKeys?: boolean
  /** Only this payload, from 1 in wire order, those inside a decrypted one behind it. */
  readonly payload?: number
  /** Only the bytes, without the tree; titles are comments then, as text2pcap knows them. */
  readonly bytesOnly?: boolean
  /** Each field's range of bytes. */
  readonly ranges?: boolean
  readonly unfolded?: Unfolded
}

/** Payloads of a frame in wire order. */
export const payloadCount = (roots: readonly FieldNode[]): number => payloadMarks(roots).size

/** Heading, tree, and a hex pane for each source. Of a payload that is not there, nothing but the heading. */
export function frameLines(view: FrameView, pen: Pen, options: FrameViewOptions = {}): string[] {
  const { roots } = view
  const shown = shownNodes(roots, options.payload)
  const mark = options.bytesOnly ? "# " : ""
  const lines = [mark + heading(view, pen)]
  if (!options.bytesOnly) lines.push(...treeLines(shown, pen, options), "")
  const secret = secretBytes(roots, options.showKeys)
  const marks = [...payloadMarks(shown).values()]
  for (const pane of panes(shown, options.payload)) {
    const [title, ...rows] = hexPane(pane.src, marks, pen, { ...pane, secret })
    lines.push(mark + title, ...rows, "")
  }
  return lines
}

function heading({ frame, time, source, destination, protocol, info }: FrameView, pen: Pen): string {
  const arrow = pen.glyphs.toRight
  const way = source === "" && destination === "" ? "" : `  ${source} ${arrow} ${destination}`
  return (
    pen.theme.strong(pen.text(`frame ${frame}`)) + pen.theme.dim(`  ${time}`) + pen.text(`${way}  ${protocol}  ${info}`)
  )
}

/** A frame as JSON; `bytes` is hex, secret bytes `**`. */
export interface FrameJson {
  readonly frame: number
  readonly time: string
  readonly source: string
  readonly destination: string
  readonly protocol: string
  readonly info: string
  readonly tree: readonly TreeNodeJson[]
  readonly sources: readonly { readonly label: string; readonly start: number; readonly bytes: string }[]
}

export function frameJson(view: FrameView, options: FrameViewOptions = {}): FrameJson {
  const { roots, ...line } = view
  const shown = shownNodes(roots, options.payload)
  const secret = secretBytes(roots, options.showKeys)
  return {
    ...line,
    tree: options.bytesOnly ? [] : treeJson(shown, options),
    sources: panes(shown, options.payload).map(({ src, start, end }) => ({
      label: src.label,
      start,
      bytes: hexOf(src, start, end, secret),
    })),
  }
}

function shownNodes(roots: readonly FieldNode[], payload: number | undefined): readonly FieldNode[] {
  if (payload === undefined) return roots
  const node = [...payloadMarks(roots).keys()][payload - 1]
  return node ? [node] : []
}

type Pane = Pick<PayloadMark, "src" | "start" | "end">

/** The bytes to show: whole sources, but of the one that a single payload stands in only the payload. */
function panes(shown: readonly FieldNode[], payload: number | undefined): Pane[] {
  return sourcesOf(shown)
    .filter(src => src.bytes.length > 0)
    .map(src =>
      payload !== undefined && src === shown[0].src
        ? { src, start: shown[0].start, end: shown[0].end }
        : { src, start: 0, end: src.bytes.length },
    )
}

function hexOf(src: ByteSource, start: number, end: number, secret: SecretBytes): string {
  let out = ""
  for (let at = start; at < end; at++) out += secret.has(src, at) ? "**" : src.bytes[at].toString(16).padStart(2, "0")
  return out
}
