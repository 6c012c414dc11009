/** Differences between two negotiations in words: "encryption AES-CBC-128 → AES-GCM-16-256"; a block for each SA, the JSON paths left out. */
import { plural } from "../../bytes/words.ts"
import type { Difference } from "../../check/difference.ts"
import { type Pen, type PenOptions, penFor } from "../pen.ts"
import { wrap } from "../text.ts"

/** The differences as pieces of text, their number first; `name` is what was compared. */
export function* spokenDifferences(
  differences: readonly Difference[],
  options: PenOptions,
  name: string,
): Generator<string> {
  const pen = penFor(options)
  const { theme, glyphs } = pen
  differences = toldOnce(differences)
  const mark = differences.length === 0 ? theme.ok(glyphs.ok) : theme.bad(glyphs.bad)
  const count = differences.length === 0 ? "nothing differs" : plural(differences.length, "difference")
  yield `${mark} ${theme.strong(pen.text(name))}  ${theme.dim(count)}\n`
  let before = ""
  for (const difference of differences) {
    const { subject, says } = spoken(difference, options.ascii ? "->" : "→")
    if (subject !== before) yield `  ${theme.strong(pen.text(subject))}\n`
    before = subject
    yield sentence(says, pen)
  }
}

/** A finding that an IKE SA has is shown there; among those of the whole it says nothing new. */
function toldOnce(differences: readonly Difference[]): Difference[] {
  const codes = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
  const ofSas = differences.filter(d => /^ike_sas\[\d+\]\.findings$/.test(d.path))
  const listed = new Set(ofSas.flatMap(d => changed(codes(d.before), codes(d.after))))
  return differences.flatMap(d => {
    if (d.path !== "findings") return d
    const [before, after] = [codes(d.before), codes(d.after)]
    const left = changed(before, after).filter(finding => !listed.has(finding.replace(/^\w+ /, "")))
    return left.length === 0
      ? []
      : { ...d, before: before.filter(f => left.includes(f)), after: after.filter(f => left.includes(f)) }
  })
}

/** Items that only one of two lists has. */
const changed = (before: readonly string[], after: readonly string[]): string[] => [
  ...before.filter(item => !after.includes(item)),
  ...after.filter(item => !before.includes(item)),
]

const sentence = (says: string, pen: Pen): string =>
  wrap(pen.text(says), pen.width - 6)
    .map((line, i) => `${" ".repeat(i === 0 ? 4 : 6)}${line}\n`)
    .join("")

interface Spoken {
  /** What it is about: `IKE SA 1`. */
  readonly subject: string
  readonly says: string
}

/** One difference in words. */
export function spoken({ path, before, after }: Difference, arrow: string): Spoken {
  const { subject, rest } = subjectOf(path)
  const name = nameOf(rest).replace(/:$/, "")
  if (before === undefined) return { subject, says: `${name} new: ${thingText(after, arrow)}`.trim() }
  if (after === undefined) return { subject, says: `${name} gone: ${thingText(before, arrow)}`.trim() }
  if (rest === "pfs") return { subject, says: after ? "PFS is new" : "PFS gone" }
  if (Array.isArray(before) && Array.isArray(after) && before.length + after.length > 2 && isText([before, after]))
    return { subject, says: `${nameOf(rest)} ${changesOf(before, after)}` }
  return { subject, says: `${nameOf(rest)} ${valueText(before)} ${arrow} ${valueText(after)}` }
}

/** One difference as a row of a table: what it is about, what differs, and the values in words; null where there is none. */
export interface ComparedValue extends Difference {
  readonly subject: string
  readonly what: string
  readonly was: string | null
  readonly is: string | null
}

export function comparedValue(difference: Difference): ComparedValue {
  const { path, before, after } = difference
  const { subject, rest } = subjectOf(path)
  const isWhole = before === undefined || after === undefined
  const words = (value: unknown) => (value === undefined ? null : isWhole ? thingText(value, "→") : valueText(value))
  const what = rest === "" ? "the SA" : nameOf(rest).replace(/:$/, "")
  return { ...difference, subject, what, was: words(before), is: words(after) }
}

