/** Every IKE message of a capture without its encryption, as an IP packet: those that were clear, and those that keys opened. */

import { byteSource } from "../bytes/byte-source.ts"
import { toHex } from "../bytes/hex.ts"
import { decodeMessage, type Message } from "../ike/message.ts"
import { FLAG_ENCRYPTION } from "../ike/shared/header.ts"
import type { Opened } from "../ike/shared/payload.ts"
import { outerHeaderBytes } from "../ipsec/outer-header.ts"
import { Kind, PacketView } from "../net/packet-view.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { clearIkeMessage, reframeIke } from "./clear-ike.ts"
import { encryptedPayload } from "./ike-v2.ts"

export interface ClearMessage {
  readonly frame: number
  readonly seconds: number
  readonly nanos: number
  /** An IP packet with UDP. */
  readonly packet: Uint8Array
  /** SPIi or CKY-I, 16 hex digits. */
  readonly spiI: string
  readonly decrypted: boolean
}

/** Encrypted messages kept for keys that come later, bytes. */
const MAX_WAITING_BYTES = 32 << 20

export class ClearMessages {
  /** Messages (and fragments of IKEv1 messages) that stayed as they were, and those that cannot stand in an IP packet. */
  closed = 0
  unframed = 0
  /** Fragments that are part of a message put together in another frame. */
  fragments = 0
  readonly #waiting = new Map<string, PacketView>()
  readonly #opened = new Map<string, Opened>()
  #waitingBytes = 0
  #frame = 0
  #place = 0

  /** `emit` gets each message, in the order in which they become clear. */
  constructor(readonly emit: (message: ClearMessage) => void) {}

  /** Takes a packet after the analysis has seen it. */
  packet(view: PacketView): void {
    if (view.kind !== Kind.ISAKMP) return
    this.#place = view.frame === this.#frame ? this.#place + 1 : 0
    this.#frame = view.frame
    const key = `${view.frame} ${this.#place}`
    const opened = this.#opened.get(key)
    // What is left is of messages that were forgotten.
    this.#opened.clear()
    if (opened || !isEncrypted(view)) this.#emit(view, opened)
    else this.#wait(key, view)
  }

  /** For `AnalyzeOptions.onOpened`: the cleartext of the current message, or of one that waits. */
  opened(frame: number, place: number, opened: Opened): void {
    const key = `${frame} ${place}`
    const view = this.#waiting.get(key)
    if (!view) this.#opened.set(key, opened)
    else {
      this.#waiting.delete(key)
      this.#waitingBytes -= view.payloadBytes.length
      this.#emit(view, opened)
    }
  }

  /** After the last packet. */
  finish(): void {
    for (const view of this.#waiting.values())
      if (isPart(view)) this.fragments++
      else this.closed++
    this.#waiting.clear()
  }

  #wait(key: string, view: PacketView): void {
    const copy = snapshot(view)
    this.#waiting.set(key, copy)
    this.#waitingBytes += copy.payloadBytes.length
    for (const [oldest, { payloadBytes }] of this.#waiting) {
      if (this.#waitingBytes <= MAX_WAITING_BYTES) return
      this.#waiting.delete(oldest)
      this.#waitingBytes -= payloadBytes.length
      this.closed++
    }
  }

  #emit(view: PacketView, opened: Opened | undefined): void {
    const { frame, seconds, nanos, payloadBytes, payloadStart, payloadEnd } = view
    const bytes = payloadBytes.subarray(payloadStart, payloadEnd)
    const message = messageOf(view)
    const clear = opened && message ? clearOf(message, opened) : opened ? undefined : bytes
    if (!clear) {
      this.fragments++
      return
    }
    const packet = reframeIke(view, clear)
    if (!packet) this.unframed++
    else {
      const spiI = toHex(bytes.subarray(0, 8))
      this.emit({ frame, seconds, nanos, packet, spiI, decrypted: opened !== undefined })
    }
  }
}

/** The message in the clear; of the last fragment of an IKEv1 message the whole one. */
function clearOf(message: Message, opened: Opened): Uint8Array | undefined {
  const whole = opened.reassembled
  if (message.version === 2 || !whole) return clearIkeMessage(message, opened)
  const inner = decodeMessage(whole.clear)
  return inner && whole.opened ? clearIkeMessage(inner, whole.opened) : whole.clear.bytes
}

/** Whether the message has an encrypted part, or is itself a part of one. */
function isEncrypted(view: PacketView): boolean {
  const message = messageOf(view)
  if (message?.version === 2) return encryptedPayload(message) !== undefined
  return message !== undefined && ((message.flags & FLAG_ENCRYPTION) !== 0 || isPart(view))
}

const isPart = (view: PacketView): boolean =>
  messageOf(view)?.payloads.some(p => p.type === PAYLOAD_V1.FRAG && p.value !== undefined) ?? false

const messageOf = ({ payloadBytes, payloadStart, payloadEnd }: PacketView): Message | undefined =>
  decodeMessage(byteSource(payloadBytes.subarray(payloadStart, payloadEnd), ""))

/** A copy of what reframing needs: the IP header, and the message with the four bytes before it, which may be the non-ESP marker. */
function snapshot(view: PacketView): PacketView {
  const { ipBytes, ipStart, payloadBytes, payloadStart, payloadEnd } = view
  const headerEnd = ipStart + outerHeaderBytes(view.ipVersion, ipBytes, ipStart)
  const before = Math.min(4, payloadStart)
  return Object.assign(new PacketView(), view, {
    frameBytes: EMPTY,
    ipBytes: ipBytes.slice(ipStart, headerEnd),
    ipStart: 0,
    sourceAt: view.sourceAt - ipStart,
    destinationAt: view.destinationAt - ipStart,
    payloadBytes: payloadBytes.slice(payloadStart - before, payloadEnd),
    payloadStart: before,
    payloadEnd: before + payloadEnd - payloadStart,
  })
}

const EMPTY = new Uint8Array(0)
