/** The protocols of a frame, from the link up: which of them are unfolded, and the line that stands for one. */
import { fieldText } from "../bytes/field.ts"
import type { FieldNode } from "../bytes/field-sink.ts"
import { plural } from "../bytes/words.ts"

/** What carries IKE and IPsec: folded unless somebody asks. */
const CARRIERS = new Set(["frame", "eth", "vlan", "sll", "ip", "ipv6", "udp", "tcp"])

/** Protocols by their names, or all of them. */
export type Unfolded = ReadonlySet<string> | "all"

/** Whether a protocol is drawn with its fields. Without a word from the user all are from the first on that is carried. */
export function isUnfolded(node: FieldNode, roots: readonly FieldNode[], unfolded: Unfolded | undefined): boolean {
  if (unfolded === "all") return true
  const { name } = node.field
  if (unfolded) return unfolded.has(name) || unfolded.has(name.split(".", 1)[0])
  const carried = roots.findIndex(root => !CARRIERS.has(root.field.name))
  return roots.indexOf(node) >= (carried < 0 ? roots.length - 1 : carried)
}

/** Fields that stand behind a protocol's name. */
const HEADINGS: Readonly<Record<string, readonly (readonly [label: string, field: string])[]>> = {
  eth: [
    ["Src", "eth.src"],
    ["Dst", "eth.dst"],
  ],
  ip: [
    ["Src", "ip.src"],
    ["Dst", "ip.dst"],
  ],
  ipv6: [
    ["Src", "ipv6.src"],
    ["Dst", "ipv6.dst"],
  ],
  udp: [
    ["Src Port", "udp.srcport"],
    ["Dst Port", "udp.dstport"],
  ],
  tcp: [
    ["Src Port", "tcp.srcport"],
    ["Dst Port", "tcp.dstport"],
  ],
  esp: [
    ["SPI", "esp.spi"],
    ["Sequence", "esp.sequence"],
  ],
  ah: [
    ["SPI", "ah.spi"],
    ["Sequence", "ah.sequence"],
  ],
}

/** `Internet Protocol Version 4, Src: 10.1.0.1, Dst: 10.1.0.2`. */
export function headingOf(node: FieldNode): string {
  const { name, label } = node.field
  const textOf = (field: string): string | undefined => {
    const child = node.children.find(c => c.field.name === field)
    return child?.value === undefined ? undefined : fieldText(child.field, child.value, child.end - child.start)
  }
  if (name === "frame") {
    const [number, length] = [textOf("frame.number"), textOf("frame.len")]
    return number && length ? `${label} ${number}: ${plural(Number(length), "byte")}` : label
  }
  const parts = (HEADINGS[name] ?? []).flatMap(([title, field]) => {
    const value = textOf(field)
    return value === undefined ? [] : [`, ${title}: ${value}`]
  })
  return label + parts.join("")
}
