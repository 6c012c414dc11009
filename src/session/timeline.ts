/** Swim lanes: IKE SAs with their messages, Child SAs with their volume both ways, keepalives; stretches without packets folded. */

import { hex8 } from "../bytes/hex.ts"
import { Kind } from "../net/packet-view.ts"
import { exchangeName } from "../report/build.ts"
import type { Conclusion } from "../report/conclusion.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { FrameIndex } from "./frame-index.ts"
import type { SessionSas } from "./sas.ts"
import type { Lane, SaRow, Stretch, Timeline } from "./types.ts"

export interface TimelineOptions {
  /** Places on the folded axis that volume is counted in. */
  readonly bins: number
  /** Seconds since frame 1; all by default. */
  readonly from?: number
  readonly until?: number
}

/** Lanes drawn at most. */
const MOST_LANES = 60
/** Stretches at most: the longest idle times are folded first. */
const MOST_STRETCHES = 12
/** Seconds without a packet that may be folded, and the part of the whole that they must be at least. */
const IDLE_SECONDS = 0.2
const IDLE_PART = 0.03

export interface TimelineInput {
  readonly index: FrameIndex
  readonly sas: SessionSas
}

/** The lanes of some IKE SAs and of what belongs to them, or of all. */
export function timeline(
  input: TimelineInput,
  some: ReadonlySet<IkeSa> | undefined,
  options: TimelineOptions,
): Timeline {
  const { index, sas } = input
  const until = options.until ?? lastSecond(index)
  const from = options.from ?? 0
  const axis = new Axis(stretchesOf(index, from, until))
  const named = some ? sas.conclusions.filter(c => some.has(c.sa)) : sas.conclusions
  const drawn = named.slice(0, MOST_LANES)
  const loose = some ? [] : sas.data.filter(d => d.child === null)
  const looseLanes = loose.slice(0, MOST_LANES).map(({ data }) => dataLane(sas.row(sas.rowOf(data.id))))
  const all = [...drawn.flatMap(c => lanesOf(sas, c)), ...looseLanes].filter(
    lane => lane.until >= from && lane.from <= until,
  )
  const kept = all.slice(0, MOST_LANES)
  const undrawn = named.length - drawn.length + loose.length - looseLanes.length
  countVolumes(input, kept, axis, options.bins)
  const keepalives = keepaliveLane(index, axis, options.bins)
  return {
    from,
    until,
    bins: options.bins,
    stretches: axis.stretches,
    lanes: keepalives ? [...kept, keepalives] : kept,
    leftOut: all.length - kept.length + undrawn,
  }
}

const lastSecond = (index: FrameIndex): number => {
  let last = 0
  for (let n = 1; n <= index.frames; n++) {
    const t = index.relative(n)
    if (t > last) last = t
  }
  return last
}

/** The times with packets, parted at the longest stretches without. */
function stretchesOf(index: FrameIndex, from: number, until: number): Stretch[] {
  const idle: { at: number; seconds: number }[] = []
  const least = Math.max(IDLE_SECONDS, (until - from) * IDLE_PART)
  let before = Number.NaN
  let frames = 0
  for (let n = 1; n <= index.frames; n++) {
    const t = index.relative(n)
    if (t < from || t > until) continue
    frames++
    if (t - before > least) idle.push({ at: before, seconds: t - before })
    before = Math.max(t, Number.isNaN(before) ? t : before)
  }
  const folded = idle.sort((a, b) => b.seconds - a.seconds).slice(0, MOST_STRETCHES - 1)
  folded.sort((a, b) => a.at - b.at)
  const edges: { from: number; until: number; frames: number }[] = []
  let start = from
  for (const { at, seconds } of folded) {
    edges.push({ from: start, until: at, frames: 0 })
    start = at + seconds
  }
  edges.push({ from: start, until: Math.max(until, start), frames })
  return spread(countFrames(index, edges))
}

function countFrames<T extends { from: number; until: number; frames: number }>(index: FrameIndex, edges: T[]): T[] {
  for (const edge of edges) edge.frames = 0
  let edge = edges[0]
  for (let n = 1; n <= index.frames; n++) {
    const t = index.relative(n)
    // Frames come in the order of their times, mostly.
    if (t < edge.from || t > edge.until) edge = edges.find(e => t >= e.from && t <= e.until) ?? edge
    if (t >= edge.from && t <= edge.until) edge.frames++
  }
  return edges
}

/** Gives each stretch its part of the axis: more frames and more time take more of it, but none takes all. */
function spread(edges: readonly { from: number; until: number; frames: number }[]): Stretch[] {
  const weight = (e: { frames: number }) => 2 + Math.sqrt(Math.min(e.frames, 400))
  const total = edges.reduce((n, e) => n + weight(e), 0)
  let at = 0
  return edges.map(e => {
    const to = at + weight(e) / total
    const stretch = { ...e, at, to }
    at = to
    return stretch
  })
}

