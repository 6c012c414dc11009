/** What stands beside a field's value, as in Wireshark's tree: flags by name, a version as 2.0, what a payload or an attribute says. */
import type { FieldNode } from "../bytes/field-sink.ts"
import { type SecretBytes, valueName, valueText } from "./field-words.ts"

/** Children that name their payload or substructure. */
const NAMING: readonly (readonly [field: string, before: string])[] = [
  ["isakmp.notify.msgtype", " - "],
  ["isakmp.prop.number", " # "],
  ["isakmp.tf.id.encr", " - "],
  ["isakmp.tf.id.prf", " - "],
  ["isakmp.tf.id.integ", " - "],
  ["isakmp.tf.id.dh", " - "],
  ["isakmp.tf.id.esn", " - "],
]

/** Parts of an attribute that say how it is written, not what. */
const FORM = /\.(?:type|format|value|length)$/

/** `below`: what is drawn below the node, bits of its octets included. Empty for most. */
export function asideOf(
  { field, value, children }: FieldNode,
  below: readonly FieldNode[],
  hidden: SecretBytes,
): string {
  const { name } = field
  if (name === "isakmp.version" && typeof value === "number") return ` (${value >> 4}.${value & 0x0f})`
  if (name === "isakmp.typepayload") {
    for (const [child, before] of NAMING) {
      const found = children.find(c => c.field.name === child)
      if (found) return before + valueName(found, hidden)
    }
    return ""
  }
  if (name.endsWith(".attr")) {
    const said = children.findLast(c => c.field.name.startsWith(`${name}.`) && !FORM.test(c.field.name))
    return said ? `: ${said.field.label}: ${valueText(said, hidden)}` : ""
  }
  if (value === undefined) return ""
  const flags = below.filter(c => c.field.bits && c.field.kind === "bool" && !c.field.hidden)
  const words = flags.flatMap(c => (c.field.words ? [valueText(c, hidden)] : c.value ? [c.field.label] : []))
  return words.length > 0 ? ` (${words.join(", ")})` : ""
}
