/** Exit codes, what commands say of captures they cannot read or open, and files they must not write. Runs from `fixtures/`. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it, vi } from "vitest"
import { worseExit } from "../../src/cli/exit.ts"
import { runCommand } from "../helpers/run-command.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-exit-"))
afterAll(() => rmSync(folder, { recursive: true }))
const fixtures = resolve(import.meta.dirname, "../../fixtures")
const capture = join(fixtures, "v2-psk-modp2048/capture.pcap")
const keys = join(fixtures, "v2-psk-modp2048/keys.json")
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const text = file("notes.txt", "this is no capture\n")
const rules = file("rules.yaml", "ikedump_rules: 1\nrules:\n  - name: never\n    for: ike_sa\n    expect: 'false'\n")
const out = join(folder, "out.pcapng")

describe("a file that is no capture", () => {
  it.each([
    ["report", text],
    ["packets", text],
    ["show", text, "1"],
    ["fields", text, "-e", "isakmp.ispi"],
    ["flow", text],
    ["brief", text],
    ["sad", text],
    ["keys", text],
    ["keys", text, "--export", "ikedump", join(folder, "exported.json")],
    ["decrypt", text, "-w", out],
    ["audit", text],
    ["check", text, "--rules", rules],
    ["diff", text, capture],
    ["diff", capture, text],
  ])("%s says why, and exits with 3", async (...args) => {
    const { code, err, out } = await runCommand(...args)
    expect(err + out).toContain("neither a pcap nor a pcapng file")
    expect(code).toBe(3)
  })

  it("that is cut off is printed as far as it goes", async () => {
    const cut = join(folder, "cut.pcap")
    copyFileSync(capture, cut)
    truncateSync(cut, 5000)
    const { code, out } = await runCommand("report", cut, "--format", "json")
    expect([code, JSON.parse(out).ike_sas.length]).toEqual([3, 1])
  })
})

describe("codes", () => {
  it("a path that does not exist is 2", async () => {
    expect((await runCommand("report", join(folder, "none"))).code).toBe(2)
  })

  it("the one that counts is the first of 70, 74, 2, 3, 1, 0", () => {
    const order = [70, 74, 2, 3, 1, 0]
    for (const [i, a] of order.entries())
      for (const b of order.slice(i)) expect([worseExit(a, b), worseExit(b, a)]).toEqual([a, a])
  })

  it("a rule that fails on a capture that was cut off is 3", async () => {
    const cut = join(folder, "cut2.pcap")
    copyFileSync(capture, cut)
    truncateSync(cut, 5000)
    expect((await runCommand("check", cut, "--rules", rules)).code).toBe(3)
    expect((await runCommand("check", capture, "--rules", rules)).code).toBe(1)
  })

  it("decrypt that opens nothing is 1, with the reason", async () => {
    const closed = await runCommand("decrypt", capture, "-w", out)
    expect(closed.code).toBe(1)
    expect(closed.err).toContain("nothing was decrypted: no secrets were given (--keys)")
    const wrong = file("wrong.json", JSON.stringify({ ikedump_keys: 1, dh_shared: ["00".repeat(256)] }))
    const misfit = await runCommand("decrypt", capture, "--keys", wrong, "-w", out)
    expect([misfit.code, misfit.err]).toEqual([1, expect.stringContaining("no key fits")])
    expect((await runCommand("decrypt", capture, "--keys", keys, "-w", out)).code).toBe(0)
  })

  it("keys --export of nothing is 1, with the reason, and writes nothing", async () => {
    const target = join(folder, "none.json")
    const { code, err } = await runCommand("keys", capture, "--export", "ikedump", target)
    expect([code, err]).toEqual([1, expect.stringContaining("nothing to export: no secrets were given")])
    expect(existsSync(target)).toBe(false)
  })

  it("what is thrown and nobody expects is one line and 70", async () => {
    const { printError } = await import("../../src/cli/internal-error.ts")
    let err = ""
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation(chunk => {
      err += chunk
      return true
    })
    const code = printError(new RangeError("Invalid typed array\n length: \u001b[31m65528"))
    stderr.mockRestore()
    expect(code).toBe(70)
    expect(err).toMatch(
      /^ikedump: internal error: RangeError: Invalid typed array\\n length: \\x1b\[31m65528; .*IKEDUMP_DEBUG=1.*\n$/,
    )
  })

  it("--color sometimes is wrong usage, in every command that has colours", async () => {
    for (const args of [["report"], ["packets"], ["flow"], ["sad"], ["keys"], ["audit"]]) {
      const { code, err } = await runCommand(...args, capture, "--color", "sometimes")
      expect([code, err]).toEqual([2, expect.stringContaining("auto, always, never")])
    }
  })
})

describe("files that a command reads are not written", () => {
  const keysCopy = join(folder, "keys.json")
  copyFileSync(keys, keysCopy)
  const captureCopy = join(folder, "copy.pcap")
  copyFileSync(capture, captureCopy)

  it.each([
    ["decrypt", captureCopy, "--keys", keysCopy, "-w", keysCopy],
    ["decrypt", captureCopy, "--keys", keysCopy, "-w", captureCopy],
    ["decrypt", captureCopy, "--keys", keysCopy, "--embed-keys", "-w", keysCopy],
    ["keys", captureCopy, "--keys", keysCopy, "--export", "ikedump", keysCopy],
    ["keys", captureCopy, "--keys", keysCopy, "--export", "tcpdump", captureCopy],
    ["check", captureCopy, "--keys", keysCopy, "--rules", rules, "-o", `json=${keysCopy}`],
    ["check", captureCopy, "--update-golden", captureCopy],
  ])("%s %s %s %s %s %s", async (...args) => {
    expect((await runCommand(...args)).code).toBe(2)
    expect(readFileSync(keysCopy).equals(readFileSync(keys))).toBe(true)
    expect(readFileSync(captureCopy).equals(readFileSync(capture))).toBe(true)
  })
})

describe("which captures and packets", () => {
  const many = join(folder, "many")
  mkdirSync(join(many, "deeper"), { recursive: true })
  copyFileSync(capture, join(many, "a.pcap"))
  copyFileSync(join(fixtures, "v2-nat/capture.pcap"), join(many, "deeper/b.anything"))
  writeFileSync(join(many, "notes.txt"), "none")

  it("a folder is its captures, found by content; others are counted", async () => {
    const { out, err, code } = await runCommand("report", many, "--format", "json")
    expect(code).toBe(0)
    expect(JSON.parse(out).captures.map((c: { path: string }) => c.path)).toEqual([
      join(many, "a.pcap"),
      join(many, "deeper/b.anything"),
    ])
    expect(err).toContain("1 file is no capture, skipped")
    expect((await runCommand("packets", many, "--format", "ndjson")).out.split("\n").length).toBeGreaterThan(200)
    expect((await runCommand("show", many, "1")).code).toBe(0)
  })

  it("a folder without captures is wrong usage", async () => {
    const empty = join(folder, "empty")
    mkdirSync(empty)
    expect((await runCommand("report", empty)).code).toBe(2)
  })

  it("the same capture given twice is said", async () => {
    const { err, code } = await runCommand(
      "brief",
      capture,
      join(fixtures, "v2-psk-modp2048/../v2-psk-modp2048/capture.pcap"),
    )
    expect([code, err]).toEqual([0, expect.stringContaining("is given twice")])
  })

  const lines = async (...args: string[]) =>
    (await runCommand(...args, "--format", "ndjson")).out
      .split("\n")
      .filter(Boolean)
      .map(line => JSON.parse(line))

  it("-c, --from and --to narrow every command alike", async () => {
    const frames = async (...flags: string[]) => (await lines("packets", capture, ...flags)).map(l => l.frame)
    const all = await frames()
    expect(await frames("-c", "5")).toEqual(all.slice(0, 5))
    const times = (await lines("packets", capture)).map(l => [l.frame, l.relative, l.time])
    const [from, to] = [times[10], times[20]]
    const between = all.slice(10, 21)
    expect(await frames("--from", from[2], "--to", to[2])).toEqual(between)
    expect(await frames("--from", from[2], "--to", to[2], "--keys", keys)).toEqual(between)
    const report = async (...flags: string[]) =>
      JSON.parse((await runCommand("report", capture, "--format", "json", ...flags)).out)
    expect((await report("-c", "4")).counts.isakmp).toBe(4)
    expect((await report("--to", times[3][2])).ike_sas[0].exchanges.length).toBe(2)
    expect((await runCommand("report", capture, "-c", "0")).code).toBe(2)
  })
})
