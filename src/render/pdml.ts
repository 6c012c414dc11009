/** Frames as PDML, the XML of `tshark -T pdml`: a `proto` a layer, a `field` a field. Wireshark's `doc/README.xml-output`. */

import { fieldText } from "../bytes/field.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { toHex } from "../bytes/hex.ts"
import { bitsText } from "./bit-fields.ts"
import { type SecretBytes, secretBytes, valueText } from "./field-words.ts"
import type { FrameView } from "./frame-view.ts"
import { xmlText } from "./xml.ts"

/** What stands before the first frame and behind the last. */
export const PDML_HEAD = `<?xml version="1.0" encoding="utf-8"?>\n<pdml version="0" creator="ikedump">\n`
export const PDML_TAIL = "</pdml>\n"

export function framePdml({ frame, time, roots }: FrameView, showKeys = false): string {
  const secret = secretBytes(roots, showKeys)
  const general = [
    `  <proto name="geninfo" showname="General information">\n`,
    element("field", { name: "num", showname: "Number", show: String(frame) }, "", "    "),
    element("field", { name: "timestamp", showname: "Captured Time", show: time }, "", "    "),
    "  </proto>\n",
  ]
  const layers = roots.map(root => nodeText(root, "proto", secret, "  "))
  return `<packet>\n${general.join("")}${layers.join("")}</packet>\n`
}

function nodeText(node: FieldNode, tag: "proto" | "field", secret: SecretBytes, indent: string): string {
  const { field, src, start, end } = node
  const words = valueText(node, secret)
  const hidden = secret.holds(node)
  const below = node.children.map(child => nodeText(child, "field", secret, `${indent}  `))
  const faults = node.faults.map(f =>
    element("field", { name: "_ws.malformed", showname: f.message }, "", `${indent}  `),
  )
  return element(
    tag,
    {
      name: field.name,
      showname: bitsText(node) + (words === "" ? field.label : `${field.label}: ${words}`),
      hide: field.hidden ? "yes" : undefined,
      size: String(end - start),
      pos: String(start),
      show: tag === "proto" || hidden ? undefined : showText(node),
      value: tag === "proto" || hidden || end === start ? undefined : toHex(src.bytes, start, end),
    },
    below.join("") + faults.join(""),
    indent,
  )
}

/** The value as a display filter writes it: octets have colons between them. */
function showText({ field, value, start, end }: FieldNode): string {
  const text = fieldText(field, value, end - start)
  return value instanceof Uint8Array && field.kind === "bytes" ? text.replace(/..(?=.)/g, "$&:") : text
}

function element(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content: string,
  indent: string,
): string {
  const said = Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}="${xmlText(value)}"`))
    .join("")
  return content === "" ? `${indent}<${tag}${said}/>\n` : `${indent}<${tag}${said}>\n${content}${indent}</${tag}>\n`
}
