/** What a person does: each action asks the backend and sets signals. */

import { batch } from "@preact/signals"
import { isAbort, messageOf } from "../bytes/errors.ts"
import type { FieldView, FilterPart, SaRow } from "../session/types.ts"
import type { Backend } from "./backend.ts"
import { nodeAt, pathOfName } from "./inspector/tree-model.ts"
import { ladderLines } from "./ladder/lines.ts"
import { isKeyFile, unpacked } from "./open/sort-files.ts"
import * as s from "./state.ts"

let backend: Backend

/** Sets where the session lives, before anything else. */
export function useBackend(given: Backend): void {
  backend = given
  backend.onProgress = (progress, session) => {
    if (session !== 0) return
    s.progress.value = progress
    if (progress.stage === "done") void refresh()
  }
}

export const backendKind = (): Backend["kind"] => backend.kind

/** Captures and keys, dropped or chosen, distinguished by their first bytes. */
export async function openFiles(files: readonly File[]): Promise<void> {
  s.fault.value = ""
  const keys: File[] = []
  const captures: File[] = []
  for (const file of files) ((await isKeyFile(file)) ? keys : captures).push(file)
  try {
    if (captures.length > 0) await openCaptures(captures)
    for (const file of keys) await addKeys(file)
  } catch (error) {
    if (!isAbort(error)) s.fault.value = messageOf(error)
  }
}

/** Whether what goes on can be ended. */
export const canCancel = (): boolean => backend.cancel !== undefined

/** Ends what goes on: key trials, the reading of a capture. What was open before stays. */
export async function cancel(): Promise<void> {
  s.progress.value = null
  say("cancelled")
  await backend.cancel?.()
  if (s.info.value) await refresh(true)
}

async function openCaptures(files: readonly File[]): Promise<void> {
  if (backend.kind !== "worker") throw new Error("this page shows the captures that it was made for")
  batch(() => {
    s.names.value = files.map(f => f.name)
    s.keyFiles.value = []
    s.progress.value = { stage: "reading", done: 0, total: 1 }
    clear()
  })
  await backend.open(files)
  await refresh(true)
}

function clear(): void {
  s.info.value = null
  s.sa.value = null
  s.frame.value = 0
  s.detail.value = null
  s.inspecting.value = false
  s.passing.value = null
  s.filterText.value = ""
  s.filterFault.value = null
  s.differences.value = null
  s.zoom.value = null
  s.pinned.value = new Set()
}

const noCapture = ({ name, size }: File): string =>
  size === 0 ? `${name} is empty` : `${name} is no capture (pcap or pcapng): drop one first; keys may come with it`

async function addKeys(file: File): Promise<void> {
  if (!s.info.value) throw new Error(noCapture(file))
  const formats = await backend.call("addSecretsText", file.name, await unpacked(file))
  s.keyFiles.value = [...s.keyFiles.value, file.name]
  say(`${file.name} read as ${formats.join(", ")}`)
  if (s.differences.value) await compareAgain()
  await refresh()
}

let refreshes = 0
let latest: Promise<void> = Promise.resolve()

/** Fetches what every view shows. `first`: the capture is new. */
export function refresh(first = false): Promise<void> {
  latest = fetchAll(++refreshes, first)
  return latest
}

async function fetchAll(mine: number, first: boolean): Promise<void> {
  const [info, rows, verdict] = await Promise.all([backend.call("info"), backend.call("sas"), backend.call("verdict")])
  // Another one began meanwhile: it knows more.
  if (mine !== refreshes) return latest
  lineCache.clear()
  batch(() => {
    s.info.value = info
    s.names.value = info.captures.length > 0 ? info.captures.map(c => c.path) : s.names.value
    s.rows.value = rows
    s.verdict.value = verdict
    s.linesVersion.value++
    if (info.stage === "done") s.progress.value = null
  })
  const link = s.wanted.value?.sa
  if (link && rows.some(r => r.id === link)) s.sa.value = link
  const id = s.sa.value && rows.some(r => r.id === s.sa.value) ? s.sa.value : (verdict.sa ?? rows[0]?.id ?? null)
  await selectSa(id)
  if (s.frame.value > 0) await selectFrame(s.frame.value)
  if (s.view.value === "keys" || s.view.value === "audit") await showView(s.view.value)
  if (first && s.info.value?.stage !== "done" && info.stage !== "done")
    s.progress.value = { stage: "control", done: 0, total: 1 }
}

/** The IKE SA of an id of any kind. */
const ikeOf = (id: string | null): string | null => {
  const row = s.rowById.value.get(id ?? "")
  return row?.kind === "ike" ? row.id : (row?.parent ?? null)
}

