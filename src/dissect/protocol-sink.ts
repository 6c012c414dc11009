/** Notes the protocols of a frame while it is drawn: `eth:ethertype:ip:udp:isakmp`. */
import type { ByteSource } from "../bytes/byte-source.ts"
import type { DecodeError } from "../bytes/errors.ts"
import type { Field, FieldValue } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"

/** Links whose next protocol is an EtherType: tshark lists that as a protocol of its own. */
const WITH_ETHERTYPE = new Set(["eth", "sll", "vlan"])

/** Passes everything on to another sink. */
export class ProtocolSink implements FieldSink {
  #protocols: string[] = []
  #sink!: FieldSink

  into(sink: FieldSink): this {
    this.#sink = sink
    return this
  }

  /** The protocols since the last call. */
  take(): string {
    const text = this.#protocols.join(":")
    this.#protocols = []
    return text
  }

  open(field: Field, src: ByteSource, start: number, end: number, value?: FieldValue): void {
    const { name } = field
    if (name !== "frame" && name !== "" && !name.includes(".")) {
      this.#protocols.push(name)
      if (WITH_ETHERTYPE.has(name)) this.#protocols.push("ethertype")
    }
    this.#sink.open(field, src, start, end, value)
  }

  leaf(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    this.#sink.leaf(field, src, start, end, value)
  }

  close(): void {
    this.#sink.close()
  }

  fault(error: DecodeError): void {
    this.#sink.fault(error)
  }
}
