/** Captures under fixtures/ that nobody recorded: ESP made here, with its keys. `UPDATE_FIXTURES=1` writes them (test/play/esp-fixtures.test.ts). */
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { sealEsp } from "../open/seal.ts"
import { type Endpoint, hex, ip, Tape } from "../play/tape.ts"

export interface EspFixture {
  readonly capture: Uint8Array
  /** Members of the keys file. */
  readonly keys: { readonly child_sas: Record<string, unknown>[] }
}

const UDP = 17
const ESP = 50

export const endpoint = (...address: [number, number, number, number]): Endpoint => ({ address, port: 500 })

const none = new Uint8Array(0)
export const gcmKeys = (on: Tape): EspKeys => {
  const encr = encrByName("AES-GCM-16-128")!
  return { encr, key: on.random(20, "gcm"), integ: null, integKey: none, esn: false }
}
export const cbcKeys = (on: Tape, esn = false): EspKeys => {
  const [encr, integ] = [encrByName("AES-CBC-128")!, integByName("HMAC-SHA2-256-128")!]
  return { encr, key: on.random(16, "cbc"), integ, integKey: on.random(32, "cbc"), esn }
}

export const rowOf = (spi: number, { encr, key, integ, integKey, esn }: EspKeys, source?: string) => ({
  protocol: "ESP",
  spi: spi.toString(16).padStart(8, "0"),
  encr: encr.name,
  key: hex(key),
  integ: integ?.name,
  integ_key: integ ? hex(integKey) : undefined,
  source,
  esn,
})

/** An IP header with its checksum. */
function checked(packet: Uint8Array): Uint8Array {
  const out = packet.slice()
  let sum = 0
  for (let i = 0; i < 20; i += 2) sum += (out[i] << 8) | out[i + 1]
  sum = (sum & 0xffff) + (sum >>> 16)
  sum = ~((sum & 0xffff) + (sum >>> 16))
  out[10] = sum >>> 8
  out[11] = sum
  return out
}

interface Sent {
  readonly keys: EspKeys
  readonly spi: number
  readonly sequence: number
  readonly from: Endpoint
  readonly to: Endpoint
}

/** An ESP packet with its IP header; without `payload` it has a UDP packet of its own inside. */
export function espPacket(on: Tape, { keys, spi, sequence, from, to }: Sent, payload?: Uint8Array): Uint8Array {
  const inner = payload ?? checked(ip(endpoint(10, 1, 0, 7), endpoint(10, 2, 0, 9), UDP, on.random(24)))
  const iv = on.random(keys.encr.ivBytes)
  return checked(ip(from, to, ESP, sealEsp(keys, nodeProvider, inner, { spi, sequence, iv })))
}

/** Two senders with keys of their own under one SPI and destination, in turns; and one SA whose sender moves. */
export function twoSenders(): EspFixture {
  const on = new Tape()
  const [a, b, to] = [endpoint(10, 3, 0, 1), endpoint(10, 3, 0, 3), endpoint(10, 3, 0, 2)]
  const [keysA, keysB, moving] = [gcmKeys(on), gcmKeys(on), cbcKeys(on)]
  const [shared, moved] = [0x0000_1003, 0xc0ff_ee01]
  for (let n = 1; n <= 12; n++) {
    on.add(espPacket(on, { keys: keysA, spi: shared, sequence: n, from: a, to }))
    if (n > 2) on.add(espPacket(on, { keys: keysB, spi: shared, sequence: n - 2, from: b, to }))
    const from = n < 7 ? endpoint(192, 0, 2, 10) : endpoint(198, 51, 100, 10)
    on.add(espPacket(on, { keys: moving, spi: moved, sequence: n, from, to }))
  }
  const child_sas = [rowOf(shared, keysA, "10.3.0.1"), rowOf(shared, keysB, "10.3.0.3"), rowOf(moved, moving)]
  return { capture: on.capture(), keys: { child_sas } }
}

/** A tunnel in a tunnel, both ways, each layer with keys of its own; and ESP in ESP in transport mode. */
export function espInEsp(): EspFixture {
  const on = new Tape()
  const [left, right] = [endpoint(192, 0, 2, 1), endpoint(198, 51, 100, 1)]
  const [host, far] = [endpoint(10, 1, 0, 7), endpoint(10, 2, 0, 9)]
  const ways = [
    { outer: gcmKeys(on), inner: cbcKeys(on), spi: 0xc100_0001, innerSpi: 0xc200_0001, from: left, to: right },
    { outer: gcmKeys(on), inner: cbcKeys(on), spi: 0xc100_0002, innerSpi: 0xc200_0002, from: right, to: left },
  ]
  for (let sequence = 1; sequence <= 10; sequence++)
    for (const [i, { outer, inner, spi, innerSpi, from, to }] of ways.entries()) {
      const ends = i === 0 ? { from: host, to: far } : { from: far, to: host }
      const packet = espPacket(on, { keys: inner, spi: innerSpi, sequence, ...ends })
      on.add(espPacket(on, { keys: outer, spi, sequence, from, to }, packet))
    }
  return {
    capture: on.capture(),
    keys: { child_sas: ways.flatMap(w => [rowOf(w.spi, w.outer), rowOf(w.innerSpi, w.inner)]) },
  }
}
