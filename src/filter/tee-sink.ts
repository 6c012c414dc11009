/** Draws into two sinks at once: a frame is shown and filtered in one descent. */
import type { ByteSource } from "../bytes/byte-source.ts"
import type { DecodeError } from "../bytes/errors.ts"
import type { Field, FieldValue } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"

export class TeeSink implements FieldSink {
  constructor(
    private readonly first: FieldSink,
    private readonly second: FieldSink,
  ) {}

  leaf(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    this.first.leaf(field, src, start, end, value)
    this.second.leaf(field, src, start, end, value)
  }

  open(field: Field, src: ByteSource, start: number, end: number, value?: FieldValue): void {
    this.first.open(field, src, start, end, value)
    this.second.open(field, src, start, end, value)
  }

  close(): void {
    this.first.close()
    this.second.close()
  }

  fault(error: DecodeError): void {
    this.first.fault(error)
    this.second.fault(error)
  }
}
