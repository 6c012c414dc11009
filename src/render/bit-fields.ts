/** Bits of octets as Wireshark draws them: `.... 1... = Initiator: Initiator`, below the octets that they are of. */
import type { FieldNode } from "../bytes/field-sink.ts"

/** `.... 1... = `; empty for a field that is all of its octets. */
export function bitsText({ field, src, start, end }: FieldNode): string {
  const { bits } = field
  if (!bits || (bits.of !== 12 && (end - start) * 8 !== bits.of)) return ""
  // Twelve bits end with the second octet; a field of the higher four stands in the first.
  const last = bits.of === 12 && bits.mask > 0xff ? start + 2 : end
  let out = ""
  for (let bit = 0; bit < bits.of; bit++) {
    const place = bits.of - 1 - bit
    const mine = (bits.mask >>> place) & 1
    const value = (src.bytes[last - 1 - (place >> 3)] >> (place & 7)) & 1
    out += (bit > 0 && bit % 4 === 0 ? " " : "") + (mine ? value : ".")
  }
  return `${out} = `
}

/** A node with what is drawn below it: its own children, and the bits of its octets that follow it. */
export interface Drawn {
  readonly node: FieldNode
  readonly below: FieldNode[]
}

/** Siblings as they are drawn. */
export function withBitsBelow(nodes: readonly FieldNode[]): Drawn[] {
  const drawn: Drawn[] = []
  for (const node of nodes) {
    if (node.field.hidden) continue
    const before = drawn.at(-1)
    if (before && isPartOf(node, before.node)) before.below.push(node)
    else drawn.push({ node, below: [...node.children] })
  }
  return drawn
}

/** Whether a node is some of the bits of another. */
function isPartOf(part: FieldNode, whole: FieldNode): boolean {
  // Only what is shown as octets has bits; a type of 15 bits beside a flag is a number of its own.
  if (
    !part.field.bits ||
    !(whole.field.kind === "hex" || whole.field.kind === "bytes") ||
    part.src !== whole.src ||
    part.start < whole.start ||
    part.end > whole.end
  )
    return false
  const { bits } = whole.field
  if (!bits) return whole.children.length === 0
  // Octets that end together: a flag of the second octet is one of the flags in both.
  return part.end === whole.end && (part.field.bits.mask & ~bits.mask) === 0 && part.field.bits.mask !== bits.mask
}
