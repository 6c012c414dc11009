/** What the fragment that completed a message shows of the whole: the frames it came in, and the bytes put together. RFC 7383 §2.6, MS-IKEE §2.2.1. */
import { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import type { Opened } from "./payload.ts"

const reassembled = field("isakmp.reassembled.data", "Reassembled payloads", { kind: "none" })
const frame = field("isakmp.fragment", "Message fragment")
const frameCount = field("isakmp.fragment.count", "Message fragment count")
const reassembledLength = field("isakmp.reassembled.length", "Reassembled length")

/** Draws the whole as a subtree in its own source and lets `read` decode it there. */
export function decodeReassembled<T>(
  c: Cursor,
  whole: NonNullable<Opened["reassembled"]>,
  read: (clear: Cursor) => T,
): T {
  const { clear, frames } = whole
  const { sink } = c
  sink?.open(reassembled, clear, 0, clear.bytes.length)
  try {
    const inside = new Cursor(clear, 0, clear.bytes.length, "reassembled fragments", sink)
    for (const n of frames) inside.note(frame, 0, inside.end, n)
    inside.note(frameCount, 0, inside.end, frames.length)
    inside.note(reassembledLength, 0, inside.end, clear.bytes.length)
    return read(inside)
  } finally {
    sink?.close()
  }
}
