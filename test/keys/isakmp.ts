/** What the key tests need of a recorded IKEv1 negotiation, read by hand: the decoders of the project are not to judge themselves. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { toHex } from "../../src/bytes/hex.ts"

const LAB = resolve(import.meta.dirname, "../../../shared/captures/lab")

interface RawMessage {
  readonly exchange: number
  readonly encrypted: boolean
  readonly messageId: Uint8Array
  readonly first: number
  readonly body: Uint8Array
}

/** All messages of one pair of cookies, found by the initiator's cookie anywhere in a packet. */
function messages(scenario: string, spiI: string): RawMessage[] {
  const pcap = new Uint8Array(readFileSync(resolve(LAB, scenario, "capture.pcap")))
  const view = new DataView(pcap.buffer)
  const found: RawMessage[] = []
  const fragments = new Map<number, Uint8Array[]>()
  for (let at = 24; at + 16 <= pcap.length; ) {
    const length = view.getUint32(at + 8, true)
    const packet = pcap.subarray(at + 16, at + 16 + length)
    const start = toHex(packet).indexOf(spiI)
    at += 16 + length
    if (start < 0 || start % 2 !== 0) continue
    const message = packet.subarray(start / 2)
    const size = new DataView(message.buffer, message.byteOffset).getUint32(24)
    if (message[17] !== 0x10 || size > message.length) continue
    if (message[16] !== CISCO_FRAGMENT) found.push(rawMessage(message, size))
    else {
      // Generic header, fragment ID, number, and whether it is the last.
      const [id, number, last] = [message[33], message[34], message[35]]
      const parts = fragments.get(id) ?? []
      parts[number - 1] = message.slice(36, size)
      fragments.set(id, parts)
      if (last !== 1 || parts.includes(undefined as never)) continue
      const whole = Buffer.concat(parts)
      found.push(rawMessage(whole, whole.length))
    }
  }
  return found
}

const CISCO_FRAGMENT = 132

const rawMessage = (message: Uint8Array, size: number): RawMessage => ({
  exchange: message[18],
  encrypted: (message[19] & 1) === 1,
  messageId: message.slice(20, 24),
  first: message[16],
  body: message.slice(28, size),
})

/** Bodies of a clear message's payloads, by type. */
function payloads(message: RawMessage): Map<number, Uint8Array> {
  const out = new Map<number, Uint8Array>()
  for (let type = message.first, at = 0; type !== 0 && at + 4 <= message.body.length; ) {
    const length = (message.body[at + 2] << 8) | message.body[at + 3]
    if (!out.has(type)) out.set(type, message.body.subarray(at + 4, at + length))
    type = message.body[at]
    at += Math.max(4, length)
  }
  return out
}

const SA = 1
const KE = 4
const NONCE = 10
const IDENTITY_PROTECTION = 2
const AGGRESSIVE = 4

// biome-ignore lint/suspicious/noExplicitAny: free-form JSON of a test
export function clearPayloads(scenario: string, ike: any) {
  const all = messages(scenario, ike.spi_i)
  const clear = all.filter(m => !m.encrypted).map(payloads)
  const values = (type: number): Uint8Array[] => clear.flatMap(p => p.get(type) ?? [])
  const distinct = (type: number): Uint8Array[] => {
    const seen = new Map(values(type).map(v => [toHex(v), v]))
    return [...seen.values()]
  }
  const [gxi, gxr] = distinct(KE)
  const [ni, nr] = distinct(NONCE)
  const phase1 = all.filter(m => [IDENTITY_PROTECTION, AGGRESSIVE].includes(m.exchange) && m.encrypted)
  const phase2 = all.filter(m => m.encrypted && m.messageId.some(b => b !== 0))
  return {
    gxi,
    gxr,
    ni,
    nr,
    sai: values(SA)[0],
    /** Last ciphertext block of phase 1. */
    lastBlock: (bytes: number): Uint8Array => phase1[phase1.length - 1].body.slice(-bytes),
    phase2: phase2.map(m => ({
      messageId: m.messageId,
      decimal: new DataView(m.messageId.buffer).getUint32(0),
    })),
  }
}

/** A decrypted phase 2 message that begins with HASH. */
export interface Hashed {
  readonly hash: Uint8Array
  /** All payloads behind HASH, without padding. */
  readonly rest: Uint8Array
  readonly nonce?: Uint8Array
  /** Of the first proposal. */
  readonly protocol?: number
  readonly spi?: Uint8Array
}

/** Undefined when the body reads otherwise. */
export function hashedPayloads(body: Uint8Array): Hashed | undefined {
  const length = (at: number): number => (body[at + 2] << 8) | body[at + 3]
  const start = length(0)
  let end = start
  let sa: Uint8Array | undefined
  let nonce: Uint8Array | undefined
  for (let type = body[0]; type !== 0; ) {
    if (end + 4 > body.length || length(end) < 4) return undefined
    if (type === SA) sa ??= body.subarray(end + 4, end + length(end))
    if (type === NONCE) nonce ??= body.subarray(end + 4, end + length(end))
    type = body[end]
    end += length(end)
  }
  // DOI, situation, proposal header of 8 bytes whose sixth is the Protocol-ID and whose seventh the SPI's size.
  const spi = sa?.subarray(16, 16 + sa[14])
  return { hash: body.subarray(4, start), rest: body.subarray(start, end), nonce, protocol: sa?.[13], spi }
}
