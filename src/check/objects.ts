/** The report's objects as expressions see them: typed, with their parents, whole numbers as CEL's int. */

import { evaluate } from "@marcbachmann/cel-js"
import { grouped } from "../bytes/grouped.ts"
import { keysOf, recordOf } from "../bytes/typed.ts"
import { nanosBetween } from "../report/time.ts"
import type { EspSaReport, IkeSaReport, Report } from "../report/types.ts"
import { elementOf, isTypeName, KIND_NAMES, type Kind, membersOf, TYPES, type TypeName } from "./schema.ts"

/** An object of a type of the schema. `none` stands for null where the type has members, so that they stay checked. */
export interface CelObject {
  [member: string]: unknown
  [FRAMES]?: ReadonlyMap<unknown, number>
}

/** Of an IKE SA that was asked for it: the first frame of each time. */
const FRAMES = Symbol("frames")

const IS_NONE = Symbol("none")

type ObjectClass = new (members: object) => CelObject

/** One class a type: CEL tells the types of values apart by their constructors. */
const CLASSES: Readonly<Record<TypeName, ObjectClass>> = recordOf(
  keysOf(TYPES),
  () =>
    class {
      [member: string]: unknown
      constructor(members: object) {
        Object.assign(this, members)
      }
    },
)

const NONES = recordOf(keysOf(TYPES), (type): CelObject => new CLASSES[type]({ [IS_NONE]: true }))

export const classOf = (type: TypeName): ObjectClass => CLASSES[type]

/** The object that a member is; undefined where it is none. */
export const objectOf = (value: unknown): CelObject | undefined => (isObject(value) ? value : undefined)

const isObject = (value: unknown): value is CelObject => typeof value === "object" && value !== null

/** The objects of a list member; none where the object has no such list. */
export const listOf = (value: unknown): readonly CelObject[] => (Array.isArray(value) ? value : [])

/** Whether a value of an expression is null, or stands for it. */
export const isNull = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === "object" && IS_NONE in value)

/** The first frame of each time of an IKE SA's messages. */
export function framesByTime(sa: CelObject): ReadonlyMap<unknown, number> {
  if (sa[FRAMES]) return sa[FRAMES]
  const frames = new Map<unknown, number>()
  for (const exchange of listOf(sa.exchanges))
    for (const { time, frame } of listOf(exchange.messages)) if (!frames.has(time)) frames.set(time, Number(frame))
  sa[FRAMES] = frames
  return frames
}

interface CelDuration {
  readonly seconds: bigint
  readonly nanos: number
}

/** The library keeps its class of durations to itself; a value of it shows which. */
const Duration = evaluate('duration("0s")').constructor as new (seconds: bigint, nanos: number) => CelDuration

export const isDuration = (value: unknown): value is CelDuration => value instanceof Duration

/** The objects of a report by kind, each in the order of the report. */
export type Objects = Readonly<Record<Kind, readonly CelObject[]>> & {
  readonly report: CelObject
  /** Encrypted messages of IKE SAs without a key: what is in them is no object. */
  readonly closed: number
  /** Objects of a kind by what they have as that member. */
  readonly under: (kind: Kind, member: string) => ReadonlyMap<unknown, readonly CelObject[]>
}

export function objectsOf(report: Report): Objects {
  const all: Record<Kind, CelObject[]> = recordOf<Kind, CelObject[]>(KIND_NAMES, () => [])
  all.capture = report.captures.map(c => make("Capture", c, { took: took(c) }))
  const sas = report.ike_sas.map(sa => ikeSa(sa, all))
  const childOf = new Map(all.child_sa.map(c => [c.id, c]))
  all.esp_sa = report.esp_sas.map(esp => espSa(esp, childOf))
  const ofChild = grouped(all.esp_sa, esp => esp.child_sa)
  for (const child of all.child_sa) child.esp_sas = ofChild.get(child.id) ?? []
  const subjects = new Map<unknown, CelObject | null>(all.esp_sa.map(esp => [esp.id, objectOf(esp.ike_sa) ?? null]))
  for (const sa of sas) subjects.set(sa.id, sa)
  // The IKE SA that the finding speaks of, or whose data SA it speaks of.
  all.diagnostic = report.diagnostics.map(d => make("Diagnostic", d, { ike_sa: subjects.get(d.sa) ?? null }))
  const lists = { captures: all.capture, ike_sas: sas, esp_sas: all.esp_sa, diagnostics: all.diagnostic }
  return { ...all, report: make("Report", report, lists), closed: closedMessages(report), under: grouping(all) }
}