/** Shows the ladder, the facts and the lanes of an SA. */
export async function selectSa(id: string | null): Promise<void> {
  s.sa.value = id
  if (id === null) {
    batch(() => {
      s.facts.value = null
      s.ladders.value = []
    })
    s.timeline.value = s.info.value?.frames ? await backend.call("timeline", null, { bins: BINS }) : null
    return
  }
  const ike = ikeOf(id)
  const [facts, ids] = await Promise.all([backend.call("sa", id), ike ? backend.call("tunnel", ike) : []])
  const ladders = await Promise.all(ids.slice(0, MOST_LADDERS).map(i => backend.call("ladder", i)))
  if (s.sa.value !== id) return
  batch(() => {
    s.facts.value = facts ?? null
    s.ladders.value = ladders.filter(l => l !== undefined)
  })
  await showTimeline()
}

/** Bins of the time line: about one for every 4 pixels of a wide screen. */
const BINS = 480
/** Ladders drawn one below the other. */
const MOST_LADDERS = 50

export async function showTimeline(): Promise<void> {
  const zoom = s.zoom.value
  const range = zoom ? { from: zoom[0], until: zoom[1] } : {}
  s.timeline.value = await backend.call("timeline", ikeOf(s.sa.value), { bins: BINS, ...range })
}

/** Selects a frame (and the field of this name in it); the tree before stays until the new one is there. */
export async function selectFrame(n: number, fieldName?: string): Promise<void> {
  const frames = s.info.value?.frames ?? 0
  const frame = Math.max(0, Math.min(frames, n))
  s.frame.value = frame
  if (frame === 0) return
  const detail = await backend.call("frame", frame, { showKeys: s.showValues.value })
  if (s.frame.value !== frame) return
  batch(() => {
    s.detail.value = detail ?? null
    if (!detail) return
    const link = s.wanted.value?.frame === frame ? s.wanted.value.field : undefined
    const path = pathOfName(detail.tree, fieldName ?? link ?? "") || keptPath(detail.tree)
    s.field.value = path
    const node = nodeAt(detail.tree, path)
    s.source.value = node?.source ?? detail.sources.at(-1)?.label ?? ""
    if (path) s.opened.value = withParents(s.opened.value, path)
  })
}

/** The field selected in the frame before, where the new one has one of that name. */
function keptPath(tree: readonly FieldView[]): string {
  const before = s.detail.value && nodeAt(s.detail.value.tree, s.field.value)
  return before ? pathOfName(tree, before.name) : ""
}

function withParents(open: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const parts = path.split(".")
  return new Set([...open, ...parts.map((_, i) => parts.slice(0, i).join(".")).filter(Boolean)])
}

/** Selects a field by its path; shows its source. */
export function selectField(path: string): void {
  const node = s.detail.value && nodeAt(s.detail.value.tree, path)
  if (!node) return
  batch(() => {
    s.field.value = path
    s.source.value = node.source
    s.opened.value = withParents(s.opened.value, path)
  })
}

export async function inspect(n = s.frame.value, fieldName?: string): Promise<void> {
  if (n === 0) return
  s.inspecting.value = true
  await selectFrame(n, fieldName)
}

/** Frames in the order of the view: of the ladder, or of the list. */
function framesInView(): readonly number[] {
  if (s.view.value !== "ladder") return []
  return ladderLines(s.ladders.value, s.childIndex.value).flatMap(line => (line.frame ? [line.frame] : []))
}

/** The next frame (or the one before) of what is shown. */
export async function step(by: 1 | -1): Promise<void> {
  const frames = framesInView()
  if (frames.length > 0) {
    const at = frames.indexOf(s.frame.value)
    const next = at < 0 ? (by > 0 ? 0 : frames.length - 1) : Math.max(0, Math.min(frames.length - 1, at + by))
    return selectFrame(frames[next])
  }
  const row = rowOfFrame(s.frame.value)
  const next = Math.max(0, Math.min(s.frameCount.value - 1, s.frame.value === 0 ? 0 : row + by))
  if (s.frameCount.value > 0) await selectFrame(s.frameAt(next))
}

/** Row of a frame in the packet list; the one before it where it is filtered out. */
export function rowOfFrame(frame: number): number {
  const frames = s.passing.value
  if (!frames) return frame - 1
  let low = 0
  let high = frames.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (frames[middle] < frame) low = middle + 1
    else high = middle
  }
  return Math.min(low, Math.max(0, frames.length - 1))
}

/** The other side of the exchange that the selected frame is part of. */
export async function otherSide(by: 1 | -1): Promise<void> {
  for (const { sa } of s.ladders.value)
    for (const { messages } of sa.exchanges) {
      const at = messages.findIndex(m => m.frame === s.frame.value)
      if (at < 0) continue
      const from = messages[at].from
      const later = by > 0 ? messages.slice(at + 1) : messages.slice(0, at).reverse()
      const found = later.find(m => m.from !== from) ?? messages.find(m => m.from !== from)
      if (found) await selectFrame(found.frame)
      return
    }
}

/** The next finding that has a frame. */
export async function nextFinding(by: 1 | -1): Promise<void> {
  const findings = (s.verdict.value?.findings ?? []).filter(f => f.frames.length > 0)
  const urgent = findings.filter(f => f.severity !== "info")
  const frames = [...new Set((urgent.length > 0 ? urgent : findings).map(f => f.frames[0]))].sort((x, y) => x - y)
  if (frames.length === 0) return
  const after = by > 0 ? frames.find(f => f > s.frame.value) : frames.findLast(f => f < s.frame.value)
  await selectFrame(after ?? (by > 0 ? frames[0] : frames[frames.length - 1]))
}

