/** What players of hostile files that open write to: random bytes that cost nothing, until the file is long enough. */
import { concat, u16be, u32be, utf8 } from "../../src/bytes/bytes.ts"
import { type Endpoint, hex, ip, Tape } from "../../test/play/tape.ts"

export { hex }

/** Random bytes that cost nothing: nobody has to be unable to guess them. */
export class QuickTape extends Tape {
  #state = 1
  override random(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => {
      this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
      return this.#state >>> 24
    })
  }
}

const TCP = 6
const PORT = 4500

/** IKE over one TCP connection, to port 4500 of who answers first: RFC 9329 §3. */
export class TcpTape extends QuickTape {
  /** Bytes sent so far, by sender. */
  readonly #sent = new Map<string, number>()
  #originator = ""

  override ike(from: Endpoint, to: Endpoint, message: Uint8Array): number {
    const sender = from.address.join()
    this.#originator ||= sender
    const begins = sender === this.#originator && !this.#sent.has(sender)
    const framed = concat(u16be(2 + 4 + message.length), new Uint8Array(4), message)
    const bytes = begins ? concat(utf8("IKETCP"), framed) : framed
    const sequence = this.#sent.get(sender) ?? 1
    this.#sent.set(sender, sequence + bytes.length)
    const ports = sender === this.#originator ? [50_000, PORT] : [PORT, 50_000]
    const head = concat(u16be(ports[0]), u16be(ports[1]), u32be(sequence), u32be(1), u32be(0x5018_ffff), u32be(0))
    return this.add(ip(from, to, TCP, concat(head, bytes)))
  }
}

/** What pcapng adds to each packet. */
const RECORD = 36

/** The capture of steps that are played until it has about `size` bytes. */
export function recorded(tape: Tape, size: number, step: (n: number) => unknown): Uint8Array {
  for (let n = 0, seen = 0, total = 0; total < size; n++) {
    step(n)
    for (; seen < tape.packets.length; seen++) total += tape.packets[seen].length + RECORD
  }
  return tape.capture()
}
