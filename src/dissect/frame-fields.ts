/** Fields of the frame itself, and the columns of the packet list, under tshark's names. */
import { type Field, type FieldValue, field } from "../bytes/field.ts"
import type { PacketView } from "../net/packet-view.ts"
import type { PacketSummary } from "../report/packet-summary.ts"

const text = { kind: "text" } as const

/** What is known of a frame beside its view: the times before it, as [seconds, nanoseconds]. */
interface FrameTimes {
  readonly previous: Moment | undefined
  /** Of the last frame that a display filter let through. */
  readonly displayed: Moment | undefined
}

export interface Moment {
  readonly seconds: number
  readonly nanos: number
}

export const frameHeading = field("frame", "Frame", { kind: "none" })

interface FrameField {
  readonly field: Field
  value(view: PacketView, times: FrameTimes): FieldValue
}

const first = (view: PacketView): Moment => ({ seconds: view.firstSeconds, nanos: view.firstNanos })

/** In the order in which a tree shows them. A field without a value is not there. */
export const FRAME_FIELDS: readonly FrameField[] = [
  { field: field("frame.number", "Frame Number"), value: v => v.frame },
  { field: field("frame.time", "Arrival Time", text), value: v => arrivalText(v) },
  { field: field("frame.time_epoch", "Epoch Time", text), value: v => difference(v, { seconds: 0, nanos: 0 }) },
  {
    field: field("frame.time_delta", "Time delta from previous captured frame", text),
    value: (v, t) => difference(v, t.previous ?? v),
  },
  {
    field: field("frame.time_delta_displayed", "Time delta from previous displayed frame", { ...text, hidden: true }),
    value: (v, t) => difference(v, t.displayed ?? v),
  },
  {
    field: field("frame.time_relative", "Time since reference or first frame", text),
    value: v => difference(v, first(v)),
  },
  {
    field: field("frame.offset_shift", "Time shift for this packet", { ...text, hidden: true }),
    value: () => "0.000000000",
  },
  { field: field("frame.len", "Frame length on the wire"), value: v => v.originalBytes },
  { field: field("frame.cap_len", "Frame length stored into the capture file"), value: v => v.capturedBytes },
  { field: field("frame.marked", "Frame is marked", { kind: "bool", hidden: true }), value: () => false },
  { field: field("frame.ignored", "Frame is ignored", { kind: "bool", hidden: true }), value: () => false },
]

export const frameComment = field("frame.comment", "Comment", text)
/** `eth:ethertype:ip:udp:isakmp`: known only once the frame is drawn. */
export const frameProtocols = field("frame.protocols", "Protocols in frame", text)

/** The packet list's line of a frame. */
export interface FrameLine extends PacketSummary {
  readonly number: string
  readonly time: string
  readonly length: string
}

export const lineOf = (view: PacketView, summary: PacketSummary): FrameLine => ({
  ...summary,
  number: String(view.frame),
  time: difference(view, first(view), view.timeDigits),
  length: String(view.originalBytes),
})

interface Column {
  readonly field: Field
  readonly part: keyof FrameLine
}

/** A column by the title that tshark 4.0 knows it by, and by the names that came with 4.2. */
const column = (label: string, part: keyof FrameLine, ...names: readonly string[]): Column[] =>
  names.map(name => ({ field: field(`_ws.col.${name}`, label, text), part }))

export const COLUMNS: readonly Column[] = [
  ...column("No.", "number", "No.", "no.", "number"),
  ...column("Time", "time", "Time", "time", "cls_time", "rel_time"),
  ...column("Source", "source", "Source", "source", "def_src"),
  ...column("Destination", "destination", "Destination", "destination", "def_dst"),
  ...column("Protocol", "protocol", "Protocol", "protocol"),
  ...column("Length", "length", "Length", "length", "packet_length"),
  ...column("Info", "info", "Info", "info"),
]

const BILLION = 1_000_000_000

/** Seconds from `from` to `to` with `digits` decimals, exact: `-0.000250000`. */
function difference(to: Moment, from: Moment, digits = 9): string {
  let seconds = to.seconds - from.seconds
  let nanos = to.nanos - from.nanos
  // Both parts of one sign, so that they can be written one behind the other.
  if (seconds > 0 && nanos < 0) {
    seconds--
    nanos += BILLION
  } else if (seconds < 0 && nanos > 0) {
    seconds++
    nanos -= BILLION
  }
  const sign = seconds < 0 || nanos < 0 ? "-" : ""
  const fraction = String(Math.abs(nanos)).padStart(9, "0").slice(0, digits)
  return `${sign}${Math.abs(seconds)}${digits > 0 ? "." : ""}${fraction}`
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")

/** `Nov 21, 2026 00:00:04.437735000 UTC`, as tshark prints it where the time zone is UTC. */
function arrivalText({ seconds, nanos }: Moment): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return `${seconds}.${String(nanos).padStart(9, "0")}`
  const two = (n: number) => String(n).padStart(2, "0")
  const day = String(date.getUTCDate()).padStart(2, " ")
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":")
  return `${MONTHS[date.getUTCMonth()]} ${day}, ${date.getUTCFullYear()} ${clock}.${String(nanos).padStart(9, "0")} UTC`
}
