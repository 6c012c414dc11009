/** What is remembered of many SAs in tables that begin small: nothing is lost while they grow. */
import { describe, expect, it } from "vitest"
import { ReuseWatch } from "../../src/fold/reuse.ts"
import { nonce } from "../../src/ike/v2/nonce.ts"
import { AddressTexts } from "../../src/net/address.ts"
import { PacketView } from "../../src/net/packet-view.ts"
import { SeenBefore } from "../../src/report/explain/seen-before.ts"
import type { IkeSa } from "../../src/track/ike-sa.ts"
import type { WholeMessage } from "../../src/track/whole.ts"
import { randomOf } from "../helpers/segments.ts"

const MANY = 1000

/** An SA as the tables see it. */
const saOf = (number: number, initiator = "10.0.0.1") =>
  ({
    number,
    version: 2,
    findings: [],
    initiator: { address: initiator },
    responder: { address: "10.0.0.2" },
    vendors: { initiator: [], responder: [] },
  }) as unknown as IkeSa

function messageOf(frame: number, data: Uint8Array): WholeMessage {
  const datagram = { frame, time: null, source: { address: `10.${frame >> 16}.${(frame >> 8) & 255}.${frame & 255}` } }
  const payloads = [{ type: nonce.type, value: { data } }]
  return { datagram, payloads, message: { src: { bytes: new Uint8Array(0) } } } as unknown as WholeMessage
}

describe("tables that grow", () => {
  it("find every nonce again", () => {
    const watch = new ReuseWatch()
    const random = randomOf(5)
    const nonces = Array.from({ length: MANY }, () => Uint8Array.from({ length: 32 }, () => 256 * random()))
    const reused = (round: number) =>
      nonces.filter((n, i) => {
        const sa = saOf(round * MANY + i)
        watch.message(sa, "initiator", messageOf(1 + round * MANY + i, n))
        return sa.findings.length === 1
      }).length
    expect(reused(0)).toBe(0)
    expect(reused(1)).toBe(MANY)
  })

  it("keep the texts of addresses", () => {
    const texts = new AddressTexts()
    const view = new PacketView()
    const bytes = new Uint8Array(4)
    Object.assign(view, { ipVersion: 4, ipBytes: bytes, sourceAt: 0 })
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < MANY; i++) {
        bytes.set([10, i >> 8, i & 255, 7])
        expect(texts.source(view)).toBe(`10.${i >> 8}.${i & 255}.7`)
      }
    bytes.fill(0)
    expect(texts.source(view)).toBe("0.0.0.0")
  })

  it("tell the same once", () => {
    const before = new SeenBefore()
    const sas = Array.from({ length: MANY }, (_, i) => saOf(i, `10.1.${i >> 8}.${i & 255}`))
    expect(sas.filter(sa => before.saw(sa, 0))).toEqual([])
    expect(sas.filter(sa => before.saw(sa, 1))).toEqual([])
    expect(sas.filter(sa => !before.saw(sa, 0) || !before.saw(sa, 1))).toEqual([])
  })
})