const SUBJECTS: readonly (readonly [RegExp, (...numbers: string[]) => string])[] = [
  [/^ike_sas\[(\d+)\]\.child_sas\[(\d+)\]\.?/, (sa, child) => `Child SA ${nth(child)} of IKE SA ${nth(sa)}`],
  [/^ike_sas\[(\d+)\]\.?/, sa => `IKE SA ${nth(sa)}`],
  [/^esp_sas\[(\d+)\]\.?/, sa => `ESP or AH SA ${nth(sa)}`],
]

const nth = (index: string): string => String(Number(index) + 1)

function subjectOf(path: string): { subject: string; rest: string } {
  for (const [pattern, subject] of SUBJECTS) {
    const found = pattern.exec(path)
    if (found) return { subject: subject(...found.slice(1)), rest: path.slice(found[0].length) }
  }
  return { subject: "the whole", rest: path }
}

const WORDS: Readonly<Record<string, string>> = {
  encr: "encryption",
  integ: "integrity",
  prf: "PRF",
  ke: "key exchange",
  esn: "extended sequence numbers",
  ts_i: "selectors of the initiator",
  ts_r: "selectors of the responder",
  auth: "authentication of the",
  ids: "identity of the",
  icv_failed: "ICVs that fail",
  child_sa: "Child SA",
  started_by: "started by",
}

/** `offered[0].encr` is "offer 1: encryption", `suite.encr` "encryption", `` (the SA itself) nothing. */
function nameOf(rest: string): string {
  if (rest === "") return ""
  const check = /^checks\.(.+)$/.exec(rest)
  if (check) return `check ${check[1]}`
  return rest
    .replace(/^suite\./, "")
    .split(".")
    .map(part => {
      const [, word, index] = /^(\w+?)(?:\[(\d+)\])?$/.exec(part) ?? []
      if (word === undefined) return part
      if (index === undefined) return WORDS[word] ?? word.replaceAll("_", " ")
      return `${ITEMS[word] ?? word} ${nth(index)}:`
    })
    .join(" ")
}

const ITEMS: Readonly<Record<string, string>> = { offered: "offer", exchanges: "exchange", messages: "message" }

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "none"
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueText).join(", ")
  if (typeof value !== "object") return String(value)
  const parts = Object.entries(value).filter(
    ([, v]) => (v ?? null) !== null && v !== false && !(Array.isArray(v) && v.length === 0),
  )
  return parts.map(([key, v]) => `${WORDS[key] ?? key.replaceAll("_", " ")} ${valueText(v)}`).join(", ")
}

/** An SA or an exchange that only one side has, by what it is known by; anything else whole. */
function thingText(thing: unknown, arrow: string): string {
  if (!isRecord(thing)) return valueText(thing)
  const address = (end: unknown) => (isRecord(end) ? end.address : "")
  if (thing.type && thing.started_by) return `${thing.type}, started by the ${thing.started_by}`
  if (thing.source) return `${thing.protocol} ${thing.source} ${arrow} ${thing.destination}`
  if (thing.initiator && thing.responder)
    return `IKEv${thing.version} ${address(thing.initiator)} ${arrow} ${address(thing.responder)}, ${thing.state}`
  if (thing.ts_i) return `${thing.protocol} ${thing.mode ?? ""}, ${thing.state}`.replace(" ,", ",")
  return valueText(thing)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const isText = (lists: readonly (readonly unknown[])[]): boolean => lists.flat().every(v => typeof v === "string")

/** What came and what went, of a list of words; one that has only another order says so. */
function changesOf(before: readonly unknown[], after: readonly unknown[]): string {
  const came = after.filter(v => !before.includes(v)).map(v => `+${v}`)
  const went = before.filter(v => !after.includes(v)).map(v => `-${v}`)
  return [...came, ...went].join(", ") || `in another order: ${valueText(after)}`
}
