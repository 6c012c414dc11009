/** Decodes a message and reports what was wrong with it: each fault with its frame, offset, and the length field that ran out. */
import type { ByteSource } from "../bytes/byte-source.ts"
import { DecodeError } from "../bytes/errors.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { plural } from "../bytes/words.ts"
import { type DecodeOptions, decodeMessage, type Message } from "../ike/message.ts"

/** Faults of one message that are reported one by one; of more the first is reported, with their number. */
const FEW = 2

/** Collects faults and nothing else, the first few with the source that each offset is in. */
class FaultSink implements FieldSink {
  count = 0
  readonly faults: { readonly error: DecodeError; readonly source: ByteSource | undefined }[] = []
  readonly #sources: ByteSource[] = []
  leaf(): void {}
  open(_field: unknown, src: ByteSource): void {
    this.#sources.push(src)
  }
  close(): void {
    this.#sources.pop()
  }
  fault(error: DecodeError): void {
    this.count++
    if (this.faults.length < FEW) this.faults.push({ error, source: this.#sources.at(-1) })
  }
}

/** Called for each fault: one sentence with the offset and who said that the bytes end there. */
export type ReportFault = (message: string) => void

/** A message of which part of the bytes is decoded, with what keys opened; `shapes` are those of messages before. */
export interface ReportingOptions extends Pick<DecodeOptions, "opened" | "shapes"> {
  readonly start?: number
  readonly end?: number
}

/** As `decodeMessage`; a message with faults is decoded once more to report them, where somebody listens, so that sound ones cost nothing. */
export function decodeReporting(
  src: ByteSource,
  report: ReportFault | undefined,
  options: ReportingOptions = {},
): Message | undefined {
  const { start = 0, end = src.bytes.length, opened, shapes } = options
  const before = DecodeError.made
  const message = decodeMessage(src, start, end, { opened, shapes })
  if (!report || DecodeError.made === before) return message
  const sink = new FaultSink()
  decodeMessage(src, start, end, { opened, sink })
  const many = sink.count > FEW
  const others = many ? `; ${plural(sink.count - 1, "more fault")} in this message` : ""
  for (const { error, source } of many ? sink.faults.slice(0, 1) : sink.faults) {
    const where = !source || source.isFrame ? "" : ` (in ${source.label})`
    report(`${error.message}${where}${others}`)
  }
  return message
}
