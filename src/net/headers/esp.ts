/** The plain header of ESP: found by the walk, and drawn wherever it stands. What a key opens is drawn in `ipsec/`. RFC 4303 §2. */

import { u32At } from "../../bytes/bytes.ts"
import type { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { plural } from "../../bytes/words.ts"
import { type Descent, layer } from "../layers.ts"
import { Kind } from "../packet-view.ts"

export const esp = {
  heading: field("esp", "Encapsulating Security Payload", { kind: "none" }),
  spi: field("esp.spi", "ESP SPI", { kind: "hex" }),
  sequence: field("esp.sequence", "ESP Sequence"),
}

/** Draws SPI and Sequence Number. */
export function decodeEspHeader(c: Cursor): void {
  c.u32(esp.spi)
  c.u32(esp.sequence)
}

export const ESP = layer(esp, c => c.group(esp.heading, c.left, decodeEspHeader))

/** An ESP packet at `at`. RFC 4303 §2. */
export function encapsulatingPayload(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  l.tap?.layer(ESP, b, at, end, 0)
  if (end - at >= 8) {
    l.view.spi = u32At(b, at)
    l.view.sequence = u32At(b, at + 4)
    l.found(l.quoting ? Kind.QUOTED_ESP : Kind.ESP, b, at, end, wireEnd - at)
  } else if (!l.quoting)
    l.finding("esp-truncated", `an ESP packet of ${plural(end - at, "byte")} has no SPI and sequence number`)
}
