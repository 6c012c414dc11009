/** Messages put together for the rules, which take them whole: no fold, no capture. */
import { byteSource } from "../../src/bytes/byte-source.ts"
import { allPayloads, decodeMessage } from "../../src/ike/message.ts"
import type { Opened } from "../../src/ike/shared/payload.ts"
import type { Exchange } from "../../src/track/exchange.ts"
import { IkeSa } from "../../src/track/ike-sa.ts"
import { otherSide, type Side } from "../../src/track/peer.ts"
import type { WholeMessage } from "../../src/track/whole.ts"

const LEFT = { address: "10.0.0.1", port: 500 }
const RIGHT = { address: "10.0.0.2", port: 500 }
const NOW = { seconds: 0, nanos: 0 }

export const newSa = (version: 1 | 2, number = 0): IkeSa =>
  new IkeSa({
    ...{ number, version, spiI: "11".repeat(8), spiR: "22".repeat(8) },
    ...{ first: NOW, initiator: LEFT, responder: RIGHT, begun: true },
  })

/** Frames and exchanges of one SA. */
export class Wholes {
  readonly #exchanges = new Map<string, Exchange>()
  #frame = 0

  /** The next message; `opened` where it came encrypted and keys opened it. */
  whole(from: Side, bytes: Uint8Array, opened?: Opened): WholeMessage {
    const message = decodeMessage(byteSource(bytes, "message"), 0, bytes.length)
    if (!message) throw new Error("not decoded")
    const datagram = {
      frame: ++this.#frame,
      capture: 0,
      time: NOW,
      source: from === "initiator" ? LEFT : RIGHT,
      destination: from === "initiator" ? RIGHT : LEFT,
      encapsulation: "udp" as const,
      src: message.src,
      wireBytes: message.src.bytes.length,
      hops: 64,
      misframing: undefined,
    }
    return { message, datagram, payloads: allPayloads(message), frames: [datagram.frame], opened }
  }

  exchange(type: number, messageId: number, startedBy: Side): Exchange {
    const key = `${type} ${messageId} ${startedBy}`
    const exchange = this.#exchanges.get(key) ?? { type, messageId, startedBy, messages: [], complete: false }
    this.#exchanges.set(key, exchange)
    return exchange
  }
}

export const starterOf = (from: Side, request: boolean): Side => (request ? from : otherSide(from))

/** Events of one kind. */
export const eventsOf = <E extends { readonly kind: string }, K extends E["kind"]>(events: readonly E[], kind: K) =>
  events.filter((e): e is Extract<E, { readonly kind: K }> => e.kind === kind)

export const kindsOf = (events: readonly { readonly kind: string }[]): string[] => events.map(e => e.kind)
