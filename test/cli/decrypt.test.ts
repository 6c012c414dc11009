/** `ikedump decrypt` over the lab: what it writes was inside the tunnel, and tshark reads it; wrong keys write nothing. */
import { spawnSync } from "node:child_process"
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { main } from "../../src/cli/main.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { analyzedLab, dhKeysFile, labFile, labScenarios, labTruth, opened } from "../helpers/lab-secrets.ts"
import { havePrograms } from "../helpers/programs.ts"
import { innerPayloads } from "../open/lab.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-decrypt-"))
const fixture = resolve(import.meta.dirname, "../../fixtures/v2-psk-modp2048")
const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const haveTshark = havePrograms("tshark")
const scenarios = labScenarios()

let stderr = ""
beforeEach(() => {
  stderr = ""
  vi.spyOn(process.stderr, "write").mockImplementation(text => {
    stderr += text
    return true
  })
  process.exitCode = undefined
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(() => rmSync(folder, { recursive: true }))

function keysFile(scenario: string, wrong = false): string {
  const path = join(folder, `${scenario}${wrong ? "-wrong" : ""}.json`)
  writeFileSync(path, dhKeysFile(scenario, wrong), { mode: 0o600 })
  return path
}

/** Runs decrypt on a scenario; the path of what it wrote. */
async function decrypt(scenario: string, keys: string, ...flags: string[]): Promise<string> {
  const out = join(folder, `${scenario}.pcapng`)
  const code = await main(["decrypt", labFile(scenario, "capture.pcap"), "--keys", keys, "-w", out, ...flags])
  // Nothing to decrypt is exit code 1; keys are embedded all the same.
  const nothing = stderr.includes("nothing was decrypted")
  expect([code, stderr]).toEqual([nothing ? 1 : 0, expect.any(String)])
  return out
}

const count = (payloads: Map<string, number>) => [...payloads.values()].reduce((a, b) => a + b, 0)

function tshark(path: string, fields: readonly string[], filter: string, ...options: string[]): string[][] {
  const args = ["-r", path, "-Y", filter, "-T", "fields", ...fields.flatMap(f => ["-e", f]), ...options]
  const { stdout, status } = spawnSync("tshark", args, { encoding: "utf8" })
  expect(status).toBe(0)
  return stdout
    .split("\n")
    .filter(line => line !== "")
    .map(line => line.split("\t"))
}

describe.skipIf(scenarios.length === 0)("inner packets", () => {
  it.each(scenarios)("of %s were inside the tunnel, one for each packet", async scenario => {
    const out = await decrypt(scenario, keysFile(scenario))
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const written = await innerPayloads(out)
    const { esp, ah } = labTruth(scenario).packets
    expect(count(written)).toBe(labTruth(scenario).ike.length > 0 ? esp + ah : 0)
    // vpnc's plaintext was not recorded.
    if (!existsSync(labFile(scenario, "inner.pcap"))) return
    const plain = await innerPayloads(labFile(scenario, "inner.pcap"))
    for (const [hex, n] of written) expect(plain.get(hex) ?? 0).toBeGreaterThanOrEqual(n)
  })

  it.each(scenarios.filter(s => labTruth(s).esp.every(e => e.encr && e.encr !== "NULL")))(
    "are not written of %s with wrong keys",
    async scenario => {
      expect(count(await innerPayloads(await decrypt(scenario, keysFile(scenario, true))))).toBe(0)
    },
  )
})

describe.skipIf(scenarios.length === 0 || !haveTshark)("read by tshark", () => {
  // pcapng files put behind one another are one file: tshark is started once for all.
  it("--ike of all scenarios: nothing malformed, no message left encrypted that keys open", async () => {
    const all = join(folder, "all.pcapng")
    writeFileSync(all, "")
    let wanted = 0
    for (const scenario of scenarios) {
      const path = await decrypt(scenario, keysFile(scenario), "--ike")
      appendFileSync(all, readFileSync(path))
      const { sas } = await analyzedLab(scenario)
      const messages = sas.flatMap(sa => sa.exchanges.flatMap(x => x.messages))
      const parts = messages.filter(m => m.fragment?.number === 1 && m.opened && m.retransmissionOf === null)
      wanted += messages.filter(m => !m.fragment && (!m.encrypted || m.opened)).length + parts.length
    }
    // A malformed packet that is no IKE would be one row more.
    const fields = ["isakmp.typepayload", "isakmp.flag_e", "_ws.malformed"]
    const rows = tshark(all, fields, "isakmp or _ws.malformed")
    expect(rows.length).toBe(wanted)
    for (const [types, flag, malformed] of rows) {
      expect(types.split(",")).not.toContain("46")
      expect([flag === "1", malformed ?? ""]).toEqual([false, ""])
    }
  }, 60_000)

  it("--ike shows the payloads that were encrypted", async () => {
    const path = await decrypt("v2-psk-modp2048", keysFile("v2-psk-modp2048"), "--ike")
    const rows = tshark(path, ["isakmp.exchangetype", "isakmp.typepayload", "frame.comment"], "isakmp")
    expect(rows).toHaveLength(6)
    const auth = rows.filter(r => r[0] === "35")
    // IDi, AUTH, SA, TSi, TSr, and neither SK nor SKF.
    for (const [, types, comment] of auth) {
      expect(types.split(",")).toEqual(expect.arrayContaining(["39", "33", "44", "45"]))
      expect(types.split(",")).not.toContain("46")
      expect(comment).toMatch(/^frame \d+, decrypted$/)
    }
    expect(auth).toHaveLength(2)
  })
})

describe.skipIf(scenarios.length === 0)("--embed-keys", () => {
  it.each(scenarios.filter((_, i) => i % 4 === 0))("%s opens the same without --keys", async scenario => {
    const out = await decrypt(scenario, keysFile(scenario), "--embed-keys")
    const json = join(folder, "report.json")
    const { status, report } = await reportOf(out, json)
    expect(status).toBe(0)
    const first = await analyzedLab(scenario)
    const sum = (name: "decrypted" | "icv_ok") => report.esp_sas.reduce((n: number, e: never) => n + e[name], 0)
    expect([sum("decrypted"), sum("icv_ok")]).toEqual([opened(first).decrypted, opened(first).icvOk])
    expect(report.counts).toEqual(first.report.counts)
    const passes = (sas: { checks: { id: string; status: string }[] }[]) =>
      sas.flatMap(sa => sa.checks.filter(c => c.id === "sk-integrity" && c.status === "pass")).length
    expect(passes(report.ike_sas)).toBe(passes(first.report.ike_sas))
  })
})

/** `ikedump report` of one capture as JSON, in this process. */
async function reportOf(capture: string, _path: string) {
  let text = ""
  const { Output } = await import("../../src/cli/output.ts")
  vi.spyOn(Output.prototype, "write").mockImplementation((piece: string) => {
    text += piece
  })
  const status = await main(["report", capture, "--format", "json"])
  return { status, report: JSON.parse(text) }
}

describe("the command", () => {
  const capture = join(fixture, "capture.pcap")

  it("writes the packets of a fixture, and its capture with keys that opens by itself", async () => {
    const [keys, out, both] = [join(fixture, "keys.json"), join(folder, "f.pcapng"), join(folder, "k.pcapng")]
    expect(await main(["decrypt", capture, "--keys", keys, "-w", out, "--ike"])).toBe(0)
    expect(stderr).toMatch(/86 inner packets out of 86 of 86 .*\n.*6 IKE messages written/)
    expect(await main(["decrypt", capture, "--keys", keys, "-w", both, "--embed-keys"])).toBe(0)
    expect(statSync(both).mode & 0o777).toBe(0o600)
    stderr = ""
    expect(await main(["decrypt", both, "-w", out])).toBe(0)
    expect(stderr).toContain("86 inner packets out of 86 of 86")
    // As a stream, whose keys come right before its packets.
    const piped = spawnSync(process.execPath, [bin, "report", "-", "--format", "json"], { input: readFileSync(both) })
    if (piped.status !== 0) return console.log("skipped: not built (npm run build)")
    expect(JSON.parse(piped.stdout.toString()).esp_sas.map((e: { icv_ok: number }) => e.icv_ok)).toEqual([43, 43])
  })

  it("refuses to overwrite a capture", async () => {
    const copy = join(folder, "same.pcap")
    writeFileSync(copy, readFileSync(capture))
    expect(await main(["decrypt", copy, "-w", copy])).toBe(2)
    expect(stderr).toContain("is the capture itself")
    expect(readFileSync(copy).equals(readFileSync(capture))).toBe(true)
  })

  it("without keys writes a capture without packets, and says why", async () => {
    const out = join(folder, "empty.pcapng")
    expect(await main(["decrypt", capture, "-w", out])).toBe(1)
    let packets = 0
    const handler = { packet: () => void packets++, diagnostic() {} }
    await readCaptures([out], handler, { all: true })
    expect(packets).toBe(0)
    expect(stderr).toContain("no secrets were given (--keys)")
  })

  it("says that --embed-keys cannot read a pipe, nor rewrite packets", async () => {
    expect(await main(["decrypt", "-", "--embed-keys", "-w", join(folder, "x")])).toBe(2)
    expect(await main(["decrypt", capture, "--embed-keys", "--ike", "-w", join(folder, "x")])).toBe(2)
  })
})
