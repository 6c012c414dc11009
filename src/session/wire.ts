/** A session's answers as text: JSON in which typed arrays are kept. */
import { keysOf, present } from "../bytes/typed.ts"

type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array

const KINDS = { Float64Array, Float32Array, Uint32Array, Int32Array, Uint8Array } as const

/** The member that marks a typed array. */
const MARK = "$numbers"

// A replacer, called for each of millions of values, would take ten times as long.
export const toWire = (value: unknown): string => JSON.stringify(withPacked(value)) ?? "null"

/** The answer, of a type that its writer vouches for. */
export const fromWire = <T>(text: string): T =>
  JSON.parse(text, (_key, v) => (v && typeof v === "object" && MARK in v ? unpacked(v) : v))

interface Packed {
  readonly [MARK]: keyof typeof KINDS
  readonly bytes: string
}

const isNumbers = (value: unknown): value is Numbers =>
  ArrayBuffer.isView(value) && Object.values(KINDS).some(kind => value instanceof kind)

const hasMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** The value with its typed arrays packed; the same object where it has none. */
function withPacked(value: unknown): unknown {
  if (!hasMembers(value)) return value
  if (isNumbers(value)) return packed(value)
  if (Array.isArray(value)) {
    const items = value.map(withPacked)
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  let copy: Record<string, unknown> | undefined
  // Without `Object.entries`, whose pairs would take longer than all else.
  for (const key in value) {
    const inside = withPacked(value[key])
    if (inside === value[key]) continue
    copy ??= { ...value }
    copy[key] = inside
  }
  return copy ?? value
}

function packed(numbers: Numbers): Packed {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  let text = ""
  // `fromCharCode` takes a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return { [MARK]: present(keysOf(KINDS).find(kind => numbers instanceof KINDS[kind])), bytes: btoa(text) }
}

function unpacked({ [MARK]: kind, bytes }: Packed): Numbers {
  const text = atob(bytes)
  const out = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i)
  return new KINDS[kind](out.buffer)
}
