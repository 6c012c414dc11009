/** `ikedump sad`: what the daemons installed, in words that the importer of `ip xfrm` reads, at the end and at a moment. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { main } from "../../src/cli/main.ts"
import { Output } from "../../src/cli/output.ts"
import { readTime } from "../../src/cli/time-range.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { analyzeLab, dhKeysFile, labFile, labScenarios, labTruth, opened } from "../helpers/lab-secrets.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-sad-"))
const scenarios = labScenarios()

let stdout = ""
beforeEach(() => {
  stdout = ""
  vi.spyOn(process.stderr, "write").mockImplementation(() => true)
  vi.spyOn(Output.prototype, "write").mockImplementation(text => void (stdout += text))
  process.exitCode = undefined
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(() => rmSync(folder, { recursive: true }))

async function sad(scenario: string, ...flags: string[]): Promise<string> {
  const path = join(folder, `${scenario}.json`)
  writeFileSync(path, dhKeysFile(scenario), { mode: 0o600 })
  stdout = ""
  expect(await main(["sad", labFile(scenario, "capture.pcap"), "--keys", path, ...flags])).toBe(0)
  return stdout
}

/** Scenarios in which data flowed under keys that a kernel has names for. */
const withData = scenarios.filter(s => labTruth(s).packets.esp > 0 && labTruth(s).ike.length > 0)

describe.skipIf(scenarios.length === 0)("against the daemons", () => {
  it.each(withData)("%s: SPIs, addresses, keys and counters", async scenario => {
    const { states } = JSON.parse(await sad(scenario, "--all", "--show-keys", "--format", "json"))
    const truth = labTruth(scenario)
    for (const e of truth.esp) {
      if (e.proto !== "ESP") continue
      const state = states.find((s: { spi: string }) => s.spi === e.spi)
      expect(state?.protocol, e.spi ?? "").toBe("esp")
      expect(state.encr?.key ?? "").toBe(e.encr_key ?? "")
      if (e.integ_key) expect(state.integ.key).toBe(e.integ_key)
    }
    const sum = states.filter((s: { protocol: string }) => s.protocol === "esp")
    expect(sum.reduce((n: number, s: { packets: number }) => n + s.packets, 0)).toBe(truth.packets.esp)
  })

  it.each(withData)("%s: the text is read back as ip xfrm's and opens the packets", async scenario => {
    const text = await sad(scenario, "--all", "--show-keys")
    const { secrets, formats } = importSecrets(text, { file: "sad" })
    expect(formats).toEqual(["ip xfrm"])
    const result = await analyzeLab([labFile(scenario, "capture.pcap")], { ...NO_SECRETS, childSas: secrets.childSas })
    expect(opened(result).decrypted).toBe(labTruth(scenario).packets.esp)
  })

  it("hides keys unless asked, and leaves out what was replaced", async () => {
    const hidden = await sad("v2-nat", "--all")
    const keys = labTruth("v2-nat").esp.map(e => e.encr_key ?? "")
    for (const key of keys) expect(hidden).not.toContain(key)
    expect(hidden).toContain("aead rfc4106(gcm(aes)) 0x… 128")
    expect(hidden).toMatch(/encap type espinudp sport 4500 dport 4500/)
    expect(await sad("v2-nat")).not.toContain("rekeyed")
  })

  it("shows a moment: before, while, and after", async () => {
    const first = labTruth("v2-psk-modp2048").esp[0].spi
    expect(await sad("v2-psk-modp2048", "--at", "0")).not.toContain("spi 0x")
    const early = JSON.parse(await sad("v2-psk-modp2048", "--at", "0.2", "--format", "json"))
    expect(early.states).toHaveLength(2)
    expect(early.states.map((s: { spi: string }) => s.spi)).toContain(first)
    expect(early.states[0].packets).toBeLessThan(20)
    expect(early.policies.map((p: { direction: string }) => p.direction)).toEqual(["out", "in", "fwd"])
    expect(early.policies[0]).toMatchObject({
      source: { addresses: "10.10.1.0/24" },
      destination: { addresses: "10.10.2.0/24" },
    })
    const end = JSON.parse(
      await sad("v2-psk-modp2048", "--at", early.time.replace(/^\d{4}/, "2199"), "--format", "json"),
    )
    expect(end.states).toEqual(JSON.parse(await sad("v2-psk-modp2048", "--format", "json")).states)
  })

  it("without keys shows what the wire does", async () => {
    stdout = ""
    expect(await main(["sad", labFile("v2-psk-modp2048", "capture.pcap")])).toBe(0)
    expect(stdout).toMatch(/^src 10\.1\.0\.[12] dst 10\.1\.0\.[12]$/m)
    expect(stdout.match(/proto esp spi 0x[0-9a-f]{8}$/gm)).toHaveLength(2)
    expect(stdout).toContain("anti-replay context: seq 0x2b")
    expect(stdout).toContain("negotiation not seen, or not opened")
  })
})

describe("--at", () => {
  it.each([
    ["12.5", 12_500_000_000n, true],
    ["0", 0n, true],
    ["1795219246.25", 1_795_219_246_250_000_000n, false],
    ["2026-01-02T03:04:05.000000006Z", 1_767_323_045_000_000_006n, false],
    ["2026-01-02T04:04:05+01:00", 1_767_323_045_000_000_000n, false],
    ["2026-01-02 03:04", 1_767_323_040_000_000_000n, false],
  ])("%s", (text, nanos, relative) => expect(readTime(text)).toEqual({ nanos, relative }))
  it.each(["", "noon", "-1", "2026-13-40T00:00:00Z", "1e3"])("refuses %j", text =>
    expect(() => readTime(text)).toThrow(),
  )
})
