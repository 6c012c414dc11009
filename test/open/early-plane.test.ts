/** Data packets opened in the first reading: the report of the plain form, and one reading where that is enough. */
import { expect, it } from "vitest"
import { Kind, type PacketHandler } from "../../src/net/packet-view.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"
import { analyzeCapture, captureBytes, fixtureCapture, fixtureSecrets } from "../helpers/capture-edit.ts"
import { cbcKeys, endpoint, espInEsp, espPacket, gcmKeys, rowOf, twoSenders } from "../helpers/esp-fixtures.ts"
import { secretsOf } from "../play/analyzed.ts"
import { Tape } from "../play/tape.ts"

const isIke = (kind: Kind) => kind === Kind.ISAKMP

/** Report and number of readings; `plain` wants the content, which the early plane leaves to the plain form. */
async function read(capture: Uint8Array, secrets: Secrets, { plain = false, withIke = true } = {}) {
  let readings = 0
  const source = {
    rereadable: true,
    read: async (handler: PacketHandler) => {
      readings++
      const { frames, complete, format } = walkCapture(capture, {
        packet: view => {
          if (withIke || !isIke(view.kind)) handler.packet(view)
        },
        diagnostic: d => handler.diagnostic(d),
      })
      return [{ path: "x", format, frames, bytes: capture.length, first_time: null, last_time: null, complete }]
    },
  }
  const data = plain ? { onInner: () => {} } : {}
  const { report } = await analyze(source, { provider: nodeProvider, secrets, data })
  return { readings, report }
}

/** Replays, a gap, a damaged packet, one that is too short, a stranger's SPI, a key that does not fit. */
function troubled() {
  const on = new Tape()
  const [from, to] = [endpoint(192, 0, 2, 1), endpoint(192, 0, 2, 2)]
  const [gcm, cbc, wrong, unknown] = [gcmKeys(on), cbcKeys(on), gcmKeys(on), gcmKeys(on)]
  for (let n = 1; n <= 90; n++) {
    const packet = espPacket(on, { keys: gcm, spi: 0x1000, sequence: n === 30 ? 29 : n, from, to })
    if (n % 20 === 0) packet[packet.length - 3] ^= 1
    if (n % 7 !== 0) on.add(packet)
    if (n % 25 === 0) on.add(packet)
    on.add(espPacket(on, { keys: cbc, spi: 0x2000, sequence: n, from: to, to: from }))
    if (n < 10) on.add(espPacket(on, { keys: unknown, spi: 0x3000, sequence: n, from, to }))
    if (n < 10) on.add(espPacket(on, { keys: unknown, spi: 0x4000, sequence: n, from, to }))
  }
  return { capture: on.capture(), keys: { child_sas: [rowOf(0x1000, gcm), rowOf(0x2000, cbc), rowOf(0x3000, wrong)] } }
}

it.each([
  ["packets with faults", troubled, 1],
  ["two senders of one SPI", twoSenders, 2],
  ["ESP inside ESP", espInEsp, 2],
] as const)("%s: the report of the plain form", async (_, make, readings) => {
  const { capture, keys } = make()
  const secrets = secretsOf(keys)
  const [early, plain] = [await read(capture, secrets), await read(capture, secrets, { plain: true })]
  expect([early.readings, plain.readings]).toEqual([readings, 2])
  expect(early.report.esp_sas.some(sa => sa.icv_ok > 0)).toBe(true)
  expect(early.report).toEqual(plain.report)
})

it("tells replays and damaged packets, opened early", async () => {
  const { capture, keys } = troubled()
  const { report } = await read(capture, secretsOf(keys))
  const [damaged] = report.esp_sas
  expect(damaged.icv_failed).toBeGreaterThan(0)
  expect(report.diagnostics.map(d => d.code)).toContain("esp-replay")
})

it.each(["v2-psk-modp2048", "v2-nat", "strongswan/v2-mobike"])(
  "%s: rows alone, with its negotiation and without",
  async name => {
    const capture = captureBytes(fixtureCapture(name))
    const { table } = await analyzeCapture(fixtureCapture(name), fixtureSecrets(name))
    const child_sas = table.since(0).flatMap(({ spi, keys }) => ("encr" in keys && spi ? [rowOf(spi, keys)] : []))
    expect(child_sas.length).toBeGreaterThan(0)
    const secrets = secretsOf({ child_sas })
    for (const withIke of [true, false]) {
      const early = await read(capture, secrets, { withIke })
      const plain = await read(capture, secrets, { withIke, plain: true })
      expect(early.report).toEqual(plain.report)
      expect(early.report.esp_sas.some(sa => sa.icv_ok > 0)).toBe(true)
      if (withIke) expect(early.readings).toBe(2)
    }
  },
)
