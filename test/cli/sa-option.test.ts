/** `--sa` and `--failed` in every command that knows IKE SAs. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { completionModel } from "../../src/cli/completion/model.ts"
import { COMMANDS } from "../../src/cli/main.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import type { Report } from "../../src/report/types.ts"
import { runCommand } from "../helpers/run-command.ts"

const fixtures = resolve(import.meta.dirname, "../../fixtures")
const cookie = join(fixtures, "v2-cookie/capture.pcap")
const nat = join(fixtures, "v2-nat/capture.pcap")
const natKeys = ["--keys", join(fixtures, "v2-nat/keys.json")]
const folder = mkdtempSync(join(tmpdir(), "ikedump-sa-"))
afterAll(() => rmSync(folder, { recursive: true }))

const report = async (...args: string[]): Promise<Report> =>
  JSON.parse((await runCommand("report", ...args, "--format", "json")).out)

describe("report", () => {
  it("has the SA alone, with what is its own, and the verdict of the whole", async () => {
    const whole = await report(nat, ...natKeys)
    const one = await report(nat, ...natKeys, "--sa", "ike/1")
    expect(one.ike_sas).toEqual(whole.ike_sas.filter(sa => sa.id === "ike/1"))
    expect(one.verdict).toEqual(whole.verdict)
    expect(one.captures).toEqual(whole.captures)
    expect(one.diagnostics.every(d => d.sa !== null)).toBe(true)
  })

  it("opens with an overview above three, and draws what failed, what is named, or all", async () => {
    const cards = (out: string) => out.split("\n").filter(l => /^[✖▲·●] ike/.test(l)).length
    const whole = await report(cookie)
    expect(whole.ike_sas.length).toBeGreaterThan(3)
    const bad = whole.ike_sas.filter(sa => !["up", "closed", "partial"].includes(sa.verdict.outcome))
    const text = async (...args: string[]) => (await runCommand("report", cookie, ...args)).out
    const first = await text()
    expect(first).toContain(`${whole.ike_sas.length} IKE SAs: `)
    expect(cards(first)).toBe(bad.length)
    expect(cards(await text("--failed"))).toBe(bad.length)
    expect(cards(await text("--all"))).toBe(whole.ike_sas.length)
    const one = await text("--sa", "ike/3")
    expect([cards(one), one.includes("IKE SAs: ")]).toEqual([1, false])
  })

  it.each([["report"], ["flow"], ["packets"], ["sad"], ["keys"]])(
    "%s says which ids there are for one that is none",
    async command => {
      const { code, err } = await runCommand(command, cookie, "--sa", "ike/9")
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/no IKE SA is named ike\/9\n {2}hint: from ike\/0 to ike\/\d/),
      ])
    },
  )
})

it("says that there is one IKE SA alone; a path of no letters is shown as such", async () => {
  const { err } = await runCommand("report", join(fixtures, "v2-psk-modp2048/capture.pcap"), "--sa", "ike/9")
  expect(err).toContain("hint: the only one is ike/0")
  expect(await runCommand("report", "")).toMatchObject({
    code: 2,
    err: expect.stringContaining("cannot open '': no such"),
  })
})

describe("other commands", () => {
  it("packets, fields and show have the frames of the SA and of its Child SAs", async () => {
    const whole = await report(nat, ...natKeys)
    const ike = (id: string) =>
      whole.ike_sas.find(sa => sa.id === id)?.exchanges.flatMap(x => x.messages.map(m => m.frame)) ?? []
    const lines = (await runCommand("packets", nat, ...natKeys, "--sa", "ike/1", "--format", "ndjson")).out
    const packets = lines
      .split("\n")
      .filter(Boolean)
      .map(l => JSON.parse(l))
    expect(packets.filter(l => l.protocol === "ISAKMP").map(l => l.frame)).toEqual(ike("ike/1"))
    const fields = (await runCommand("fields", nat, ...natKeys, "--sa", "ike/1", "-e", "frame.number")).out
    expect(fields.split("\n").filter(Boolean).map(Number)).toEqual(packets.map(l => l.frame))
    const other = (await runCommand("packets", nat, ...natKeys, "--sa", "ike/0", "--format", "ndjson")).out
    expect(other.split("\n").length).toBeGreaterThan(100)
  })

  it("keys and sad show it alone, keys that came from another one too", async () => {
    const { out } = await runCommand("keys", nat, ...natKeys, "--sa", "ike/1", "--format", "json")
    expect(out).toContain('"ike/1"')
    expect(JSON.stringify(JSON.parse(out)).match(/"sa":"ike\/0"/)).toBeNull()
    const all = JSON.parse((await runCommand("sad", nat, ...natKeys, "--all", "--format", "json")).out)
    const none = JSON.parse((await runCommand("sad", nat, ...natKeys, "--all", "--failed", "--format", "json")).out)
    expect(JSON.stringify(all).length).toBeGreaterThan(JSON.stringify(none).length)
  })

  it("decrypt writes what is inside of it", async () => {
    const count = async (...args: string[]) => {
      const out = join(folder, "inner.pcapng")
      await runCommand("decrypt", nat, ...natKeys, "-w", out, ...args)
      let packets = 0
      await readCaptures([out], { packet: () => void packets++, diagnostic() {} }, { all: true })
      return packets
    }
    const whole = await count()
    const parts = [await count("--sa", "ike/0"), await count("--sa", "ike/1")]
    expect(parts[0] + parts[1]).toBe(whole)
    expect(whole).toBeGreaterThan(0)
  })

  it("check and diff look at it alone", async () => {
    const golden = join(folder, "golden.json")
    await runCommand("check", cookie, "--update-golden", golden, "--sa", "ike/3")
    expect((await runCommand("check", cookie, "--golden", golden, "--sa", "ike/3")).code).toBe(0)
    expect((await runCommand("check", cookie, "--golden", golden, "--sa", "ike/0")).code).toBe(1)
  })
})

describe("flags that narrow", () => {
  const ALL = ["--sa", "--failed", "--from", "--to", "--count", "--filter"]
  /** Commands that read captures and lack some of them, and why. */
  const LESS: Readonly<Record<string, readonly string[]>> = {
    // Each capture by itself, by its worst SA.
    triage: ["--from", "--to", "--count", "--filter"],
    // SAs are reported as they come, without ids; the page has filters of its own.
    watch: ["--from", "--to", "--count"],
    // No SAs, and nothing is dissected.
    brief: ["--from", "--to", "--count"],
    statistics: ["--from", "--to", "--count"],
  }

  it("are the same in every command that knows SAs", async () => {
    const { commands } = await completionModel({ commands: COMMANDS, defaultCommand: "report" })
    const reading = commands.filter(c => c.flags.some(f => f.long === "--ike-port") && c.name !== "view")
    expect(reading.length).toBeGreaterThan(12)
    for (const { name, flags } of reading) {
      const has = ALL.filter(long => flags.some(f => f.long === long))
      expect([name, has]).toEqual([name, LESS[name] ?? ALL])
    }
  })

  it.each([
    [["-c", "1"], "partial"],
    [["--to", "0"], "partial"],
    [["-Y", "frame.number == 1"], "partial"],
    [[], "failed"],
  ])("triage reads what %j leaves", async (flags, outcome) => {
    const { out } = await runCommand(
      "triage",
      join(fixtures, "v2-no-proposal/capture.pcap"),
      "--format",
      "ndjson",
      ...flags,
    )
    expect(JSON.parse(out).outcome).toBe(outcome)
  })

  it("watch reads what -c leaves", async () => {
    const path = join(fixtures, "v2-no-proposal/capture.pcap")
    expect((await runCommand("watch", "--once", path, "--format", "ndjson")).out).toContain('"event":"refused"')
    expect((await runCommand("watch", "--once", path, "--format", "ndjson", "-c", "1")).out).toBe("")
  })

  it("audit looks at the tunnel of the SA alone", async () => {
    const findings = async (...args: string[]) =>
      JSON.parse((await runCommand("audit", cookie, "--format", "json", ...args)).out)
    const whole = await findings()
    const one = await findings("--sa", "ike/3")
    expect(one.tunnels.map((t: { id: string }) => t.id)).toEqual(["ike/3"])
    expect(new Set(one.findings.map((f: { tunnel: string }) => f.tunnel))).toEqual(new Set(["ike/3"]))
    expect(whole.tunnels.length).toBeGreaterThan(1)
    expect(await findings("--failed")).not.toEqual(whole)
    expect((await runCommand("audit", cookie, "--sa", "ike/99")).code).toBe(2)
    const none = await findings("-Y", "frame.number == 0")
    expect(none.tunnels).toEqual([])
  })
})
