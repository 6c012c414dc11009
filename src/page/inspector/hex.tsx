/** The bytes of a frame and of what was decrypted or put together from it, a tab each. The pointer marks the field without moving the view. */

import type { Family, FieldView, FrameDetail } from "../../session/types.ts"
import { selectField } from "../actions.ts"
import { VirtualList } from "../parts/virtual-list.tsx"
import { detail, field, hoverAt, source } from "../state.ts"
import { hoverPath } from "./tree.tsx"
import { nodeAt, pathOfByte } from "./tree-model.ts"

const PER_ROW = 16

export const Hex = () => {
  const d = detail.value
  if (!d) return null
  const label = d.sources.some(s => s.label === source.value) ? source.value : (d.sources[0]?.label ?? "")
  const src = d.sources.find(s => s.label === label)
  return (
    <div class="hex" style={{ "--rows": Math.ceil((src?.bytes.length ?? 0) / 2 / PER_ROW) }}>
      <div class="tabs2" role="tablist" aria-label="Buffers">
        {d.sources.map(s => (
          <button key={s.label} role="tab" aria-selected={s.label === label} onClick={() => (source.value = s.label)}>
            {s.label} <span class="dim">{s.bytes.length / 2} B</span>
          </button>
        ))}
      </div>
      {src && <Bytes detail={d} label={label} bytes={src.bytes} />}
    </div>
  )
}

interface BytesProps {
  readonly detail: FrameDetail
  readonly label: string
  /** Hex; `**` for bytes of secrets. */
  readonly bytes: string
}

const Bytes = ({ detail: d, label, bytes }: BytesProps) => {
  const length = bytes.length / 2
  const families = familiesOf(d, label, length)
  const node = nodeAt(d.tree, field.value)
  const hovered = nodeAt(d.tree, hoverPath())
  const range = (n: FieldView | undefined) => (n && n.source === label ? ([n.start, n.end] as const) : undefined)
  const at = (event: MouseEvent): number | undefined => {
    const text = event.target instanceof HTMLElement ? event.target.dataset.at : undefined
    return text === undefined ? undefined : Number(text)
  }
  const selected = range(node)
  return (
    <div
      class="bytes"
      onMouseMove={event => {
        const n = at(event)
        hoverAt.value = n === undefined ? null : { source: label, at: n }
      }}
      onMouseLeave={() => (hoverAt.value = null)}
      onClick={event => {
        const n = at(event)
        if (n !== undefined) selectField(pathOfByte(d.tree, label, n))
      }}
    >
      <VirtualList
        label={`Bytes of ${label}`}
        role="group"
        count={Math.ceil(length / PER_ROW)}
        rowHeight={18}
        selected={selected ? Math.floor(selected[0] / PER_ROW) : undefined}
        render={row => (
          <HexRow row={row} bytes={bytes} families={families} selected={selected} hovered={range(hovered)} />
        )}
      />
    </div>
  )
}

type Range = readonly [number, number] | undefined

interface RowProps {
  readonly row: number
  readonly bytes: string
  readonly families: readonly (Family | undefined)[]
  readonly selected: Range
  readonly hovered: Range
}

const within = (range: Range, at: number): boolean => range !== undefined && at >= range[0] && at < range[1]

const HexRow = ({ row, bytes, families, selected, hovered }: RowProps) => {
  const hex = []
  const text = []
  for (let i = 0; i < PER_ROW; i++) {
    const at = row * PER_ROW + i
    const byte = bytes.slice(2 * at, 2 * at + 2)
    if (byte === "") {
      hex.push(<s key={i}>{i === 7 ? "    " : "   "}</s>)
      continue
    }
    const mark = within(selected, at) ? "on" : within(hovered, at) ? "hover" : families[at] ? `f-${families[at]}` : ""
    const joins = i < PER_ROW - 1 && i !== 7
    hex.push(
      <s key={i} class={mark} data-at={at}>
        {byte}
        {joins ? " " : ""}
      </s>,
    )
    if (i === 7) hex.push(<s key="gap">{"  "}</s>)
    const code = Number.parseInt(byte, 16)
    text.push(
      <s key={i} class={mark} data-at={at}>
        {byte === "**" ? "*" : code >= 32 && code < 127 ? String.fromCharCode(code) : "."}
      </s>,
    )
  }
  return (
    <pre>
      <span class="o">{(row * PER_ROW).toString(16).padStart(4, "0")}</span>
      {"  "}
      {hex}
      {"  "}
      {text}
    </pre>
  )
}

/** The payload family of each byte of a source. */
function familiesOf(d: FrameDetail, label: string, length: number): (Family | undefined)[] {
  const out: (Family | undefined)[] = Array.from({ length })
  const walk = (nodes: readonly FieldView[]) => {
    for (const node of nodes) {
      if (node.name === "isakmp.typepayload" && node.source === label && node.family)
        for (let at = node.start; at < node.end; at++) out[at] = node.family
      walk(node.children)
    }
  }
  walk(d.tree)
  return out
}
