/** Null and loopback links, OpenBSD's enc and pflog: an address family, or IP behind a header whose length is known. */
import { field } from "../../bytes/field.ts"
import { u32 } from "../../capture/format.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer, type Walk } from "../layers.ts"
import type { LinkWalk } from "./link-walk.ts"

const nul = {
  heading: field("null", "Null/Loopback", { kind: "none" }),
  family: field("null.family", "Family"),
}

const NULL = layer(nul, c =>
  c.group(nul.heading, c.left, () => {
    const b = c.src.bytes
    const at = c.pos
    const big = b[at] === 0 && b[at + 1] === 0
    c.note(nul.family, at, at + 4, big ? (b[at + 2] << 8) | b[at + 3] : b[at] | (b[at + 1] << 8))
  }),
)

const AF_INET = 2
/** AF_INET6 of Linux, BSD/OS, NetBSD and OpenBSD, FreeBSD, macOS. */
const AF_INET6 = [10, 23, 24, 28, 30]

/** An address family in either byte order. What follows says itself which IP it is. */
function addressFamily(l: Descent, b: Uint8Array, at: number, body: number, end: number): void {
  if (body >= end) return
  l.tap?.layer(NULL, b, at, body, 0)
  const family = Math.min(u32(b, at, true), u32(b, at, false))
  if (family === AF_INET || AF_INET6.includes(family)) l.ip(b, body, end)
}

const loopback: Walk = (l, b, at, end) => addressFamily(l, b, at, at + 4, end)
const enc: Walk = (l, b, at, end) => addressFamily(l, b, at, at + 12, end)
const pflog: Walk = (l, b, at, end) => {
  if (end - at > 4) l.ip(b, at + ((b[at] + 3) & ~3), end)
}

export const LOOPBACK_LINKS: readonly LinkWalk[] = [
  [LINK_TYPE.NULL, loopback],
  [LINK_TYPE.LOOP, loopback],
  [LINK_TYPE.ENC, enc],
  [LINK_TYPE.PFLOG, pflog],
]
