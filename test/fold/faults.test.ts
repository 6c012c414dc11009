/** Faults in the bytes of messages: a few are reported one by one, many of one message as one with their number, and those of many messages up to a cap. */
import { expect, it } from "vitest"
import { analyzeCapture } from "../../src/index.ts"
import { ipv4, rawIp, udp } from "../helpers/packets.ts"
import * as w from "../play/wire-v2.ts"

/** An IKE_SA_INIT request that offers so many ciphers with a key of 65528 bits. */
function offer(transforms: number, spi = 1): Uint8Array {
  const list = Array.from({ length: transforms }, () => [1, 12, 65_528] as const)
  const [spiI, spiR] = [new Uint8Array(8).fill(spi), new Uint8Array(8)]
  const head = { spiI, spiR, exchange: 34, messageId: 0, fromInitiator: true, response: false }
  const sa = w.saP({ protocol: 1, spi: new Uint8Array(0), transforms: list })
  return ipv4(17, udp(500, 500, w.clearMessage(head, [sa])))
}

async function faults(...packets: Uint8Array[]): Promise<string[]> {
  const { report } = await analyzeCapture(rawIp(...packets))
  return report.diagnostics.filter(d => d.code === "ike-malformed").map(d => d.message)
}

it("two of one message are two findings, forty are one", async () => {
  expect(await faults(offer(2))).toHaveLength(2)
  const many = await faults(offer(40))
  expect(many).toHaveLength(1)
  expect(many[0]).toMatch(/^Key Length 65528.*; \d+ more faults in this message$/)
})

it("of many messages a hundred are reported, and that there are more", async () => {
  const found = await faults(...Array.from({ length: 130 }, (_, i) => offer(40, i + 1)))
  expect(found).toHaveLength(101)
  expect(found.at(-1)).toContain("more than 100 faults")
})
