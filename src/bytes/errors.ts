/** The one error of the wire: what could not be read, where, and which length said that the bytes end there. */
import type { Field } from "./field.ts"

/** `truncated`: the window ended first. `invalid`: a value that the RFC forbids. `unsupported`: known, but not decoded. */
export type DecodeErrorCode = "truncated" | "invalid" | "unsupported"

/** What was wrong, and where. */
export interface WireFault {
  readonly code: DecodeErrorCode
  /** The field that was being read. */
  readonly field: Field | undefined
  /** Absolute offset in the source, bytes. */
  readonly at: number
  /** Bytes needed and bytes that were there. */
  readonly need: number
  readonly have: number
  /** Who said that the bytes end here, such as `Payload Length`. */
  readonly limit: string
}

const V8: { readonly prototype: Error; stackTraceLimit?: number } = Error

export class DecodeError extends Error {
  override readonly name = "DecodeError"
  /** How many were made so far: who decodes can tell cheaply whether anything was at fault. */
  static made = 0
  readonly code: DecodeErrorCode
  readonly field: Field | undefined
  readonly at: number
  readonly need: number
  readonly have: number
  readonly limit: string

  constructor({ code, field, at, need, have, limit }: WireFault, detail?: string) {
    // A fault of the wire is found by its offset; capturing the stack would cost more than all the decoding of the message.
    const { stackTraceLimit } = V8
    V8.stackTraceLimit = 0
    super(
      detail ??
        `${field?.label ?? "field"} at offset ${at} needs ${need} byte${need === 1 ? "" : "s"}, ${have} left by ${limit}`,
    )
    V8.stackTraceLimit = stackTraceLimit
    this.code = code
    this.field = field
    this.at = at
    this.need = need
    this.have = have
    this.limit = limit
    DecodeError.made++
  }
}

/** A value at `at` that the RFC does not allow there. */
export const invalid = (field: Field | undefined, at: number, limit: string, detail: string): DecodeError =>
  new DecodeError({ code: "invalid", field, at, need: 0, have: 0, limit }, detail)

/** What somebody threw, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whether something was given up at somebody's wish. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError"

/** The code of an error of the system (`ENOENT`), of Node or of a library. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined
  return typeof code === "string" ? code : undefined
}
