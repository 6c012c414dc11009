/** The keyboard: every part of the page is reached by it. `?` shows this table. */

import * as act from "./actions.ts"
import { copyOne, filterBy } from "./inspector/inspector.tsx"
import { rowsNow, toggle } from "./inspector/tree.tsx"
import { nodeAt } from "./inspector/tree-model.ts"
import { focused } from "./parts/elements.ts"
import * as s from "./state.ts"

export interface Key {
  readonly keys: readonly string[]
  readonly label: string
  run(event: KeyboardEvent): unknown
}

export const KEYS: readonly Key[] = [
  { keys: ["j", "ArrowDown"], label: "next frame", run: () => act.step(1) },
  { keys: ["k", "ArrowUp"], label: "frame before", run: () => act.step(-1) },
  {
    keys: ["Enter"],
    label: "inspect the frame",
    run: () => (s.view.value === "packets" ? focusOn(".tree") : act.inspect()),
  },
  { keys: ["Escape"], label: "close", run: close },
  { keys: ["n"], label: "next finding", run: () => act.nextFinding(1) },
  { keys: ["N"], label: "finding before", run: () => act.nextFinding(-1) },
  { keys: ["]"], label: "other side of the exchange", run: () => act.otherSide(1) },
  { keys: ["["], label: "other side, back", run: () => act.otherSide(-1) },
  { keys: ["J", "h"], label: "next field", run: () => moveField(1) },
  { keys: ["K", "H"], label: "field before", run: () => moveField(-1) },
  { keys: [" ", "ArrowRight"], label: "open or close the field", run: () => s.field.value && toggle(s.field.value) },
  { keys: ["/"], label: "filter", run: () => focusOn("#filter") },
  { keys: ["f"], label: "the field as filter", run: () => asFilter(false) },
  { keys: ["F"], label: "and the field to the filter", run: () => asFilter(true) },
  { keys: ["g"], label: "go to a frame", run: () => (s.dialog.value = "goto") },
  {
    keys: ["G"],
    label: "last frame",
    run: () => s.frameCount.value > 0 && act.selectFrame(s.frameAt(s.frameCount.value - 1)),
  },
  ...s.VIEWS.map((view, i) => ({ keys: [String(i + 1)], label: `view: ${view}`, run: () => act.showView(view) })),
  { keys: ["+", "="], label: "zoom the time line in", run: () => zoomBy(0.5) },
  { keys: ["-"], label: "zoom out", run: () => zoomBy(2) },
  { keys: ["0"], label: "all of the time line", run: () => setZoom(null) },
  { keys: ["s"], label: "next SA", run: () => nextSa(1) },
  { keys: ["S"], label: "SA before", run: () => nextSa(-1) },
  { keys: ["y"], label: "copy…", run: () => s.detail.value && (s.dialog.value = "copy") },
  { keys: ["v"], label: "show or hide values of keys", run: () => act.toggleValues() },
  { keys: ["p"], label: "mark the frame", run: pin },
  { keys: ["t"], label: "time format", run: timeFormat },
  { keys: ["o"], label: "open files", run: () => document.querySelector<HTMLInputElement>("[data-open]")?.click() },
  { keys: ["?"], label: "these keys", run: () => (s.dialog.value = "help") },
]

/** Listens to the whole page. What is typed into a field is not a command. */
export function listen(): void {
  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (s.dialog.value) return inDialog(event)
    const target = event.target instanceof Element ? event.target : undefined
    if (target?.matches("input, textarea, select")) {
      if (event.key === "Escape") focused()?.blur()
      return
    }
    // A button or a link acts on Enter and the space bar itself.
    if (target?.matches("button, a, label, g[role=button]") && (event.key === "Enter" || event.key === " ")) return
    if (target?.matches("g[role=button]") && /^Arrow/.test(event.key)) return
    const found = KEYS.find(k => k.keys.includes(event.key))
    if (!found) return
    event.preventDefault()
    // From now on the person says what is shown, not the link.
    s.wanted.value = null
    void found.run(event)
  })
}

function inDialog(event: KeyboardEvent): void {
  if (event.key === "Escape") {
    s.dialog.value = null
    event.preventDefault()
  } else if (s.dialog.value === "copy" && event.key.length === 1) {
    copyOne(event.key)
    event.preventDefault()
  } else if (s.dialog.value === "help" && event.key === "?") s.dialog.value = null
}

function close(): void {
  if (s.fault.value) s.fault.value = ""
  else if (s.inspecting.value) s.inspecting.value = false
  else if (s.zoom.value) setZoom(null)
  focused()?.blur()
}

const focusOn = (selector: string): void => {
  document.querySelector<HTMLElement>(selector)?.focus()
}

function moveField(by: 1 | -1): void {
  const rows = rowsNow().filter(r => r.header === undefined)
  if (rows.length === 0) return
  const at = rows.findIndex(r => r.path === s.field.value)
  act.selectField(rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))].path)
}

function asFilter(join: boolean): void {
  const node = s.detail.value && nodeAt(s.detail.value.tree, s.field.value)
  if (node?.filter) void filterBy(node.filter, join)
}

function zoomBy(factor: number): void {
  const t = s.timeline.value
  if (!t) return
  const [from, until] = s.zoom.value ?? [t.from, t.until]
  const at = s.frameSeconds.value ?? (from + until) / 2
  const half = ((until - from) * factor) / 2
  const last = s.info.value?.seconds ?? until
  const next: [number, number] = [Math.max(0, at - half), Math.min(last, at + half)]
  setZoom(next[0] === 0 && next[1] === last ? null : next)
}

function setZoom(zoom: readonly [number, number] | null): void {
  s.zoom.value = zoom
  void act.showTimeline()
}

function nextSa(by: 1 | -1): void {
  const list = s.rows.value
  if (list.length === 0) return
  const at = list.findIndex(r => r.id === s.sa.value)
  void act.selectSa(list[(at + by + list.length) % list.length].id)
}

function pin(): void {
  const next = new Set(s.pinned.value)
  if (!next.delete(s.frame.value) && s.frame.value > 0) next.add(s.frame.value)
  s.pinned.value = next
}

function timeFormat(): void {
  const order: readonly s.TimeFormat[] = ["relative", "delta", "utc"]
  s.timeFormat.value = order[(order.indexOf(s.timeFormat.value) + 1) % order.length]
}
