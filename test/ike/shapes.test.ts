/** Messages that repeat are decoded once: what comes of it must be what decoding each would have given. */

import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { decodeMessage } from "../../src/ike/message.ts"
import { find } from "../../src/ike/shared/payload.ts"
import { Shapes } from "../../src/ike/shared/shapes.ts"
import { ke } from "../../src/ike/v2/key-exchange.ts"
import { nonce } from "../../src/ike/v2/nonce.ts"
import { sa } from "../../src/ike/v2/security-association.ts"

const FRAME = 24 + 16 + 42
const capture = readFileSync(resolve(import.meta.dirname, "../../fixtures/strongswan/v2-default/capture.pcap"))
const request = new Uint8Array(
  capture.subarray(FRAME, FRAME + new DataView(capture.buffer, capture.byteOffset).getUint32(FRAME + 24)),
)

/** Another message of the shape: SPI and everything random changed. */
function another(n: number, change: (m: Uint8Array) => void = () => {}): Uint8Array {
  const m = request.slice()
  m[0] = n
  const at = placeOf(m, 34) + 8
  m[at] = n
  m[placeOf(m, 40) + 4] = n
  change(m)
  return m
}

/** Where the first payload of a type begins. */
function placeOf(m: Uint8Array, wanted: number): number {
  let type = m[16]
  let at = 28
  while (type !== wanted) {
    type = m[at]
    at += (m[at + 2] << 8) | m[at + 3]
  }
  return at
}

const shapes = new Shapes()
const decode = (m: Uint8Array) => decodeMessage(byteSource(m, "test"), 0, m.length, { shapes })!
const plain = (value: unknown) =>
  JSON.stringify(value, (key, v) =>
    key === "src" || key === "shape" ? undefined : v instanceof Uint8Array ? [...v] : v,
  )

describe("shapes", () => {
  it("gives each message its own random values, and one object for what repeats", () => {
    const messages = Array.from({ length: 6 }, (_, n) => decode(another(n)))
    const last = messages[5]
    expect(last.shape).toBeDefined()
    expect(messages[4].shape).toBe(last.shape)
    expect(find(last.payloads, sa)).toBe(find(messages[4].payloads, sa))
    for (const [n, m] of messages.entries()) {
      expect(find(m.payloads, ke)?.data[0]).toBe(n)
      expect(find(m.payloads, nonce)?.data[0]).toBe(n)
      expect(plain(m)).toBe(plain({ ...decode(another(n)) }))
    }
    expect(plain(last)).toBe(plain(decodeMessage(byteSource(another(5), "test"), 0, request.length, { sink: IGNORES })))
  })

  it("takes no message for one of another shape", () => {
    for (let n = 0; n < 4; n++) decode(another(n))
    const proposal = placeOf(request, 33)
    // Every byte of the SA payload counts: also where the hash of the outline would be the same.
    for (let at = proposal + 4; at < proposal + 60; at++) {
      const changed = another(9, m => {
        m[at] ^= 1
      })
      const fresh = decodeMessage(byteSource(changed, "test"), 0, changed.length, { sink: IGNORES })
      expect(plain(decode(changed))).toBe(plain(fresh))
    }
  })

  it("does not read what a packet's memory holds later", () => {
    const memory = new Uint8Array(request.length)
    const inPlace = (n: number, change?: (m: Uint8Array) => void) => {
      memory.set(another(n, change))
      return decodeMessage(byteSource(memory, "reused memory"), 0, memory.length, { shapes })!
    }
    const odd = (m: Uint8Array) => {
      m[placeOf(m, 33) + 19] ^= 4
    }
    for (let n = 0; n < 3; n++) inPlace(n, odd)
    const before = plain(find(inPlace(3, odd).payloads, sa))
    memory.fill(0xff)
    expect(plain(find(decode(another(4, odd)).payloads, sa))).toBe(before)
  })
})

/** With a sink everything is decoded anew. */
const IGNORES = { leaf() {}, open() {}, close() {}, fault() {} }
