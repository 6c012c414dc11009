/** What people call an object of the report, where it stands in the capture, and when it was. */
import { type CelObject, framesByTime, listOf, objectOf } from "./objects.ts"
import type { Kind } from "./schema.ts"

/** An object that a rule speaks of. */
export interface Subject {
  readonly kind: Kind
  /** `ike/0`, `ike/0 IKE_AUTH 1`, `ike/0 frame 3`, `child/0`. */
  readonly label: string
  readonly frame: number | null
  /** The IKE SA it belongs to. */
  readonly ikeSa: string | null
}

export function subjectOf(kind: Kind, object: CelObject): Subject {
  const sa = kind === "ike_sa" ? object : objectOf(object.ike_sa)
  const ikeSa = typeof sa?.id === "string" ? sa.id : null
  return { kind, label: labelOf(kind, object, ikeSa), frame: frameOf(kind, object), ikeSa }
}

function labelOf(kind: Kind, o: CelObject, ikeSa: string | null): string {
  switch (kind) {
    case "capture":
      return String(o.path)
    case "ike_sa":
    case "child_sa":
    case "esp_sa":
      return String(o.id)
    case "exchange":
      return `${ikeSa} ${o.type} ${o.message_id}`
    case "message":
      return `${ikeSa} frame ${o.frame}`
    case "check":
      return `${ikeSa} ${o.id}`
    case "diagnostic":
      return String(o.code)
  }
}

/** The first frame of an object; a Child SA's is unknown to the report, so its IKE SA's message of the same time is taken. */
function frameOf(kind: Kind, o: CelObject): number | null {
  switch (kind) {
    case "message":
    case "check":
    case "diagnostic":
      return o.frame === null ? null : Number(o.frame)
    case "exchange":
      return firstFrame(o)
    case "ike_sa":
      return firstFrame(listOf(o.exchanges)[0])
    case "child_sa":
      return frameAt(objectOf(o.ike_sa), o.first_time)
    case "capture":
    case "esp_sa":
      return null
  }
}

function firstFrame(exchange: CelObject | undefined): number | null {
  const first = listOf(exchange?.messages)[0]
  return first ? Number(first.frame) : null
}

function frameAt(sa: CelObject | undefined, time: unknown): number | null {
  return (sa && framesByTime(sa).get(time)) ?? null
}

/** The time of an object, at one of its ends where it lasts; null where it has none. */
export function timeOf(kind: Kind, o: CelObject, at: "start" | "end"): string | null {
  if (kind === "exchange") return textOrNull(listOf(o.messages).at(at === "start" ? 0 : -1)?.time)
  if (kind === "message" || kind === "check" || kind === "diagnostic") return textOrNull(o.time)
  return textOrNull(at === "start" ? o.first_time : o.last_time)
}

/** The frame at one of an object's ends. */
export function frameAtEnd(kind: Kind, o: CelObject, at: "start" | "end"): number | null {
  if (at === "start" || (kind !== "exchange" && kind !== "ike_sa")) return frameOf(kind, o)
  const exchange = kind === "ike_sa" ? listOf(o.exchanges).at(-1) : o
  const last = listOf(exchange?.messages).at(-1)
  return last ? Number(last.frame) : null
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null)
