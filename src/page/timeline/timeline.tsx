/** Swim lanes below every view: IKE SAs with their messages, Child SAs with their volume both ways; idle time folded, drag to zoom. */

import { useSignal } from "@preact/signals"
import type { TargetedPointerEvent } from "preact"
import { useLayoutEffect, useRef, useState } from "preact/hooks"
import type { Lane, Stretch, Timeline as TimelineData } from "../../session/types.ts"
import { selectFrame, selectSa, showTimeline } from "../actions.ts"
import { colorOf } from "../left/left.tsx"
import { seconds } from "../parts/words.ts"
import { frameSeconds, sa, timeline, zoom } from "../state.ts"

const HEIGHT: Readonly<Record<Lane["kind"], number>> = { ike: 34, child: 38, data: 38, keepalive: 20 }
const AXIS = 22
const PAD = 14
const GAP = 22
/** Lanes higher than this scroll. */
const MOST = 230

export const TimelinePane = () => {
  const t = timeline.value
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(1000)
  useLayoutEffect(() => {
    if (!box.current) return
    const observer = new ResizeObserver(([entry]) => {
      // Hidden it has no width.
      if (entry.contentRect.width > 0) setWidth(Math.max(400, entry.contentRect.width))
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [t === null])
  if (!t || t.lanes.length === 0) return <section class="time none" aria-label="Time line" />
  const height = t.lanes.reduce((n, l) => n + HEIGHT[l.kind], 6)
  return (
    <section class="time" aria-label="Time line" style={{ maxHeight: `${MOST + AXIS}px` }} tabIndex={0}>
      <div class="names">
        {t.lanes.map(lane => (
          <LaneName key={lane.id} lane={lane} />
        ))}
        <div class="dim small foot">
          {t.stretches.length > 1 ? "⌇ idle stretches folded · " : ""}
          {zoom.value ? "0 shows all" : "drag to zoom"}
          {t.leftOut > 0 ? ` · ${t.leftOut} more` : ""}
        </div>
      </div>
      <div ref={box} class="lanes">
        <Lanes t={t} width={width} height={height + AXIS} />
        <Twin t={t} />
      </div>
    </section>
  )
}

const LaneName = ({ lane }: { lane: Lane }) => (
  <button
    class={`name c-${colorOf(lane.id, lane.kind)} ${sa.value === lane.id ? "on" : ""}`}
    style={{ height: `${HEIGHT[lane.kind]}px` }}
    onClick={() => lane.kind !== "keepalive" && selectSa(lane.id)}
  >
    <span class="k" />
    <b>{lane.id}</b>{" "}
    <span class={lane.state === "failed" ? "bad" : "dim"}>
      {[
        lane.state,
        lane.rekeys ? `after ${lane.rekeys.replace(/^\w+\//, "")}` : "",
        lane.epochs.length > 1 ? `${lane.epochs.length} key epochs` : "",
        lane.packets > 0 ? `${lane.packets} ${lane.kind === "keepalive" ? "seen" : "ESP"}` : "",
      ]
        .filter(Boolean)
        .join(" · ")}
    </span>
  </button>
)

/** From seconds to pixels over folded stretches, and back. */
class Scale {
  readonly boxes: readonly { readonly s: Stretch; readonly x: number; readonly w: number }[]
  constructor(t: TimelineData, width: number) {
    const room = width - 2 * PAD - GAP * (t.stretches.length - 1)
    this.boxes = t.stretches.map((s, i) => ({ s, x: PAD + s.at * room + i * GAP, w: (s.to - s.at) * room }))
  }

  x(time: number): number {
    for (const { s, x, w } of this.boxes) {
      if (time > s.until) continue
      if (time < s.from) return x
      return s.until > s.from ? x + 4 + ((time - s.from) / (s.until - s.from)) * (w - 8) : x + w / 2
    }
    const last = this.boxes.at(-1)
    return last ? last.x + last.w : PAD
  }

  /** Of a bin's middle on the folded axis. */
  bin(place: number): number {
    for (const { s, x, w } of this.boxes)
      if (place <= s.to) return x + 4 + ((place - s.at) / (s.to - s.at || 1)) * (w - 8)
    return this.x(Number.POSITIVE_INFINITY)
  }

  time(px: number): number {
    for (const { s, x, w } of this.boxes) {
      if (px < x) return s.from
      if (px <= x + w) return s.from + ((px - x) / w) * (s.until - s.from)
    }
    return this.boxes.at(-1)?.s.until ?? 0
  }
}

const Lanes = ({ t, width, height }: { t: TimelineData; width: number; height: number }) => {
  const scale = new Scale(t, width)
  const drag = useSignal<readonly [number, number] | null>(null)
  const px = (event: TargetedPointerEvent<SVGSVGElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left
  const release = () => {
    const d = drag.value
    drag.value = null
    if (!d || Math.abs(d[1] - d[0]) < 6) return
    const [a, b] = [scale.time(Math.min(...d)), scale.time(Math.max(...d))]
    zoom.value = b > a ? [a, b] : null
    void showTimeline()
  }
  const cursor = frameSeconds.value
  let y = 6
  const bottom = height - AXIS
  return (
    <svg
      width={width}
      height={height}
      aria-hidden="true"
      onPointerDown={e => (drag.value = [px(e), px(e)])}
      onPointerMove={e => drag.value && (drag.value = [drag.value[0], px(e)])}
      onPointerUp={release}
      onPointerLeave={release}
    >
      {scale.boxes.map(({ s, x, w }, i) => (
        <g key={i}>
          <rect class="stretch" x={x} y={0} width={w} height={bottom} />
          {(i === 0 || w > 46) && (
            <text x={x + 3} y={height - 7}>
              {s.from.toFixed(s.from < 1 ? 3 : 2)} s
            </text>
          )}
          {i < scale.boxes.length - 1 && (
            <>
              <path class="fold" d={`M${x + w + GAP / 2 - 3} 0v${bottom}m6 0V0`} />
              <text class="faint" x={x + w + GAP / 2} y={height - 7} text-anchor="middle">
                ⌇
              </text>
            </>
          )}
          {i === scale.boxes.length - 1 && s.until > s.from && w > 120 && (
            <text x={x + w - 3} y={height - 7} text-anchor="end">
              {s.until.toFixed(3)} s
            </text>
          )}
        </g>
      ))}
      {t.lanes.map(lane => {
        const at = y
        y += HEIGHT[lane.kind]
        return <LaneShape key={lane.id} lane={lane} y={at} scale={scale} bins={t.bins} />
      })}
      {cursor !== undefined && (
        <g class="cursor">
          <path d={`M${scale.x(cursor)} 0V${bottom}`} />
          <path class="head" d={`M${scale.x(cursor) - 5} 0h10l-5 6z`} />
        </g>
      )}
      {drag.value && (
        <rect
          class="drag"
          x={Math.min(...drag.value)}
          width={Math.abs(drag.value[1] - drag.value[0])}
          y={0}
          height={bottom}
        />
      )}
    </svg>
  )
}

interface ShapeProps {
  readonly lane: Lane
  readonly y: number
  readonly scale: Scale
  readonly bins: number
}

const LaneShape = ({ lane, y, scale, bins }: ShapeProps) => {
  const middle = y + HEIGHT[lane.kind] / 2
  const x0 = scale.x(lane.from)
  const x1 = scale.x(lane.until)
  const color = `c-${colorOf(lane.id, lane.kind)}`
  if (lane.kind === "ike") return <IkeShape {...{ lane, middle, x0, x1, scale }} />
  if (lane.kind === "keepalive")
    return (
      <g class="c-data">
        {[...lane.up].map(
          (n, i) => n > 0 && <circle key={i} class="dot" cx={scale.bin((i + 0.5) / bins)} cy={middle} r={2.5} />,
        )}
      </g>
    )
  return (
    <g class={color}>
      <rect class="life" x={x0} y={middle - 1} width={Math.max(3, x1 - x0)} height={2} rx={1} />
      <path class="up" d={bars(lane.up, scale, bins, middle - 2, -1)} />
      <path class="down" d={bars(lane.down, scale, bins, middle + 2, 1)} />
      {lane.rekeys && <path class="from" d={`M${x0} ${middle - 30}V${middle - 7}`} />}
      {lane.rekeys && <path class="life" d={`M${x0 - 4} ${middle - 9}h8l-4 6z`} />}
    </g>
  )
}

/** Bars as one path: volume on a logarithmic scale. */
function bars(volume: Float32Array, scale: Scale, bins: number, y: number, way: 1 | -1): string {
  const peak = Math.log(1 + volume.reduce((a, b) => Math.max(a, b), 4000))
  let d = ""
  for (let i = 0; i < volume.length; i++) {
    if (volume[i] === 0) continue
    const h = Math.max(2, (Math.log(1 + volume[i]) / peak) * 15) * way
    d += `M${(scale.bin((i + 0.5) / bins) - 1.5).toFixed(1)} ${y}h3v${h.toFixed(1)}h-3z`
  }
  return d
}

interface IkeProps {
  readonly lane: Lane
  readonly middle: number
  readonly x0: number
  readonly x1: number
  readonly scale: Scale
}

/** Messages marked at most: a busier SA shows its life alone. */
const MOST_MARKS = 400

const IkeShape = ({ lane, middle, x0, x1, scale }: IkeProps) => {
  const bad = lane.state === "failed"
  const few = lane.messages.length <= 8
  return (
    <g>
      <rect
        class={bad ? "ikelife bad" : "ikelife"}
        x={x0}
        y={middle - 4}
        width={Math.max(4, x1 - x0)}
        height={8}
        rx={4}
      />
      {lane.epochs.slice(1, MOST_MARKS).map(e => (
        <g key={e.messageId} class="epoch">
          <title>
            new keys from Message ID {e.messageId} on, frame {e.frame}
          </title>
          <path d={`M${scale.x(e.at)} ${middle - 7}v14`} />
        </g>
      ))}
      {lane.messages.slice(0, MOST_MARKS).map(m => {
        const x = scale.x(m.at)
        const up = m.side === "I"
        const right = x > x1 - 90 && x > 200
        return (
          <g key={m.frame} class={up ? "way-i mark" : "way-r mark"} onClick={() => selectFrame(m.frame)}>
            <path d={`M${x} ${middle}v${up ? -11 : 11}`} />
            <circle cx={x} cy={middle + (up ? -11 : 11)} r={2.6} />
            {few && (
              <text x={right ? x - 6 : x + 6} y={middle + (up ? -8 : 15)} text-anchor={right ? "end" : "start"}>
                {m.frame} {m.name.replace(/.*\((.*)\)/, "$1")}
                {up ? "" : " ↩"}
              </text>
            )}
          </g>
        )
      })}
      {bad && (
        <g class="failed">
          <circle cx={x1} cy={middle} r={7.5} />
          <path d={`M${x1 - 3} ${middle - 3}l6 6m0-6l-6 6`} />
        </g>
      )}
      {lane.rekeys && <path class="from c-ike" d={`M${x0} ${middle - 40}V${middle - 9}`} />}
      {lane.rekeys && <path class="life c-ike" d={`M${x0 - 4} ${middle - 11}h8l-4 6z`} />}
    </g>
  )
}

/** The same as a table, for those who do not see the picture. */
const Twin = ({ t }: { t: TimelineData }) => (
  <table class="hidden">
    <caption>Time line</caption>
    <thead>
      <tr>
        <th>SA</th>
        <th>state</th>
        <th>from</th>
        <th>until</th>
        <th>messages</th>
        <th>packets</th>
      </tr>
    </thead>
    <tbody>
      {t.lanes.map(l => (
        <tr key={l.id}>
          <td>{l.id}</td>
          <td>{l.state}</td>
          <td>{seconds(l.from)} s</td>
          <td>{seconds(l.until)} s</td>
          <td>{l.messages.length}</td>
          <td>{l.packets}</td>
        </tr>
      ))}
    </tbody>
  </table>
)
