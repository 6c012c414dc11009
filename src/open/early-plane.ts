/**
 * Opens data packets in the one reading that the control plane makes, where all keys are whole rows for data SAs: they are known before the first
 * packet. The plain form reads the capture once more (`Run.openData`), when it is known which packets are of one sender and which SA is inside
 * another. Where that could make a difference, this one gives up, and the plain form counts.
 */
import { Kind, type PacketView } from "../net/packet-view.ts"
import type { DataTable } from "../track/data-table.ts"
import type { DataPlane } from "./data-plane.ts"

export class EarlyPlane {
  #plane: DataPlane | undefined
  #gaveUp = false

  /** The plane leaves what is nested; it is made when the first packet for it comes. */
  constructor(readonly makePlane: () => DataPlane) {}

  /** Takes in a packet that the control plane has. */
  packet(view: PacketView): void {
    if (this.#gaveUp) return
    const { kind } = view
    // A negotiation says more of keys and of senders.
    if (kind === Kind.ISAKMP) this.#giveUp()
    else if (kind === Kind.ESP || kind === Kind.AH || kind === Kind.WESP) {
      this.#plane ??= this.makePlane()
      this.#plane.packet(view)
    }
  }

  /** After the last packet: whether the results are those of the plain form. Where they may not be, they are taken back. */
  finish(data: DataTable): boolean {
    const plane = this.#plane
    if (!plane || this.#gaveUp) return false
    plane.finish()
    const isPlain = plane.leftNested + plane.leftOut + data.evicted === 0 && data.oneSenderEach
    if (!isPlain) this.#giveUp()
    return isPlain
  }

  #giveUp(): void {
    this.#gaveUp = true
    for (const { data } of this.#plane?.flows() ?? []) data.result = undefined
    this.#plane = undefined
  }
}
