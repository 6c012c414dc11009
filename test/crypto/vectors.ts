/** Finds published vectors: all of them beside the checkout, an essential few in the fixtures. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { fromHex } from "../../src/bytes/hex.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures/vectors")
const SHARED = resolve(import.meta.dirname, "../../../shared/vectors")
const SHARED_LAB = resolve(import.meta.dirname, "../../../shared/captures/lab")

export interface Vector {
  readonly name: string
  readonly [member: string]: string | number | boolean | undefined | readonly string[]
}

/** Where the whole set is, else the fixtures; a reason is printed once when only the latter are there. */
const folder = existsSync(SHARED) ? SHARED : FIXTURES
if (folder === FIXTURES)
  console.warn("vectors: the whole set is not beside the checkout, running fixtures/vectors alone")

/** The vectors of a file; none when neither folder has it. */
export function vectors(file: string): readonly Vector[] {
  const path = join(folder, file)
  if (!existsSync(path)) return []
  return JSON.parse(readFileSync(path, "utf8")).vectors
}

/** A file without a list, such as the ACVP ones. */
// biome-ignore lint/suspicious/noExplicitAny: free-form JSON of a test
export const vectorFile = (file: string): any => {
  const path = join(folder, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined
}

/** Bytes of a hex text; `0x`, spaces and absence allowed. libreswan's texts without `0x` are ASCII: `ascii` says so. */
export function hex(text: unknown, ascii = false): Uint8Array {
  const value = typeof text === "string" ? text : ""
  if (ascii && !value.startsWith("0x")) return new TextEncoder().encode(value)
  const bytes = fromHex(value.replace(/^0x/, "").replace(/\s/g, ""))
  if (!bytes) throw new Error(`not hex: ${value.slice(0, 20)}`)
  return bytes
}

/** A copy with one bit turned. */
export function oneBitOff(bytes: Uint8Array, at = 0): Uint8Array {
  const out = new Uint8Array(bytes) // a Buffer would share its memory with a slice
  out[at] ^= 1
  return out
}

export interface LabScenario {
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: free-form JSON of a test
  readonly truth: any
  // biome-ignore lint/suspicious/noExplicitAny: free-form JSON of a test
  readonly oracle: any
}

/** Every recorded negotiation beside the checkout; none, with a printed reason, where they are absent. */
export function labScenarios(): readonly LabScenario[] {
  if (!existsSync(SHARED_LAB)) {
    console.warn("vectors: no lab captures beside the checkout, those cases are skipped")
    return []
  }
  const read = (name: string, file: string) => JSON.parse(readFileSync(join(SHARED_LAB, name, file), "utf8"))
  return readdirSync(SHARED_LAB)
    .filter(name => existsSync(join(SHARED_LAB, name, "truth.json")))
    .map(name => ({ name, truth: read(name, "truth.json"), oracle: read(name, "oracle.json") }))
}
