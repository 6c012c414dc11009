/** One frame: its fields as a tree, its bytes, and the selected field with what can be done with it. */

import { plural } from "../../bytes/words.ts"
import type { FrameDetail } from "../../session/types.ts"
import { copy, setFilter, showView } from "../actions.ts"
import { commandLine } from "../command.ts"
import { linkText } from "../link.ts"
import * as state from "../state.ts"
import { detail, field, filterText, frame, inspecting } from "../state.ts"
import { Hex } from "./hex.tsx"
import { Tree } from "./tree.tsx"
import { nameOfPath, nodeAt } from "./tree-model.ts"

export const Inspector = () => {
  const d = detail.value
  if (!d) return null
  const { title, sub } = heading(d)
  return (
    <aside class="right" aria-label={`Frame ${d.frame}`}>
      <header class="head">
        <div class="top">
          <b>{title}</b>
          <span class="tools">
            <button class="btn" onClick={() => (state.dialog.value = "copy")}>
              Copy <kbd>y</kbd>
            </button>
            <button class="btn" aria-label="Close" onClick={() => (inspecting.value = false)}>
              ✕
            </button>
          </span>
        </div>
        <div class="dim small">{sub}</div>
      </header>
      <Tree />
      <Hex />
      <FieldBar />
    </aside>
  )
}

function heading(d: FrameDetail): { title: string; sub: string } {
  const passed = d.checks.filter(c => c.status === "pass").length
  const failed = d.checks.filter(c => c.status === "fail").length
  const checks =
    failed > 0 ? ` · ✖ ${failed} of ${failed + passed} checks` : passed > 0 ? ` · ✔ ${plural(passed, "check")}` : ""
  const loading = d.frame === frame.value ? "" : ` · frame ${frame.value} is being decoded`
  return {
    title: `Frame ${d.frame} · ${d.protocol === "ISAKMP" ? d.info.replace(/ MID=0*(\d+)/, " $1") : d.info || d.protocol}`,
    sub: `${d.source} → ${d.destination} · ${plural(d.length, "byte")}${checks}${loading}`,
  }
}

/** The selected field: its name, where it stands, and what to do with it. */
export const FieldBar = () => {
  const d = detail.value
  const node = d && nodeAt(d.tree, field.value)
  if (!d || !node) return <div class="field dim">select a field: its bytes, its filter and its RFC show here</div>
  const length = node.end - node.start
  const rfc = rfcOf(d, field.value)
  return (
    <div class="field">
      <code>
        <b>{node.name}</b>
        {node.filter?.includes(" == ") && short(node.filter.slice(node.name.length))}
      </code>
      <span class="dim">
        {length > 0
          ? `${plural(length, "byte")}, ${node.start}–${node.end - 1} of ${node.source}`
          : `at ${node.start} of ${node.source}`}
      </span>
      {node.fault.map(f => (
        <span class="bad" key={f.message}>
          ✖ {f.message}
        </span>
      ))}
      {node.filter && (
        <button class="chip link" onClick={() => filterBy(node.filter ?? "")}>
          as filter <kbd>f</kbd>
        </button>
      )}
      {rfc && (
        <a class="chip link" href={rfcUrl(rfc)} rel="noreferrer noopener" target="_blank">
          {rfc} ↗
        </a>
      )}
    </div>
  )
}

const short = (text: string): string => (text.length > 48 ? `${text.slice(0, 47)}…` : text)

/** The section of the innermost payload around a field. */
function rfcOf({ tree }: FrameDetail, path: string): string | null {
  const parts = path.split(".")
  for (let n = parts.length; n > 0; n--) {
    const rfc = nodeAt(tree, parts.slice(0, n).join("."))?.rfc
    if (rfc) return rfc
  }
  return null
}

/** Where the RFC Editor has `RFC 7296 §3.10`. */
export function rfcUrl(rfc: string): string {
  const number = /RFC (\d+)/.exec(rfc)?.[1] ?? ""
  const section = /§([\d.]+)/.exec(rfc)?.[1]
  return `https://www.rfc-editor.org/rfc/rfc${number}${section ? `#section-${section.replace(/\.$/, "")}` : ""}`
}

/** Puts a filter into the bar, joined to the one there with Shift. */
export async function filterBy(filter: string, join = false): Promise<void> {
  const before = filterText.value.trim()
  await showView("packets")
  await setFilter(join && before ? `(${before}) && ${filter}` : filter)
}

/** What `y` can copy of the selected field and frame. */
export function copies(): { key: string; label: string; text: string }[] {
  const d = detail.value
  if (!d) return []
  const node = nodeAt(d.tree, field.value)
  const list = [
    { key: "c", label: "command", text: commandLine("show", ` ${d.frame}`) },
    { key: "l", label: "link", text: `${location.href.split("#")[0]}#${linkText()}` },
    {
      key: "r",
      label: "row",
      text: [d.frame, d.time, d.source, d.destination, d.protocol, d.length, d.info].join("\t"),
    },
  ]
  if (!node) return list
  const name = nameOfPath(d.tree, field.value)
  const secret = node.secret && !state.showValues.value
  return [
    ...(secret ? [] : [{ key: "v", label: "value", text: String(node.text || node.value || "") }]),
    ...(node.filter ? [{ key: "f", label: "name == value", text: node.filter }] : []),
    { key: "n", label: "name", text: name },
    ...(secret ? [] : [{ key: "h", label: "hex", text: hexOf(node.source, node.start, node.end) }]),
    ...list,
  ]
}

const hexOf = (source: string, start: number, end: number): string => {
  const src = detail.value?.sources.find(s => s.label === source)
  return src ? src.bytes.slice(2 * (start - src.start), 2 * (end - src.start)) : ""
}

export const copyOne = (key: string): void => {
  const found = copies().find(c => c.key === key)
  if (!found) return
  state.dialog.value = null
  void copy(found.text, found.label)
}
