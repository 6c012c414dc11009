/** Source and destination of an IP header, drawn each and as one of the two. */
import type { Cursor } from "../../bytes/cursor.ts"
import type { Field } from "../../bytes/field.ts"

/** Draws two addresses of `length` bytes at the position, `addr` for each as well. */
export function drawAddresses(c: Cursor, fields: { src: Field; dst: Field; addr: Field }, length: number): void {
  for (const which of [fields.src, fields.dst]) {
    const at = c.pos
    c.pass(which, length)
    if (c.sink?.wants?.(fields.addr) !== false) c.note(fields.addr, at, c.pos, c.src.bytes.subarray(at, c.pos))
  }
}

/** Draws two ports, `port` for each as well, and returns them. */
export function drawPorts(
  c: Cursor,
  fields: { src: Field; dst: Field; port: Field },
): { source: number; destination: number } {
  const source = c.u16(fields.src)
  c.note(fields.port, c.pos - 2, c.pos, source)
  const destination = c.u16(fields.dst)
  c.note(fields.port, c.pos - 2, c.pos, destination)
  return { source, destination }
}
