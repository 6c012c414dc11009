/** The packet list with three panes, as in Wireshark. */

import type { Line } from "../../session/types.ts"
import { lineOf, needLines, rowOfFrame, saRow, selectFrame } from "../actions.ts"
import { Hex } from "../inspector/hex.tsx"
import { FieldBar } from "../inspector/inspector.tsx"
import { Tree } from "../inspector/tree.tsx"
import { colorOf } from "../left/left.tsx"
import { VirtualList } from "../parts/virtual-list.tsx"
import * as s from "../state.ts"

const ROW = 21

export const Packets = () => {
  const count = s.frameCount.value
  const cycle = () => {
    const formats: readonly s.TimeFormat[] = ["relative", "delta", "utc"]
    s.timeFormat.value = formats[(formats.indexOf(s.timeFormat.value) + 1) % formats.length]
  }
  return (
    <main class="stack">
      <section class="pk mid" aria-label="Packets">
        <div class="h">
          <span>No.</span>
          <button onClick={cycle} title="seconds since the first frame, since the one before, or UTC (t)">
            Time{s.timeFormat.value === "relative" ? "" : s.timeFormat.value === "delta" ? ", delta" : ", UTC"}
          </button>
          <span>Source</span>
          <span>Destination</span>
          <span>Protocol</span>
          <span>Length</span>
          <span>Info</span>
        </div>
        {count === 0 ? (
          <p class="empty dim">{s.filterDone.value ? "No frame passes the filter." : "Filtering…"}</p>
        ) : (
          <VirtualList
            label="Packets"
            count={count}
            rowHeight={ROW}
            version={s.info.value}
            selected={s.frame.value > 0 ? rowOfFrame(s.frame.value) : undefined}
            onRange={(first, end) =>
              void needLines(Array.from({ length: end - first }, (_, i) => s.frameAt(first + i)))
            }
            render={row => <PacketRow row={row} frame={s.frameAt(row)} />}
          />
        )}
      </section>
      <div class="pair">
        <div class="treepane">
          <Tree />
          <FieldBar />
        </div>
        <Hex />
      </div>
    </main>
  )
}

const PacketRow = ({ row, frame }: { row: number; frame: number }) => {
  const line = lineOf(frame)
  const on = frame === s.frame.value
  const sa = saRow(line?.sa ?? null)
  const color = sa ? `c-${colorOf(sa.id, sa.kind)}` : ""
  const quiet = line && line.protocol === "UDPENCAP" ? "ka" : ""
  return (
    <div
      class={`r ${color} ${quiet} ${on ? "on" : ""}`}
      role="row"
      aria-rowindex={row + 1}
      aria-selected={on}
      onClick={() => selectFrame(frame)}
    >
      <span role="gridcell">
        {s.pinned.value.has(frame) && (
          <b class="pin" title="marked">
            ●
          </b>
        )}
        {frame}
      </span>
      <span role="gridcell">{line ? timeOf(line) : ""}</span>
      <span role="gridcell">{line?.source ?? ""}</span>
      <span role="gridcell">{line?.destination ?? ""}</span>
      <span role="gridcell">{line?.protocol ?? "…"}</span>
      <span role="gridcell">{line?.length ?? ""}</span>
      <span role="gridcell">
        {line?.info ?? ""} {line?.payloads && <span class="sub">{line.payloads}</span>} <Note line={line} />
      </span>
    </div>
  )
}

const timeOf = (line: Line): string =>
  s.timeFormat.value === "relative"
    ? line.relative
    : s.timeFormat.value === "delta"
      ? line.delta
      : line.time.slice(11, 26)

const Note = ({ line }: { line: Line | undefined }) => {
  if (!line?.opened) return null
  return <span class="sub">{line.spi && line.protocol !== "ESP" ? `in ESP ${line.spi} ✔` : "opened ✔"}</span>
}
