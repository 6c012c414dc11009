/** A frame's tree for views: the nodes that `show --format json` prints, with payload family, RFC, secrecy and a filter each. */
import type { Field } from "../bytes/field.ts"
import { fieldText } from "../bytes/field.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { toHex } from "../bytes/hex.ts"
import { IKEV1 } from "../ike/v1/table.ts"
import { IKEV2 } from "../ike/v2/table.ts"
import { type SecretBytes, secretBytes, valueName } from "../render/field-words.ts"
import { type TreeNodeJson, treeJson } from "../render/tree.ts"
import { familyOf } from "./families.ts"
import type { Family, FieldView } from "./types.ts"

/** The tree of a frame. Secrets are hidden unless `showKeys`. */
export const fieldViews = (roots: readonly FieldNode[], showKeys: boolean): FieldView[] =>
  views(roots, treeJson(roots, { showKeys }), { family: null, version: 2, hidden: secretBytes(roots, showKeys) })

interface Inside {
  readonly family: Family | null
  readonly version: 1 | 2
  readonly hidden: SecretBytes
}

function views(nodes: readonly FieldNode[], json: readonly TreeNodeJson[], inside: Inside): FieldView[] {
  const shown = nodes.filter(node => !node.field.hidden)
  return json.map((j, i) => view(shown[i], j, inside))
}

function view(node: FieldNode, json: TreeNodeJson, inside: Inside): FieldView {
  const { field } = node
  const version = field.name === "isakmp" ? versionOf(node) : inside.version
  const isPayload = field.name === "isakmp.typepayload"
  const decoder =
    isPayload && typeof node.value === "number" ? (version === 1 ? IKEV1 : IKEV2).get(node.value) : undefined
  const family = decoder ? familyOf(decoder.notation) : isPayload ? "v" : inside.family
  const secret = field.secret || (node.value !== undefined && inside.hidden.holds(node))
  // Into the node itself, which is ours: a copy of its members would take longer than all else of a frame.
  return Object.assign(json, {
    title: isPayload ? valueName(node, inside.hidden) : undefined,
    children: views(node.children, json.children, { ...inside, family, version }),
    family: isError(node, json) ? "err" : family,
    rfc: decoder?.rfc ?? null,
    secret,
    filter: secret ? null : filterText(node),
  })
}

function versionOf(node: FieldNode): 1 | 2 {
  const version = node.children.find(c => c.field.name === "isakmp.version")
  const major = version?.src.bytes[version.start] ?? 0x20
  return major >> 4 === 1 ? 1 : 2
}

/** A notification that refuses something. RFC 7296 §3.10.1: types below 16384 are errors; RFC 2408 §3.14.1: below 8192. */
const isError = ({ field, value }: FieldNode, { text }: TreeNodeJson): boolean =>
  field.name === "isakmp.notify.msgtype" && typeof value === "number" && value < 8192 && value > 0 && text !== ""

/** `isakmp.exchangetype == 34`, in the syntax of display filters; null where the field has no value to compare. */
function filterText({ field, value, start, end }: FieldNode): string | null {
  if (field.name === "" || field.name.startsWith("_ws.")) return null
  if (value === undefined || field.kind === "none") return field.name
  return `${field.name} == ${literal(field, value, end - start)}`
}

function literal(field: Field, value: NonNullable<FieldNode["value"]>, bytes: number): string {
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value === "boolean") return value ? "1" : "0"
  if (value instanceof Uint8Array && field.kind === "bytes")
    return value.length === 0 ? '""' : toHex(value).replace(/..(?=.)/g, "$&:")
  return fieldText(field, value, bytes)
}
