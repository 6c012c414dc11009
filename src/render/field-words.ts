/** A field's value in words, and which bytes belong to which payload: shared by the tree and the hex pane. */

import type { ByteSource } from "../bytes/byte-source.ts"
import { fieldText } from "../bytes/field.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { addTo } from "../bytes/grouped.ts"

/** The field that opens a payload's subtree. */
const PAYLOAD_FIELD = "isakmp.typepayload"

/** Stands where a secret would. */
const HIDDEN = "hidden (--show-keys)"

/** `IKE_AUTH (35)`, `0x0001`, `10.1.0.1`, `set`; empty for a heading; secrets read `hidden`. */
export function valueText(node: FieldNode, hidden: SecretBytes): string {
  const { field, value } = node
  if (value === undefined || field.kind === "none") return ""
  if (hidden.holds(node)) return HIDDEN
  if (field.kind === "bool" || typeof value === "boolean") return (field.words ?? BOOL_WORDS)[value ? 1 : 0]
  const text = fieldText(field, value, field.bits ? digitsOf(field.bits.mask) / 2 : node.end - node.start)
  const name = nameOf(node)
  return name === undefined ? text : `${name} (${text})`
}

/** The same without the number behind a name: `IKE_AUTH`. */
export const valueName = (node: FieldNode, hidden: SecretBytes): string =>
  (hidden.holds(node) ? undefined : nameOf(node)) ?? valueText(node, hidden)

const nameOf = ({ field, value }: FieldNode): string | undefined =>
  typeof value === "number" ? field.names?.name(value) : undefined

/** Hexadecimal digits of a number of these bits: 0x0ff00000 is one of two. */
const digitsOf = (mask: number): number => Math.ceil((1 + Math.clz32(mask & -mask) - Math.clz32(mask)) / 4)

const BOOL_WORDS = ["not set", "set"] as const

const NOTHING_HIDDEN: SecretBytes = { has: () => false, holds: () => false }

/** Where a payload stands. `index` counts payloads through all sources, for its colour. */
export interface PayloadMark {
  readonly src: ByteSource
  /** Absolute in `src`, bytes, end exclusive. */
  readonly start: number
  readonly end: number
  readonly index: number
  readonly name: string
}

/** The payloads of a tree in wire order, those inside decrypted sources after the payload that holds them. */
export function payloadMarks(roots: readonly FieldNode[]): Map<FieldNode, PayloadMark> {
  const marks = new Map<FieldNode, PayloadMark>()
  walk(roots, node => {
    if (node.field.name !== PAYLOAD_FIELD) return
    marks.set(node, {
      src: node.src,
      start: node.start,
      end: node.end,
      index: marks.size,
      name: valueText(node, NOTHING_HIDDEN),
    })
  })
  return marks
}

/** The sources that a tree's nodes point into, in the order they come up. */
export function sourcesOf(roots: readonly FieldNode[]): ByteSource[] {
  const sources = new Set<ByteSource>()
  walk(roots, node => sources.add(node.src))
  return [...sources]
}

function walk(roots: readonly FieldNode[], visit: (node: FieldNode) => void): void {
  const stack = [...roots].reverse()
  for (let node = stack.pop(); node; node = stack.pop()) {
    visit(node)
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i])
  }
}

/** Which bytes of which source are secret, so that no other view of the same bytes shows them. */
export interface SecretBytes {
  /** Whether a byte of the source is part of a secret field. */
  has(src: ByteSource, at: number): boolean
  /** Whether a node is secret itself, or its value spells out bytes that are. */
  holds(node: FieldNode): boolean
}

/** The secret bytes of a tree; none with `showKeys`. */
export function secretBytes(roots: readonly FieldNode[], showKeys = false): SecretBytes {
  const ranges = new Map<ByteSource, FieldNode[]>()
  if (!showKeys)
    walk(roots, node => {
      if (node.field.secret) addTo(ranges, node.src, node)
    })
  const overlaps = (src: ByteSource, start: number, end: number) =>
    ranges.get(src)?.some(secret => secret.start < end && start < secret.end) ?? false
  const spellsOut = ({ value }: FieldNode) => value instanceof Uint8Array || typeof value === "string"
  return {
    has: (src, at) => overlaps(src, at, at + 1),
    holds: node => !showKeys && (node.field.secret || (spellsOut(node) && overlaps(node.src, node.start, node.end))),
  }
}
