/** `ikedump keys`: derivations without secrets in them, exports that tshark and tcpdump open, files for their owner alone. */
import { spawnSync } from "node:child_process"
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { main } from "../../src/cli/main.ts"
import { Output } from "../../src/cli/output.ts"
import { analyzedLab, dhKeysFile, labFile, labScenarios, labTruth } from "../helpers/lab-secrets.ts"
import { havePrograms } from "../helpers/programs.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-keys-"))
const scenarios = labScenarios()
const haveTshark = havePrograms("tshark", "mergecap")
const haveTcpdump = havePrograms("tcpdump")

let [stdout, stderr] = ["", ""]
beforeEach(() => {
  stdout = stderr = ""
  vi.spyOn(process.stderr, "write").mockImplementation(text => {
    stderr += text
    return true
  })
  vi.spyOn(Output.prototype, "write").mockImplementation(text => void (stdout += text))
  process.exitCode = undefined
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(() => rmSync(folder, { recursive: true }))

async function keys(scenario: string, ...flags: string[]): Promise<number> {
  const path = join(folder, `${scenario}.json`)
  if (!existsSync(path)) writeFileSync(path, dhKeysFile(scenario), { mode: 0o600 })
  return main(["keys", labFile(scenario, "capture.pcap"), "--keys", path, ...flags])
}

/** Every secret value of the truth that is long enough not to match by chance. */
const secretsOf = (scenario: string) =>
  [...JSON.stringify(labTruth(scenario)).matchAll(/"([0-9a-f]{32,})"/g)].map(m => m[1])

describe.skipIf(scenarios.length === 0)("derivations", () => {
  it.each(["v2-psk-modp2048", "v1-pfs", "v2-mlkem768", "v2-ppk", "v1-main-rsa", "v2-ah-sha1"])(
    "of %s: every SA proven, no secret in the output unless asked for",
    async scenario => {
      expect(await keys(scenario)).toBe(0)
      expect(stdout).toMatch(/^ike\/0 .*proven by (sk-integrity|ikev1-(hash|sig)-[ir]), frame/)
      expect(stdout).not.toContain("not proven")
      for (const secret of secretsOf(scenario)) expect(stdout + stderr).not.toContain(secret.slice(0, 16))
      stdout = ""
      await keys(scenario, "--format", "json", "--show-keys")
      const { derivations } = JSON.parse(stdout)
      const values = JSON.stringify(derivations)
      for (const i of labTruth(scenario).ike)
        for (const name of ["sk_d", "sk_ei", "skeyid_d"]) if (i[name]) expect(values).toContain(i[name])
      for (const e of labTruth(scenario).esp)
        for (const name of ["encr_key", "integ_key"]) if (e[name]) expect(values).toContain(e[name])
    },
  )

  it("without a key says so", async () => {
    expect(await main(["keys", labFile("v2-psk-modp2048", "capture.pcap")])).toBe(0)
    expect([stdout, stderr]).toEqual(["", expect.stringContaining("no keys")])
  })
})

it("a fixture: derivations, and an export that opens it alone", async () => {
  const fixture = join(import.meta.dirname, "../../fixtures/v1-main-psk")
  const [capture, all] = [join(fixture, "capture.pcap"), join(folder, "fixture.json")]
  expect(await main(["keys", capture, "--keys", join(fixture, "keys.json"), "--export", "ikedump", all])).toBe(0)
  expect(await main(["keys", capture, "--keys", all])).toBe(0)
  expect(stdout).toMatch(/^ike\/0 .*proven by/)
  expect(stdout).toMatch(/^child\/0 .*proven by esp-icv, (\d+) of \1/m)
})

describe.skipIf(scenarios.length === 0)("exports", () => {
  it("are for their owner alone, even where a file was before, and list what they leave out", async () => {
    const dir = join(folder, "ws")
    mkdirSync(dir)
    writeFileSync(join(dir, "esp_sa"), "old\n", { mode: 0o644 })
    const native = join(folder, "native.json")
    expect(await keys("v2-mlkem768", "--export", "wireshark", dir, "--export", "ikedump", native)).toBe(0)
    for (const file of [join(dir, "esp_sa"), join(dir, "ikev2_decryption_table"), native])
      expect(statSync(file).mode & 0o777, file).toBe(0o600)
    expect(readFileSync(join(dir, "esp_sa"), "utf8")).not.toContain("old")
    expect(readFileSync(join(dir, "esp_sa.before-ikedump"), "utf8")).toBe("old\n")
    expect(stderr).toMatch(/left out: IKE SA [0-9a-f/]+, key epoch 0/)
    expect(stdout).toBe("")
    const again = join(folder, "again.json")
    expect(
      await main(["keys", labFile("v2-mlkem768", "capture.pcap"), "--keys", native, "--export", "ikedump", again]),
    ).toBe(0)
    const values = (path: string) => new Set(readFileSync(path, "utf8").match(/[0-9a-f]{32,}/g))
    expect(values(again)).toEqual(values(native))
  })

  it("take captures before and behind, and refuse what cannot be", async () => {
    const [capture, out] = [labFile("v2-psk-modp2048", "capture.pcap"), join(folder, "k.log")]
    const keys = resolve(import.meta.dirname, "../../fixtures/v2-psk-modp2048/keys.json")
    expect(await main(["keys", "--export", "keylog", out, capture, "--keys", keys])).toBe(0)
    expect(await main(["keys", capture, "--export", "nonsense", out])).toBe(2)
    expect(await main(["keys", capture, "--export", "keylog"])).toBe(2)
    expect(await main(["keys", "--export", "keylog", out])).toBe(2)
    const copy = join(folder, "copy.pcap")
    writeFileSync(copy, readFileSync(capture))
    expect(await main(["keys", copy, "--export", "keylog", copy])).toBe(2)
    expect(readFileSync(copy).equals(readFileSync(capture))).toBe(true)
    const nowhere = join(folder, "no", "such", "folder")
    expect(await main(["keys", capture, "--keys", keys, "--export", "keylog", nowhere])).toBe(74)
  })
})

const names = ["ikev1_decryption_table", "ikev2_decryption_table", "esp_sa"] as const
const skippedIn = (what: RegExp) => new Set([...stderr.matchAll(what)].map(m => m[1]))

describe.skipIf(scenarios.length === 0 || !haveTshark)("the export for Wireshark", () => {
  it("opens in tshark every SA that is not listed as left out", async () => {
    const config = join(folder, "config")
    mkdirSync(config)
    const dir = join(folder, "tables")
    const wanted = { esp: new Map<string, number>(), ike: new Map<string, number>() }
    for (const scenario of scenarios) {
      await keys(scenario, "--export", "wireshark", dir)
      for (const name of names) appendFileSync(join(config, name), readFileSync(join(dir, name)))
      const { sas, report } = await analyzedLab(scenario)
      for (const sa of report.esp_sas) if (sa.decrypted > 0) wanted.esp.set(sa.spi, sa.decrypted)
      for (const sa of sas) {
        const last = sa.epochs.at(-1)?.fromMessageId ?? 0
        const messages = sa.exchanges
          .filter(x => sa.version === 1 || x.messageId >= last)
          .flatMap(x => x.messages)
          .filter(m => m.opened && !m.fragment)
        if (messages.length > 0) wanted.ike.set(`${sa.spiI}/${sa.spiR}`, messages.length)
      }
    }
    for (const spi of skippedIn(/left out: ESP SA ([0-9a-f]{8}):/g)) wanted.esp.delete(spi)
    for (const spis of skippedIn(/left out: IKE SA ([0-9a-f/]+):/g)) wanted.ike.delete(spis)
    const capture = join(folder, "all.pcap")
    spawnSync("mergecap", ["-a", "-w", capture, ...scenarios.map(s => labFile(s, "capture.pcap"))])
    const { stdout: text, stderr: warnings } = spawnSync(
      "tshark",
      ["-r", capture, "-Y", "isakmp or esp", "-o", "esp.enable_encryption_decode:TRUE", "-T", "fields"].concat(
        [
          "esp.spi",
          "esp.pad_len",
          "isakmp.ispi",
          "isakmp.rspi",
          "isakmp.enc.decrypted",
          "isakmp.flag_e",
          "isakmp.typepayload",
        ].flatMap(f => ["-e", f]),
      ),
      { encoding: "utf8", env: { ...process.env, WIRESHARK_CONFIG_DIR: config }, maxBuffer: 1 << 28 },
    )
    expect(warnings.replace(/^(?:Running as user|.*Discarding ',"64-bit","0"').*\n/gm, "")).toBe("")
    const seen = new Map<string, number>()
    const count = (key: string) => seen.set(key, (seen.get(key) ?? 0) + 1)
    for (const row of text.split("\n").map(line => line.split("\t"))) {
      const [spi, padding, spiI, spiR, v2, v1, types] = row
      const decrypted = v2 || (v1?.includes("1") && types)
      if (spi && padding) count(spi.split(",")[0].slice(2))
      if (spiI && decrypted) count(`${spiI.split(",")[0]}/${spiR.split(",")[0]}`)
    }
    const missing = (all: Map<string, number>) => [...all].filter(([key, n]) => (seen.get(key) ?? 0) < n)
    expect(missing(wanted.esp)).toEqual([])
    expect(missing(wanted.ike)).toEqual([])
    expect([wanted.esp.size, wanted.ike.size].every(n => n > 30)).toBe(true)
  }, 240_000)
})

describe.skipIf(scenarios.length === 0 || !haveTcpdump)("the export for tcpdump", () => {
  // OpenSSL 3, which tcpdump is built with, has no Blowfish.
  const cbc = scenarios.filter(s => {
    const { esp } = labTruth(s)
    return (
      esp.length > 0 &&
      esp.every(e => e.proto === "ESP" && /^(AES_CBC|3DES)/.test(e.encr ?? "") && /_96$/.test(e.integ ?? ""))
    )
  })
  it.each(cbc)("opens %s", async scenario => {
    const file = join(folder, "tcpdump.txt")
    await keys(scenario, "--export", "tcpdump", file)
    expect(stderr).not.toMatch(/left out: ESP/)
    // As root tcpdump gives its rights away, and could not read a file of mode 0600.
    const args = ["-n", "-Z", userInfo().username, "-r", labFile(scenario, "capture.pcap"), "-E", `file ${file}`]
    const { stdout: text } = spawnSync("tcpdump", args, { encoding: "utf8" })
    const lines = text.split("\n").filter(l => l.includes("ESP(spi=") && !l.includes("isakmp"))
    expect(lines.filter(l => /ESP\(spi=.*\), length \d+: /.test(l)).length).toBe(labTruth(scenario).packets.esp)
  })
})