function grouping(all: Readonly<Record<Kind, readonly CelObject[]>>): Objects["under"] {
  const known = new Map<string, Map<unknown, CelObject[]>>()
  return (kind, member) => {
    const key = `${kind} ${member}`
    const groups = known.get(key) ?? grouped(all[kind], o => o[member])
    known.set(key, groups)
    return groups
  }
}

const closedMessages = ({ ike_sas }: Report): number =>
  ike_sas
    .filter(sa => sa.keys.status === "none")
    .reduce((sum, sa) => sum + sa.exchanges.flatMap(x => x.messages).filter(m => m.encrypted).length, 0)

function ikeSa(sa: IkeSaReport, all: Record<Kind, CelObject[]>): CelObject {
  const own: Record<string, unknown> = { took: took(sa) }
  const made = make("IkeSa", { ...sa, exchanges: [], child_sas: [], checks: [] }, own)
  const exchanges = sa.exchanges.map(x => {
    const ends = { first_time: x.messages[0]?.time ?? null, last_time: x.messages.at(-1)?.time ?? null }
    const exchange = make("Exchange", { ...x, messages: [] }, { ike_sa: made, took: took(ends) })
    const messages = x.messages.map(m => make("Message", m, { exchange, ike_sa: made }))
    all.message.push(...messages)
    return Object.assign(exchange, { messages })
  })
  const children = sa.child_sas.map(c => make("ChildSa", c, { ike_sa: made, took: took(c), esp_sas: [] }))
  const checks = sa.checks.map(c => make("Check", c, { ike_sa: made }))
  Object.assign(made, { exchanges, child_sas: children, checks })
  all.ike_sa.push(made)
  all.exchange.push(...exchanges)
  all.child_sa.push(...children)
  all.check.push(...checks)
  return made
}

function espSa(esp: EspSaReport, childOf: ReadonlyMap<unknown, CelObject>): CelObject {
  const child = childOf.get(esp.child_sa)
  return make("EspSa", esp, { took: took(esp), child: child ?? null, ike_sa: child?.ike_sa ?? null })
}

/** Builds an object from the report's, converting each member after its type; `own` are members already made. */
function make(type: TypeName, from: object, own: Readonly<Record<string, unknown>> = {}): CelObject {
  const members: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(membersOf(type)))
    members[name] = name in own ? orNone(own[name], member.type) : convert(Reflect.get(from, name), member.type)
  return new (classOf(type))(members)
}

function convert(value: unknown, type: string): unknown {
  if (Array.isArray(value)) return value.map(item => convert(item, elementOf(type)))
  if (value === null || value === undefined) return orNone(null, type)
  if (type === "int") return BigInt(Math.trunc(Number(value)))
  if (type === "map<string, int>") return new Map(Object.entries(value).map(([key, n]) => [key, BigInt(n)]))
  return isTypeName(type) && isObject(value) ? make(type, value) : value
}

const orNone = (value: unknown, type: string): unknown => (value === null && isTypeName(type) ? NONES[type] : value)

function took({ first_time, last_time }: { first_time: string | null; last_time: string | null }): CelDuration | null {
  if (first_time === null || last_time === null) return null
  return durationOf(nanosBetween(first_time, last_time))
}

const SECOND = 1_000_000_000n

/** A CEL duration of so many nanoseconds. */
const durationOf = (nanos: bigint): CelDuration => new Duration(nanos / SECOND, Number(nanos % SECOND))
