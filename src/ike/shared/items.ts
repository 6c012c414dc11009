/** Lists inside a payload (proposals, transforms, attributes, selectors): one bad item never loses the others. */

import { Cursor } from "../../bytes/cursor.ts"
import { DecodeError, invalid } from "../../bytes/errors.ts"
import type { Field, FieldValue } from "../../bytes/field.ts"
import { plural } from "../../bytes/words.ts"

/** Where an item stands, absolute in its source, bytes, end exclusive; and what of it could not be decoded. */
export interface Item {
  readonly start: number
  readonly end: number
  readonly fault?: DecodeError
}

/** Runs `read` and keeps a wire fault as a value, passed to the sink too. Anything else is rethrown. */
export function attempt<T>(c: Cursor, read: () => T): { value?: T; fault?: DecodeError } {
  try {
    return { value: read() }
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    c.sink?.fault(e)
    return { fault: e }
  }
}

/** Bad items after which a list is given up: each costs as much as a hundred good ones, and nobody reads on. */
const MAX_BAD_ITEMS = 16

/** Appends items to `items` while `more` says so. Throws what `read` throws, and DecodeError `invalid` after 16 bad items. */
export function decodeItems<T extends Item>(c: Cursor, items: T[], more: () => boolean, read: (c: Cursor) => T): void {
  let bad = 0
  while (more()) {
    const next = read(c)
    items.push(next)
    if (next.fault && ++bad === MAX_BAD_ITEMS)
      throw invalid(undefined, c.pos, c.limit, `${MAX_BAD_ITEMS} bad items in one list; the rest is not read`)
  }
}

/** The field that an item is a subtree of, with its value where it has one. */
type Heading = Field | { readonly field: Field; readonly value: FieldValue }

/**
 * Takes `length` bytes as an item of its own, a subtree of `heading`, and moves past them. `read` fills in a value as it goes,
 * so what was read before a fault is kept. A length past the end of the window is cut to it; what is there is read, and the
 * fault says so.
 */
export function item(c: Cursor, heading: Heading, length: number, limit: string, read: (child: Cursor) => void): Item {
  const { field, value } = "field" in heading ? heading : { field: heading, value: undefined }
  const start = c.pos
  const end = Math.min(start + length, c.end)
  const whole = start + length <= c.end
  c.sink?.open(field, c.src, start, end, value)
  let fault: DecodeError | undefined
  try {
    read(new Cursor(c.src, start, end, whole ? limit : c.limit, c.sink))
    if (!whole)
      throw new DecodeError(
        { code: "truncated", field, at: start, need: length, have: end - start, limit: c.limit },
        `${limit} ${length} at offset ${start} leads ${plural(length - (end - start), "byte")} past the end by ${c.limit}`,
      )
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    fault = e
    c.sink?.fault(e)
  } finally {
    c.sink?.close()
  }
  c.pos = end
  return { start, end, fault }
}