let filtering: AbortController | undefined

/** Filters the frames; an invalid filter keeps the last result and says where it is wrong. */
export async function setFilter(text: string): Promise<void> {
  s.filterText.value = text
  filtering?.abort()
  filtering = new AbortController()
  const { signal } = filtering
  if (text.trim() === "") {
    batch(() => {
      s.filterFault.value = null
      s.passing.value = null
      s.filterDone.value = true
    })
    return
  }
  const found: number[] = []
  s.filterDone.value = false
  try {
    const fault = await backend.filter(text, part => void (signal.aborted || take(part, found)), signal)
    if (signal.aborted) return
    batch(() => {
      s.filterFault.value = fault
      s.filterDone.value = true
      if (!fault) s.passing.value = Uint32Array.from(found)
    })
  } catch (error) {
    if (!signal.aborted) s.fault.value = messageOf(error)
  }
}

function take({ from, until, bits }: FilterPart, found: number[]): void {
  for (let n = from; n < until; n++) if (bits[(n - from) >>> 5] & (1 << ((n - from) & 31))) found.push(n)
  s.passing.value = Uint32Array.from(found)
  s.filterFault.value = null
}

/** Lines of the packet list, by frame; those least lately asked for go first. */
const lineCache = new Map<number, Awaited<ReturnType<typeof fetchLines>>[number]>()
const MOST_LINES = 20_000

/** The line of a frame, once it is there: what draws it is drawn again when lines come. */
export const lineOf = (frame: number) => (s.linesVersion.value >= 0 ? lineCache.get(frame) : undefined)
const asked = new Set<number>()

const fetchLines = (frames: readonly number[]) => backend.call("lines", frames)

/** Asks for the lines of frames that are not there yet. */
export async function needLines(frames: readonly number[]): Promise<void> {
  const missing = frames.filter(n => !lineCache.has(n) && !asked.has(n))
  if (missing.length === 0) return
  for (const n of missing) asked.add(n)
  try {
    for (const line of await fetchLines(missing)) lineCache.set(line.frame, line)
    for (const key of lineCache.keys()) {
      if (lineCache.size <= MOST_LINES) break
      lineCache.delete(key)
    }
    s.linesVersion.value++
  } finally {
    for (const n of missing) asked.delete(n)
  }
}

/** Turns to a view and fetches what it shows. */
export async function showView(view: s.View): Promise<void> {
  s.view.value = view
  if (!s.info.value) return
  if (view === "keys") s.derivations.value = await backend.call("derivations", { showKeys: s.showValues.value })
  if (view === "audit") s.audit.value = await backend.call("audit")
  if (view === "packets" && s.frame.value === 0 && s.frameCount.value > 0) await selectFrame(s.frameAt(0))
}

/** Shows the values of secrets, or hides them again. */
export async function toggleValues(): Promise<void> {
  s.showValues.value = !s.showValues.value
  if (s.view.value === "keys") await showView("keys")
  if (s.frame.value > 0) await selectFrame(s.frame.value)
}

/** Compares with another capture. */
export async function compareWith(file: File): Promise<void> {
  if (backend.kind !== "worker") return
  s.other.value = file.name
  s.differences.value = null
  await backend.open([file], 1)
  await compareAgain()
}

const compareAgain = async (): Promise<void> => {
  s.differences.value = await backend.call("compare", await backend.callOther("finalReport"))
}

/** Names of fields for completion; fetched once. */
let fieldNames: Promise<readonly string[]> | undefined
export const completions = (): Promise<readonly string[]> => (fieldNames ??= backend.call("fieldNames"))

export const exportKeys = (format: "wireshark" | "xfrm"): Promise<{ name: string; text: string }[]> =>
  backend.call("exportKeys", format)

let silence: ReturnType<typeof setTimeout> | undefined

/** A short message at the foot of the page. */
function say(text: string): void {
  s.said.value = text
  clearTimeout(silence)
  silence = setTimeout(() => {
    s.said.value = ""
  }, 2500)
}

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say(`copied ${what}`)
  } catch {
    // Without a secure context the clipboard is reached through a selection only.
    const area = document.createElement("textarea")
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand("copy")
    area.remove()
    say(`copied ${what}`)
  }
}

export const saRow = (id: string | null): SaRow | undefined => s.rowById.value.get(id ?? "")

/** The report, for views that draw much of it. */
export const askReport = () => backend.call("report")

/** Any method of the session, for tests and for pages that embed this one. */
export const call: Backend["call"] = (method, ...args) => backend.call(method, ...args)

/** How many frames pass a filter, for the same. */
export async function countOf(text: string): Promise<number> {
  let matches = 0
  await backend.filter(text, part => void (matches += part.matches), new AbortController().signal)
  return matches
}
