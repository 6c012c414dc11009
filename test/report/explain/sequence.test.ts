/** Sequence numbers and SPIs that no SA may have, as packets made by hand. RFC 4303 §2.1, §2.2, §3.3.3. */
import { describe, expect, it } from "vitest"
import { analyzeCapture } from "../../../src/index.ts"
import { esp, ipv4, rawIp } from "../../helpers/packets.ts"

const reportOf = async (...numbers: (readonly [spi: number, sequence: number])[]) =>
  (await analyzeCapture(rawIp(...numbers.map(([spi, n]) => ipv4(50, esp(spi, n)))))).report
const said = async (code: string, ...numbers: (readonly [number, number])[]) =>
  (await reportOf(...numbers)).diagnostics.filter(d => d.code === code)

const SPI = 0x1234_5678

describe("sequence numbers", () => {
  it("in the wrong byte order are said so, and nothing is missing", async () => {
    const numbers = [1, 2, 3, 4, 5].map(n => [SPI, n * 0x0100_0000] as const)
    const report = await reportOf(...numbers)
    expect(report.esp_sas[0].sequence).toMatchObject({ first: 1, last: 5, missing: 0, duplicate: 0 })
    expect(report.diagnostics.filter(d => d.code === "esp-sequence-order")).toHaveLength(1)
    expect(await said("esp-sequence-order", [SPI, 1], [SPI, 2], [SPI, 3], [SPI, 4])).toEqual([])
  })

  it("that are used up are said so", async () => {
    const [finding] = await said("esp-sequence-exhausted", [SPI, 0xffff_fffd], [SPI, 0xffff_fffe], [SPI, 0xffff_ffff])
    expect(finding.message).toContain("4,294,967,295")
    expect(await said("esp-sequence-exhausted", [SPI, 0xffff_fffd], [SPI, 0xffff_fffe])).toEqual([])
    // Going round shows extended numbers, or a sender that does not care: another finding.
    expect(await said("esp-sequence-exhausted", [SPI, 0xffff_ffff], [SPI, 0])).toEqual([])
  })
})

describe("the sequence number 0", () => {
  it("is no sender's that counts without extended numbers", async () => {
    expect(await said("esp-sequence-zero", [SPI, 0], [SPI, 1])).toHaveLength(1)
    expect(await said("esp-sequence-zero", [SPI, 1], [SPI, 2])).toEqual([])
    expect(await said("esp-sequence-zero", [SPI, 0xffff_fffe], [SPI, 0xffff_ffff], [SPI, 0])).toEqual([])
  })
})

describe("SPIs", () => {
  it.each([0, 1, 255])("%i is reserved", async spi => {
    const [finding] = await said("spi-reserved", [spi, 1])
    expect(finding.message).toContain("reserved")
  })
  it("256 is not", async () => {
    expect(await said("spi-reserved", [256, 1])).toEqual([])
  })
  it.each([
    [7, /an echo request of ESP ping/],
    [8, /an echo reply of ESP ping/],
    [9, /no SA may have one$/],
  ] as const)("%i of ESP ping", async (spi, what) => {
    expect((await said("spi-reserved", [spi, 1]))[0].message).toMatch(what)
  })
})
