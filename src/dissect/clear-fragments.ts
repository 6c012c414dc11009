/** IKEv1 fragments put together without an analysis: they are not encrypted themselves, so no key is needed to see the whole. MS-IKEE §2.2.1. */

import { BoundedMap } from "../bytes/bounded-map.ts"
import { Copies } from "../bytes/copies.ts"
import { FragmentsV1, wholeOf } from "../fold/v1-fragments.ts"
import { decodeMessage } from "../ike/message.ts"
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { find, type Opened } from "../ike/shared/payload.ts"
import { fragment } from "../ike/v1/fragment.ts"
import { AddressTexts } from "../net/address.ts"
import type { PacketView } from "../net/packet-view.ts"
import { datagramOf } from "../track/datagram.ts"

/** Senders followed at once, and bytes of fragments each may hold. */
const SENDERS = 256
const SENDER_BYTES = 1 << 20

export class ClearFragments {
  readonly #memory = { addresses: new AddressTexts(), copies: new Copies() }
  readonly #senders = new BoundedMap<string, FragmentsV1>(SENDERS)

  /** Takes in an IKE message; the whole, when it completed one. */
  add(view: PacketView): Opened | undefined {
    const { payloadBytes: b, payloadStart: at, payloadEnd: end } = view
    if (end - at < HEADER_BYTES || b[at + 16] !== fragment.type || b[at + 17] >> 4 !== 1) return undefined
    const datagram = datagramOf(view, this.#memory)
    const message = decodeMessage(datagram.src)
    const part = message && find(message.payloads, fragment)
    if (!message || !part) return undefined
    const whole = this.#of(`${message.spiI} ${datagram.source.address} ${datagram.source.port}`).add(part, datagram)
    const inside = whole && decodeMessage(whole.datagram.src)
    return whole && inside && !find(inside.payloads, fragment) ? wholeOf(inside, whole.frames) : undefined
  }

  #of(sender: string): FragmentsV1 {
    return this.#senders.getOrMake(sender, () => new FragmentsV1(SENDER_BYTES))
  }
}
