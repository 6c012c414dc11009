/** TaZmen Sniffer Protocol: captured frames sent on by access points and routers. http://www.networkchemistry.com/support/appnotes/an001_tzsp.html */
import { field } from "../../bytes/field.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer } from "../layers.ts"

const header = {
  heading: field("tzsp", "Tazmen Sniffer Protocol", { kind: "none" }),
  version: field("tzsp.version", "Version"),
  type: field("tzsp.type", "Type"),
  encapsulation: field("tzsp.encap", "Encapsulation", { kind: "hex" }),
  tags: field("tzsp.tags", "Tagged fields", { kind: "bytes" }),
}

const TZSP = layer(header, c =>
  c.group(header.heading, c.left, () => {
    c.u8(header.version)
    c.u8(header.type)
    c.u16(header.encapsulation)
    if (c.left > 0) c.bytes(header.tags)
  }),
)

const RECEIVED_TAG_LIST = 0
const PACKET_FOR_TRANSMIT = 1
const TAG_PADDING = 0
const TAG_END = 1

/** What the encapsulation number says is inside. */
const LINK_OF: ReadonlyMap<number, number> = new Map<number, number>([
  [1, LINK_TYPE.ETHERNET],
  [4, LINK_TYPE.PPP],
  [7, LINK_TYPE.RAW],
  [18, LINK_TYPE.IEEE802_11],
  [119, LINK_TYPE.IEEE802_11_PRISM],
  [127, LINK_TYPE.IEEE802_11_AVS],
])

/** Version 1: four octets, tags up to an end tag, then a frame. */
export function tzsp(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 5 || b[at] !== 1 || (b[at + 1] !== RECEIVED_TAG_LIST && b[at + 1] !== PACKET_FOR_TRANSMIT)) return
  const linkType = LINK_OF.get((b[at + 2] << 8) | b[at + 3])
  let body = at + 4
  while (body < end && b[body] !== TAG_END) body += b[body] === TAG_PADDING ? 1 : 2 + b[body + 1]
  body++
  if (linkType === undefined || body >= end) return
  l.tap?.layer(TZSP, b, at, body, 0)
  if (l.enter()) l.link(linkType, b, body, end)
}