/** The folded axis. */
class Axis {
  constructor(readonly stretches: readonly Stretch[]) {}

  /** Place of a time, in [0, 1]. */
  place(seconds: number): number {
    for (const s of this.stretches) {
      if (seconds > s.until) continue
      if (seconds < s.from) return s.at
      return s.until > s.from ? s.at + ((seconds - s.from) / (s.until - s.from)) * (s.to - s.at) : (s.at + s.to) / 2
    }
    return 1
  }
}

/** The lane of an IKE SA, then those of its Child SAs, and of data that are plausibly its own. */
function lanesOf(sas: SessionSas, conclusion: Conclusion): Lane[] {
  const { sa } = conclusion
  const rowOf = (id: string) => sas.row(sas.rowOf(id))
  return [
    ikeLane(sas, conclusion),
    ...sa.children.map((child, n) => childLane(rowOf(child.id), n)),
    ...sas.dataOfIke(sa.id).flatMap(esp => (esp.child_sa === null ? [dataLane(rowOf(esp.id))] : [])),
  ]
}

function ikeLane(sas: SessionSas, { sa, state }: Conclusion): Lane {
  const messages = sa.exchanges.flatMap(x =>
    x.messages.map(m => ({
      at: sas.seconds(m.time),
      frame: m.frame,
      side: m.from === "initiator" ? ("I" as const) : ("R" as const),
      name: exchangeName(sa, x.type),
    })),
  )
  const timeOf = new Map(messages.map(m => [m.frame, m.at]))
  return {
    ...EMPTY,
    id: sa.id,
    kind: "ike",
    state,
    rekeys: sa.parent?.id ?? null,
    from: sas.seconds(sa.first),
    until: sas.seconds(sa.last),
    messages,
    epochs: sa.epochs.map(({ fromMessageId, proof }) => ({
      messageId: fromMessageId,
      frame: proof.first,
      at: timeOf.get(proof.first) ?? sas.seconds(sa.first),
    })),
  }
}

const childLane = (row: SaRow, index: number): Lane => ({
  ...EMPTY,
  id: row.id,
  kind: "child",
  state: row.state,
  rekeys: row.rekeys,
  index,
  from: row.from,
  until: row.until,
  packets: row.packets,
})

const EMPTY = {
  index: 0,
  messages: [],
  epochs: [],
  up: new Float32Array(0),
  down: new Float32Array(0),
  packets: 0,
  rekeys: null,
}

const dataLane = (row: SaRow): Lane => ({
  ...EMPTY,
  id: row.id,
  kind: "data",
  state: row.state,
  from: row.from,
  until: row.until,
  packets: row.packets,
})

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Counts the bytes of each lane's packets into its bins; what is drawn upward is sent to the responder. */
function countVolumes({ index, sas }: TimelineInput, lanes: readonly Writable<Lane>[], axis: Axis, bins: number): void {
  const byRow = new Map<number, { up: Float32Array; down: Float32Array; spiI: string | null }>()
  for (const lane of lanes) {
    if (lane.kind === "ike") continue
    lane.up = new Float32Array(bins)
    lane.down = new Float32Array(bins)
    const row = sas.rowOf(lane.id)
    byRow.set(row, { up: lane.up, down: lane.down, spiI: sas.row(row).spiI })
  }
  const { sa } = index
  for (let i = 0; i < sa.length; i++) {
    const lane = sa[i] < 0 ? undefined : byRow.get(sa[i])
    const flow = lane && index.flowOf(i + 1)
    if (!lane || flow === undefined) continue
    const bin = Math.min(bins - 1, Math.floor(axis.place(index.relative(i + 1)) * bins))
    // The SPI that the initiator chose stands in packets to it.
    const down = lane.spiI !== null && hex8(index.flows[flow].spi) === lane.spiI
    const volume = down ? lane.down : lane.up
    volume[bin] += index.original[i]
  }
}

function keepaliveLane(index: FrameIndex, axis: Axis, bins: number): Lane | undefined {
  const up = new Float32Array(bins)
  const kind = index.of(index.kind)
  let packets = 0
  let from = 0
  let until = 0
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] !== Kind.KEEPALIVE) continue
    until = index.relative(i + 1)
    if (packets++ === 0) from = until
    up[Math.min(bins - 1, Math.floor(axis.place(until) * bins))]++
  }
  if (packets === 0) return undefined
  return { ...EMPTY, id: "NAT keepalives", kind: "keepalive", state: "", from, until, up, packets }
}
