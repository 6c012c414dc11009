/** Options of a pcapng block: code, length, value padded to 32 bits. draft-ietf-opsawg-pcapng §3.5. */
import { u16 } from "./format.ts"
import { NO_COMMENTS } from "./record.ts"

export interface Option {
  readonly code: number
  readonly bytes: Uint8Array
}

const COMMENT = 1
const decoder = new TextDecoder()

/** Options in `b[at, end)` up to the end-of-options mark; one that overruns the block ends the list. */
export function options(b: Uint8Array, at: number, end: number, little: boolean): Option[] {
  const all: Option[] = []
  while (at + 4 <= end) {
    const code = u16(b, at, little)
    const length = u16(b, at + 2, little)
    if (code === 0 || at + 4 + length > end) break
    all.push({ code, bytes: b.subarray(at + 4, at + 4 + length) })
    at += 4 + ((length + 3) & ~3)
  }
  return all
}

/** An option's text, or null without the option. */
export const optionText = (option: Option | undefined): string | null => (option ? text(option.bytes) : null)

/** The comments among the options in `b[at, end)`. Allocates nothing when there are none. */
export function comments(b: Uint8Array, at: number, end: number, little: boolean): readonly string[] {
  let found: string[] | undefined
  while (at + 4 <= end) {
    const code = u16(b, at, little)
    const length = u16(b, at + 2, little)
    if (code === 0 || at + 4 + length > end) break
    if (code === COMMENT) (found ??= []).push(text(b.subarray(at + 4, at + 4 + length)))
    at += 4 + ((length + 3) & ~3)
  }
  return found ?? NO_COMMENTS
}

const text = (bytes: Uint8Array): string => decoder.decode(bytes).replace(/\0+$/, "")
