/** A session's answers as text: JSON in which typed arrays are kept. */
import { keysOf, present } from "../bytes/typed.ts"

type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array

const KINDS = { Float64Array, Float32Array, Uint32Array, Int32Array, Uint8Array } as const

/** The member that marks a typed array. */
const MARK = "$numbers"

export const toWire = (value: unknown): string =>
  JSON.stringify(value, (_key, v) => (isNumbers(v) ? packed(v) : v)) ?? "null"

/** The answer, of a type that its writer vouches for. */
export const fromWire = <T>(text: string): T =>
  JSON.parse(text, (_key, v) => (v && typeof v === "object" && MARK in v ? unpacked(v) : v))

interface Packed {
  readonly [MARK]: keyof typeof KINDS
  readonly bytes: string
}

const isNumbers = (value: unknown): value is Numbers => Object.values(KINDS).some(kind => value instanceof kind)

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
