/** Linux netfilter log. https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html */
import { field } from "../../bytes/field.ts"
import { u16 } from "../../capture/format.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer } from "../layers.ts"
import type { LinkWalk } from "./link-walk.ts"

const log = {
  heading: field("nflog", "Linux Netfilter NFLOG", { kind: "none" }),
  family: field("nflog.family", "Family"),
  version: field("nflog.version", "Version"),
  resource: field("nflog.res_id", "Resource ID"),
}

const NFLOG = layer(log, c =>
  c.group(log.heading, c.left, () => {
    c.u8(log.family)
    c.u8(log.version)
    c.u16(log.resource)
  }),
)

const NFULA_PAYLOAD = 9

/** TLVs in the byte order of the host, one of them the IP packet. */
function nflog(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 4) return
  l.tap?.layer(NFLOG, b, at, at + 4, 0)
  const little = l.view.littleEndian
  let tlv = at + 4
  while (tlv + 4 <= end) {
    const length = u16(b, tlv, little)
    if (length < 4) return
    if (u16(b, tlv + 2, little) === NFULA_PAYLOAD) {
      l.ip(b, tlv + 4, Math.min(end, tlv + length))
      return
    }
    tlv += (length + 3) & ~3
  }
}

export const NFLOG_LINKS: readonly LinkWalk[] = [[LINK_TYPE.NFLOG, nflog]]
