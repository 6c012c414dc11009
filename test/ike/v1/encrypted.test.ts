import { describe, expect, it } from "vitest"
import { byteSource } from "../../../src/bytes/byte-source.ts"
import { concat, u32be } from "../../../src/bytes/bytes.ts"
import { decodeMessage } from "../../../src/ike/message.ts"
import type { Opened } from "../../../src/ike/shared/payload.ts"
import { CollectFields } from "../../helpers/collect-fields.ts"
import { hex } from "../../helpers/every-prefix.ts"

/** Informational exchange: HASH, then D, then padding, as a daemon sent it. */
const CLEAR = hex(`0c000024 cf4909222d71c0f8ea13019d4a91205931c9f75f2cc1d586789e2b3097a13b61
  0000001c 00000001 01100001 1331876b7a9338950af754dbee1d6165 00000000000000000000000000000000`)
const CIPHERTEXT = new Uint8Array(CLEAR.length).fill(0xee)
const message = concat(
  hex("1331876b7a933895 0af754dbee1d6165 08 10 05 01 86b8455c"),
  u32be(28 + CIPHERTEXT.length),
  CIPHERTEXT,
)

const opened = (clear: Uint8Array): Opened => ({
  ivBytes: 0,
  icvBytes: 0,
  icvOk: undefined,
  clear: byteSource(clear, "decrypted frame 1"),
  end: clear.length,
  padLength: 0,
  first: 8,
  iv: hex("000102030405060708090a0b0c0d0e0f"),
})

function decode(clear?: Uint8Array) {
  const sink = new CollectFields()
  const value = decodeMessage(byteSource(message, "frame 1"), 0, message.length, {
    sink,
    opened: clear && opened(clear),
  })!
  expect(sink.stray).toEqual([])
  expect(sink.unclosed).toBe(0)
  return { value, sink }
}

describe("encrypted body of IKEv1", () => {
  it("is opaque while no key opened it", () => {
    const { value, sink } = decode()
    expect(value).toMatchObject({ encrypted: { start: 28, end: message.length }, payloads: [], faults: [] })
    expect(sink.values["isakmp.typepayload"]).toBeUndefined()
    expect(sink.values["isakmp.nextpayload"]).toEqual(["8"])
  })

  it("has its payloads and its padding once opened", () => {
    const { value, sink } = decode(CLEAR)
    expect(value.payloads.map(p => [p.type, p.fault])).toEqual([
      [8, undefined],
      [12, undefined],
    ])
    expect(sink.values).toMatchObject({
      "isakmp.typepayload": ["8", "12"],
      "isakmp.delete.spi": ["1331876b7a9338950af754dbee1d6165"],
      "isakmp.extradata": ["00".repeat(16)],
      "isakmp.enc.iv": ["000102030405060708090a0b0c0d0e0f"],
    })
  })

  it("keeps what a wrong key leaves, with the fault", () => {
    const { value, sink } = decode(CIPHERTEXT)
    expect(value.payloads.length).toBeLessThanOrEqual(1)
    expect(sink.faults.length).toBeGreaterThan(0)
  })
})
