/** The field tree of a frame as text and as JSON. */
import type { DecodeError } from "../bytes/errors.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { toHex } from "../bytes/hex.ts"
import { asideOf } from "./asides.ts"
import { bitsText, type Drawn, withBitsBelow } from "./bit-fields.ts"
import { payloadMarks, type SecretBytes, secretBytes, valueText } from "./field-words.ts"
import { headingOf, isUnfolded, type Unfolded } from "./layers.ts"
import type { Pen } from "./pen.ts"
import { truncate } from "./text.ts"

export interface TreeOptions {
  /** Show the values of secret fields (a password on the wire). */
  readonly showKeys?: boolean
  /** Add each field's range of bytes. */
  readonly ranges?: boolean
  /** Protocols with their fields; without it, all that is not below them. */
  readonly unfolded?: Unfolded
}

/** Deeper nodes are drawn at this depth: indentation must not eat the line. */
const MAX_DEPTH = 16

/** The tree as lines: label and value, two cells deeper a level; what could not be decoded in red with its offset. */
export function treeLines(roots: readonly FieldNode[], pen: Pen, options: TreeOptions = {}): string[] {
  const marks = payloadMarks(roots)
  const hidden = secretBytes(roots, options.showKeys)
  const lines: string[] = []
  const draw = ({ node, below }: Drawn, depth: number, parent: FieldNode | undefined) => {
    const indent = "  ".repeat(Math.min(depth, MAX_DEPTH))
    const mark = marks.get(node)
    const aside = asideOf(node, below, hidden)
    const heading = node.value === undefined
    const label = bitsText(node) + pen.text(heading ? headingOf(node) + aside : node.field.label)
    const value = pen.text(valueText(node, hidden) + (heading ? "" : aside))
    const source = parent !== undefined && parent.src !== node.src ? `  [${pen.text(node.src.label)}]` : ""
    const range = options.ranges ? `  @${node.start}-${node.end}` : ""
    const tail = source + range
    const text = truncate(
      value === "" ? label : `${label}: ${value}`,
      pen.width - indent.length - tail.length,
      pen.glyphs.cut,
    )
    lines.push(
      indent + (mark ? pen.theme.payload(mark.index)(text) : styled(text, label, value, pen)) + pen.theme.dim(tail),
    )
    if (depth > 0 || isUnfolded(node, roots, options.unfolded))
      for (const child of withBitsBelow(below)) draw(child, depth + 1, node)
    for (const fault of node.faults) lines.push(faultLine(fault, depth + 1, pen))
  }
  for (const root of roots) draw({ node: root, below: root.children }, 0, undefined)
  return lines
}

/** Labels stand back behind values. */
const styled = (text: string, label: string, value: string, pen: Pen): string =>
  value === "" || !text.startsWith(`${label}: `)
    ? pen.theme.strong(text)
    : pen.theme.dim(`${label}:`) + text.slice(label.length + 1)

function faultLine(fault: DecodeError, depth: number, pen: Pen): string {
  const at = fault.message.includes(`offset ${fault.at}`) ? "" : ` (offset ${fault.at})`
  return "  ".repeat(Math.min(depth, MAX_DEPTH)) + pen.theme.bad(`${pen.glyphs.bad} ${pen.text(fault.message)}${at}`)
}

/** A node as JSON. `value` is a number, a boolean, text or hex; null for headings and hidden secrets. */
export interface TreeNodeJson {
  readonly name: string
  readonly label: string
  readonly value: number | boolean | string | null
  /** The value in words. */
  readonly text: string
  /** Range in the source, bytes, end exclusive. */
  readonly start: number
  readonly end: number
  /** The source's label: `frame 3`, `decrypted SK of frame 3`. */
  readonly source: string
  readonly fault: readonly FaultJson[]
  readonly children: readonly TreeNodeJson[]
}

interface FaultJson {
  readonly code: string
  readonly field: string | null
  /** Absolute offset in the source, bytes. */
  readonly at: number
  readonly limit: string
  readonly message: string
}

/** The tree as plain objects. */
export const treeJson = (roots: readonly FieldNode[], options: TreeOptions = {}): TreeNodeJson[] =>
  nodesJson(roots, secretBytes(roots, options.showKeys))

const nodesJson = (nodes: readonly FieldNode[], hidden: SecretBytes): TreeNodeJson[] =>
  nodes
    .filter(node => !node.field.hidden)
    .map(node => ({
      name: node.field.name,
      label: node.field.label,
      value: hidden.holds(node) ? null : plainValue(node),
      text: valueText(node, hidden),
      start: node.start,
      end: node.end,
      source: node.src.label,
      fault: node.faults.map(faultJson),
      children: nodesJson(node.children, hidden),
    }))

const faultJson = (f: DecodeError): FaultJson => ({
  code: f.code,
  field: f.field?.name ?? null,
  at: f.at,
  limit: f.limit,
  message: f.message,
})

function plainValue({ value }: FieldNode): TreeNodeJson["value"] {
  if (value === undefined) return null
  if (value instanceof Uint8Array) return toHex(value)
  if (typeof value !== "bigint") return value
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString()
}
