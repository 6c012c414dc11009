/** Where a decoder's reads go when somebody wants the fields: a tree, a row of picked values, a filter. */
import type { ByteSource } from "./byte-source.ts"
import type { DecodeError } from "./errors.ts"
import type { Field, FieldValue } from "./field.ts"

/** Called by the cursor as it reads; offsets are absolute in `src`, in bytes, end exclusive. */
export interface FieldSink {
  leaf(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void
  /** A subtree begins; every leaf until `close` is its child. */
  open(field: Field, src: ByteSource, start: number, end: number, value?: FieldValue): void
  close(): void
  /** What could not be decoded inside the subtree that is open. */
  fault(error: DecodeError): void
  /** False for a field that the sink passes over, so that its value need not be made. Without this all are wanted. */
  wants?(field: Field): boolean
  /** A leaf whose value is the bytes of its range. Without this `leaf` gets a view of them, which is made for it. */
  bytes?(field: Field, src: ByteSource, start: number, end: number): void
  /**
   * Runs `draw`, or does what it did the last time. What `draw` draws must depend on nothing but the bytes of the range, `kind` (by
   * identity) and `variant`, and its values must not be needed.
   */
  repeat?(kind: object, variant: number, range: ByteRange, draw: () => void): void
}

/** Bytes of a source, `[pos, end)`: a cursor is one before it is read. */
export interface ByteRange {
  readonly src: ByteSource
  readonly pos: number
  readonly end: number
}

/** A node of the field tree. */
export interface FieldNode {
  readonly field: Field
  readonly src: ByteSource
  readonly start: number
  readonly end: number
  readonly value: FieldValue
  readonly children: FieldNode[]
  readonly faults: DecodeError[]
}

/** Builds the whole tree. */
export class TreeSink implements FieldSink {
  readonly roots: FieldNode[] = []
  readonly #open: FieldNode[] = []

  leaf(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    this.#add({ field, src, start, end, value, children: [], faults: [] })
  }

  open(field: Field, src: ByteSource, start: number, end: number, value?: FieldValue): void {
    const node: FieldNode = { field, src, start, end, value, children: [], faults: [] }
    this.#add(node)
    this.#open.push(node)
  }

  close(): void {
    this.#open.pop()
  }

  fault(error: DecodeError): void {
    ;(this.#open.at(-1) ?? this.roots.at(-1))?.faults.push(error)
  }

  #add(node: FieldNode): void {
    const parent = this.#open.at(-1)
    ;(parent?.children ?? this.roots).push(node)
  }
}
