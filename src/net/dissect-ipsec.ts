/** Plain headers of ESP, AH, WESP and of their encapsulation in UDP, drawn. RFC 4303 §2, RFC 4302 §2, RFC 5840 §2, RFC 3948 §2. */
import type { Cursor } from "../bytes/cursor.ts"
import * as f from "./dissect-fields.ts"
import { Layer } from "./layers.ts"

/** Draws one header of these. Throws DecodeError when it is cut off. */
export function drawIpsec(layer: Layer, c: Cursor): void {
  if (layer === Layer.ESP) c.group(f.esp.heading, c.left, drawEsp)
  else if (layer === Layer.AH) drawAh(c)
  else if (layer === Layer.WESP) drawWesp(c)
  else c.group(f.udpencap.heading, c.left, drawEncapsulation)
}

function drawEsp(c: Cursor): void {
  c.u32(f.esp.spi)
  c.u32(f.esp.sequence)
}

/** The ICV is what the header's length leaves, padding of IPv6 included. */
function drawAh(c: Cursor): void {
  const length = ((c.peek(1) ?? 0) + 2) * 4
  c.group(f.ah.heading, length, () => {
    c.u8(f.ah.next)
    c.u8(f.ah.length)
    c.bytes(f.ah.reserved, 2)
    c.u32(f.ah.spi)
    c.u32(f.ah.sequence)
    if (length > 12) c.bytes(f.ah.icv, length - 12)
  })
}

const WESP_PADDING = 0x10

function drawWesp(c: Cursor): void {
  const padded = ((c.peek(3) ?? 0) & WESP_PADDING) !== 0
  c.group(f.wesp.heading, padded ? 8 : 4, () => {
    c.u8(f.wesp.next)
    c.u8(f.wesp.headerLength)
    c.u8(f.wesp.trailerLength)
    c.u8(f.wesp.flags)
    if (padded) c.bytes(f.wesp.padding, 4)
  })
  c.group(f.esp.heading, c.left, drawEsp)
}

function drawEncapsulation(c: Cursor): void {
  if (c.left === 0) return
  c.note(c.left === 1 ? f.udpencap.keepalive : f.udpencap.marker, c.pos, c.end, true)
}
