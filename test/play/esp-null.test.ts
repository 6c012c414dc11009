/** ESP with NULL encryption is recognised in a report without keys, as an inference; encrypted ESP is not. RFC 5879. */
import { describe, expect, it } from "vitest"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { memorySource } from "../../src/index.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { cbcKeys, endpoint, espPacket, gcmKeys, rowOf } from "../helpers/esp-fixtures.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"
import { reportOf } from "./analyzed.ts"
import { PlayV2 } from "./play-v2.ts"
import { LEFT, RIGHT, Tape } from "./tape.ts"

const SPI = 0xc000_0777
const none = new Uint8Array(0)
const nullKeys = (on: Tape, integ: string): EspKeys => {
  const row = integByName(integ)!
  return { encr: encrByName("NULL")!, key: none, integ: row, integKey: on.random(row.keyBytes), esn: false }
}
const gmac = (on: Tape): EspKeys => {
  const encr = encrByName("NULL-AES-GMAC-128")!
  return { encr, key: on.random(encr.keyBytes + encr.saltBytes), integ: null, integKey: none, esn: false }
}

function sent(keysOf: (on: Tape) => EspKeys, junk = 0) {
  const on = new Tape()
  const [from, to] = [endpoint(10, 4, 0, 1), endpoint(10, 4, 0, 2)]
  const keys = keysOf(on)
  for (let sequence = 1; sequence <= 12; sequence++)
    on.add(espPacket(on, { keys, spi: SPI, sequence, from, to }, sequence <= junk ? on.random(64) : undefined))
  return { on, keys }
}

async function found(on: Tape, rows: readonly object[] = []) {
  const report = await reportOf(on, { child_sas: rows })
  if (rows.length === 0) {
    const run = async (source: Parameters<typeof analyze>[0]) =>
      (await analyze(source, { provider: nodeProvider })).report
    const whole = await run(memorySource(on.capture()))
    for (const n of [2, 7]) expect(await run(cutSource(on.capture(), n, randomOf(n)).source)).toEqual(whole)
  }
  return report.diagnostics.filter(d => d.code === "esp-null")
}

describe("NULL encryption", () => {
  it.each(["HMAC-SHA1-96", "HMAC-SHA2-256-128", "HMAC-SHA2-512-256"])(
    "with %s is recognised without keys",
    async integ => {
      const said = await found(sent(on => nullKeys(on, integ)).on)
      expect(said.map(d => d.severity)).toEqual(["info"])
      expect(said[0].message).toMatch(
        new RegExp(`seems not to be encrypted: .*ICV of ${8 * integByName(integ)!.icvBytes} bits .*inference`),
      )
      expect(said[0].sa).toBe("esp/0")
    },
  )

  it("with AES-GMAC too", async () => {
    expect(await found(sent(gmac).on)).toHaveLength(1)
  })

  it("is recognised when the first packets prove nothing, and not by later ones", async () => {
    expect(await found(sent(on => nullKeys(on, "HMAC-SHA1-96"), 7).on)).toHaveLength(1)
    expect(await found(sent(on => nullKeys(on, "HMAC-SHA1-96"), 8).on)).toHaveLength(0)
  })

  it.each([cbcKeys, gcmKeys])("is not seen in what is encrypted", async keysOf => {
    expect(await found(sent(keysOf).on)).toEqual([])
  })

  it("is no inference where keys say it", async () => {
    const { on, keys } = sent(o => nullKeys(o, "HMAC-SHA1-96"))
    expect(await found(on, [rowOf(SPI, keys)])).toEqual([])
  })

  it("is a warning where encryption was agreed", async () => {
    const play = new PlayV2(new Tape()).saInit().auth({ child: { encr: "AES-GCM-16-128", packets: 0 } })
    const spi = new DataView(play.children[0].spiR.buffer, play.children[0].spiR.byteOffset).getUint32(0)
    const keys = nullKeys(play.tape, "HMAC-SHA1-96")
    for (let sequence = 1; sequence <= 3; sequence++)
      play.tape.add(espPacket(play.tape, { keys, spi, sequence, from: LEFT, to: RIGHT }))
    const shared = Buffer.from(play.exchanged[0].shared).toString("hex")
    const { diagnostics } = await reportOf(play.tape, { dh_shared: [shared], psks: ["swordfish"] })
    const said = diagnostics.filter(d => d.code === "esp-null")
    expect(said.map(d => d.severity)).toEqual(["warning"])
    expect(said[0].message).toMatch(/though AES-GCM-16-128 was agreed/)
  })
})
