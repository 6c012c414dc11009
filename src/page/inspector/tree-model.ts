/** A frame's tree as rows: which nodes are open, where each stands, and the header of a message folded into one. */
import type { FieldView } from "../../session/types.ts"

export interface TreeRow {
  readonly node: FieldView
  /** Places of the node and of its parents: `2.5.0`. */
  readonly path: string
  readonly depth: number
  readonly open: boolean
  readonly parent: FieldView | undefined
  /** Stands for the fields before the first payload. */
  readonly header?: string
}

/** The node at a path; undefined where there is none. */
export function nodeAt(tree: readonly FieldView[], path: string): FieldView | undefined {
  if (path === "") return undefined
  let nodes = tree
  let node: FieldView | undefined
  for (const part of path.split(".")) {
    node = nodes[Number(part)]
    if (!node) return undefined
    nodes = node.children
  }
  return node
}

/** Path of the first node of a name, in wire order; `name#2` is the second. Empty without. */
export function pathOfName(tree: readonly FieldView[], wanted: string): string {
  if (wanted === "") return ""
  const [name, nth] = wanted.split("#")
  let left = Number(nth ?? 1)
  const walk = (nodes: readonly FieldView[], base: string): string => {
    for (const [i, node] of nodes.entries()) {
      const path = base === "" ? String(i) : `${base}.${i}`
      if (node.name === name && --left <= 0) return path
      const below = walk(node.children, path)
      if (below) return below
    }
    return ""
  }
  return walk(tree, "")
}

/** The name that finds a path again. */
export function nameOfPath(tree: readonly FieldView[], path: string): string {
  const node = nodeAt(tree, path)
  if (!node) return ""
  for (let n = 1; n < 1000; n++) {
    const wanted = n === 1 ? node.name : `${node.name}#${n}`
    const found = pathOfName(tree, wanted)
    if (found === path) return wanted
    if (found === "") return node.name
  }
  return node.name
}

/** Path of the innermost node that holds a byte of a source. */
export function pathOfByte(tree: readonly FieldView[], source: string, at: number): string {
  let best = ""
  let size = Number.POSITIVE_INFINITY
  const walk = (nodes: readonly FieldView[], base: string) => {
    for (const [i, node] of nodes.entries()) {
      const path = base === "" ? String(i) : `${base}.${i}`
      const length = node.end - node.start
      if (node.source === source && at >= node.start && at < node.end && length <= size) {
        size = length
        best = path
      }
      walk(node.children, path)
    }
  }
  walk(tree, "")
  return best
}

const isPayload = (node: FieldView): boolean => node.name === "isakmp.typepayload"

/** Nodes that are open until somebody closes them: messages, payloads that hold payloads, and what was decrypted. */
const opensItself = (node: FieldView): boolean =>
  node.name === "isakmp" ||
  (isPayload(node) && node.family === "sk") ||
  node.name === "isakmp.enc.decrypted" ||
  node.name === "tls.record.decrypted" ||
  (isPayload(node) && node.children.some(c => c.family === "err"))

export const isOpen = (node: FieldView, path: string, toggled: ReadonlySet<string>, closed: ReadonlySet<string>) =>
  !closed.has(path) && (opensItself(node) || toggled.has(path))

/** Rows of the tree. Layers below IKE are rows only when opened: else they are crumbs. */
export function treeRows(
  tree: readonly FieldView[],
  toggled: ReadonlySet<string>,
  closed: ReadonlySet<string>,
): TreeRow[] {
  const rows: TreeRow[] = []
  const add = (node: FieldView, path: string, depth: number, parent: FieldView | undefined) => {
    const open = node.children.length > 0 && isOpen(node, path, toggled, closed)
    rows.push({ node, path, depth, open, parent })
    if (open) children(node, path, depth + 1)
  }
  const children = (node: FieldView, path: string, depth: number) => {
    const first = node.name === "isakmp" ? node.children.findIndex(isPayload) : -1
    if (first > 0) {
      const key = `${path}.h`
      const open = toggled.has(key)
      rows.push({ node, path: key, depth, open, parent: node, header: headerText(node) })
      if (open) for (let i = 0; i < first; i++) add(node.children[i], `${path}.${i}`, depth + 1, node)
    }
    for (let i = Math.max(0, first); i < node.children.length; i++) add(node.children[i], `${path}.${i}`, depth, node)
  }
  for (const [i, root] of tree.entries()) {
    const path = String(i)
    if (isCrumb(root, tree) && !isOpen(root, path, toggled, closed)) continue
    add(root, path, 0, undefined)
  }
  return rows
}

/** Whether a root is shown as a crumb: there is a message further in that one comes for. */
export const isCrumb = (root: FieldView, tree: readonly FieldView[]): boolean =>
  root.name !== "isakmp" && root !== tree.at(-1)

function headerText(node: FieldView): string {
  const text = (name: string) => node.children.find(c => c.name === name)?.text ?? ""
  const id = Number(text("isakmp.messageid"))
  const spi = (name: string) => `${text(name).slice(0, 8)}…`
  return `${text("isakmp.exchangetype")}, message ID ${Number.isNaN(id) ? text("isakmp.messageid") : id}, SPIs ${spi("isakmp.ispi")} ${spi("isakmp.rspi")}`
}

/** Labels of layers as crumbs. */
export const crumbOf = (node: FieldView): string => CRUMBS[node.name] ?? node.label
const CRUMBS: Readonly<Record<string, string>> = {
  eth: "Ethernet",
  ip: "IPv4",
  ipv6: "IPv6",
  udp: "UDP",
  tcp: "TCP",
  udpencap: "non-ESP marker",
}
