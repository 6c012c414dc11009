/** A capture written again as pcapng, with a keylog in front: one file that carries both. */

import { customBlock, interfaceBlock, packetBlock, sectionBlock } from "../capture/pcapng-writer.ts"
import type { CaptureInterface, CaptureRecord } from "../capture/record.ts"
import { KEYLOG_PEN } from "../secrets/export/keylog.ts"

export class CaptureCopy {
  /** Packets written. */
  written = 0
  readonly #out: (block: Uint8Array) => void
  readonly #ids = new Map<string, number>()
  readonly #described = new Map<number, CaptureInterface>()

  /** `out` gets the pcapng blocks in order: the section header and the keys at once. Names of interfaces are kept of a single capture. */
  constructor(out: (block: Uint8Array) => void, keylog: Uint8Array) {
    this.#out = out
    out(sectionBlock({ application: "ikedump decrypt --embed-keys" }))
    out(customBlock(KEYLOG_PEN, keylog, false))
  }

  /** For `ReadOptions.blocks`, of a single capture. */
  interface(description: CaptureInterface): void {
    this.#described.set(description.id, description)
  }

  /** Writes a record as it is. */
  record({ bytes, start, end, ...r }: CaptureRecord): void {
    this.#out(
      packetBlock({
        interfaceId: this.#interface(r),
        seconds: r.seconds,
        nanos: r.nanos,
        bytes: bytes.subarray(start, end),
        originalBytes: r.originalBytes,
        comments: r.comments,
      }),
    )
    this.written++
  }

  #interface({ capture, interfaceId, linkType }: Pick<CaptureRecord, "capture" | "interfaceId" | "linkType">): number {
    const key = `${capture} ${interfaceId} ${linkType}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = this.#ids.size
    this.#ids.set(key, id)
    const about = this.#described.get(interfaceId)
    this.#out(
      interfaceBlock({
        linkType,
        name: about?.name ?? undefined,
        description: about?.description ?? undefined,
        snapBytes: about?.snapBytes,
      }),
    )
    return id
  }
}
