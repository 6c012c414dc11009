/** The field tree. */
import { signal } from "@preact/signals"
import { selectField } from "../actions.ts"
import { VirtualList } from "../parts/virtual-list.tsx"
import { detail, field, hoverAt, opened } from "../state.ts"
import { crumbOf, isCrumb, isOpen, nodeAt, pathOfByte, type TreeRow, treeRows } from "./tree-model.ts"

/** Nodes that open themselves and were closed. */
const closed = signal<ReadonlySet<string>>(new Set())

/** The byte under the pointer marks its field, here and in the bytes. */
export const hoverPath = (): string => {
  const h = hoverAt.value
  return h && detail.value ? pathOfByte(detail.value.tree, h.source, h.at) : ""
}

export const rowsNow = (): TreeRow[] => treeRows(detail.value?.tree ?? [], opened.value, closed.value)

export const Tree = () => {
  const d = detail.value
  if (!d) return null
  const rows = rowsNow()
  const crumbs = d.tree.map((node, i) => ({ node, i })).filter(({ node }) => isCrumb(node, d.tree))
  const hovered = hoverPath()
  return (
    <div class="treebox">
      {crumbs.length > 0 && (
        <nav class="crumbs" aria-label="Layers">
          {crumbs.map(({ node, i }) => (
            <button
              key={i}
              aria-pressed={isOpen(node, String(i), opened.value, closed.value)}
              onClick={() => toggle(String(i))}
            >
              {crumbOf(node)}
            </button>
          ))}
        </nav>
      )}
      <VirtualList
        class="tree"
        role="tree"
        label={`Fields of frame ${d.frame}`}
        count={rows.length}
        rowHeight={20}
        selected={rows.findIndex(r => r.path === field.value)}
        render={i => <Row row={rows[i]} hovered={rows[i].path === hovered} />}
      />
    </div>
  )
}

const Row = ({ row: { node, path, depth, open, parent, header }, hovered }: { row: TreeRow; hovered: boolean }) => {
  const on = field.value === path
  const branch = header !== undefined || node.children.length > 0
  const click = (event: MouseEvent) => {
    if (branch && event.target instanceof Element && event.target.closest(".tw, .p")) toggle(path)
    if (header === undefined) selectField(path)
  }
  return (
    <div
      class={`node ${on ? "on" : ""} ${hovered ? "hover" : ""} ${node.family ? `f-${node.family}` : ""}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={branch ? open : undefined}
      aria-selected={on}
      style={{ paddingLeft: `${6 + Math.min(depth, 14) * 13}px` }}
      onClick={click}
      onDblClick={() => branch && toggle(path)}
    >
      <span class="tw" aria-hidden="true">
        {branch ? (open ? "▼" : "▶") : ""}
      </span>
      <Words node={node} header={header} />
      {parent && parent.source !== node.source && <span class="src">{node.source}</span>}
      {depth === 0 && (
        <span class="src">{`${node.start}–${Math.max(node.start, node.end - 1)} of ${node.source}`}</span>
      )}
    </div>
  )
}

const Words = ({ node, header }: Pick<TreeRow, "node" | "header">) => {
  if (header !== undefined)
    return (
      <>
        <span class="l">Header</span> <span class="v">{header}</span>
      </>
    )
  const heading = node.name === "isakmp.typepayload" || node.text === "" || node.name === "isakmp"
  const faults = node.fault.length > 0 && <span class="bad"> ✖ {node.fault[0].message}</span>
  if (heading)
    return (
      <>
        <span class="p">{node.name === "isakmp" ? "ISAKMP" : (node.title ?? node.label)}</span>
        {faults}
      </>
    )
  return (
    <>
      <span class="l">{node.label}</span> <span class="v">{node.text}</span>
      {faults}
    </>
  )
}

/** Opens a node, or closes it. */
export function toggle(path: string): void {
  const d = detail.value
  if (!d) return
  const node = path.endsWith(".h") ? undefined : nodeAt(d.tree, path)
  const open = node ? isOpen(node, path, opened.value, closed.value) : opened.value.has(path)
  const change = (set: ReadonlySet<string>, has: boolean) => {
    const next = new Set(set)
    if (has) next.add(path)
    else next.delete(path)
    return next
  }
  opened.value = change(opened.value, !open)
  closed.value = change(closed.value, open)
}
