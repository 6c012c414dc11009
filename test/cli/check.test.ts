/** `ikedump check` and `ikedump diff` as a job runs them: files, formats, exit codes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { runCommand } from "../helpers/run-command.ts"

const root = new URL("../..", import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), "ikedump-check-"))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const fixture = (name: string, what = "capture.pcap") => join(root, "fixtures", name, what)
const capture = fixture("v2-psk-modp2048")
const keys = ["--keys", fixture("v2-psk-modp2048", "keys.json")]
const rules = (expect: string) => `ikedump_rules: 1\nrules: [{ name: a rule, for: ike_sa, expect: '${expect}' }]\n`

describe("ikedump check", () => {
  it("exits with 0 when rules are kept, with 1 when not", async () => {
    const kept = await runCommand("check", capture, ...keys, "--rules", file("good.yaml", rules('state == "deleted"')))
    expect([kept.code, kept.out]).toEqual([0, "✔ a rule                ike/0\n1 rule passed\n"])
    const broken = await runCommand("check", capture, "--rules", file("bad.yaml", rules('suite.ke == ["X25519"]')))
    expect(broken.code).toBe(1)
    expect(broken.out).toContain(
      'seen      suite.ke = ["MODP-2048"] (chosen in frame 2, offered in frame 1 as proposal 1)',
    )
  })

  it("exits with 2 for a fault of the rules file, with its place and what was meant", async () => {
    const path = file("fault.yaml", rules('stat == "deleted"'))
    const { code, out, err } = await runCommand("check", capture, "--rules", path)
    expect([code, out]).toEqual([2, ""])
    expect(err).toBe(`ikedump: ${path}:2:47: unknown name "stat"\n  hint: did you mean "state"?\n`)
  })

  it.each([
    [["check", capture]],
    [["check", "--rules", "x.yaml"]],
    [["check", capture, "--rules", join(folder, "none.yaml")]],
    [["check", capture, "--golden", join(folder, "none.json")]],
    [["check", capture, "--rules", file("g.yaml", rules("true")), "--format", "xml"]],
    [["check", capture, "--rules", file("g.yaml", rules("true")), "--out", "junit"]],
    [["check", capture, "--rules", file("g.yaml", rules("true")), "--var", "x=1"]],
    [
      [
        "check",
        capture,
        "--rules",
        file("slow.yaml", rules('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$")')),
        "--rule-seconds",
        "0.2",
      ],
    ],
    [["check", "--schema", "xml"]],
    [["diff", capture]],
  ])("exits with 2 for wrong usage: %j", async args => {
    const { code, out, err } = await runCommand(...args)
    expect([code, out]).toEqual([2, ""])
    expect(err).not.toBe("")
  })

  it("exits with 3 when the capture ends early and the rules are kept", async () => {
    const cut = join(folder, "cut.pcap")
    writeFileSync(cut, readFileSync(capture).subarray(0, 5000))
    expect((await runCommand("check", cut, "--rules", file("any.yaml", rules("true")))).code).toBe(3)
    // The capture's fault counts before the rule's.
    expect((await runCommand("check", cut, "--rules", file("no.yaml", rules("false")))).code).toBe(3)
  })

  it("writes formats to files beside the text", async () => {
    const xml = join(folder, "results.xml")
    const sarif = join(folder, "results.sarif")
    const args = ["-o", `junit=${xml}`, "-o", `sarif=${sarif}`, "--format", "tap"]
    const { code, out } = await runCommand("check", capture, "--rules", file("bad.yaml", rules("false")), ...args)
    expect([code, out.split("\n")[0]]).toEqual([1, "TAP version 14"])
    expect(readFileSync(xml, "utf8")).toContain('failures="1"')
    expect(JSON.parse(readFileSync(sarif, "utf8")).runs[0].results).toHaveLength(1)
  })

  it("keeps a golden file, and shows how a capture differs from it", async () => {
    const golden = join(folder, "golden.json")
    expect((await runCommand("check", capture, ...keys, "--update-golden", golden)).code).toBe(0)
    expect(await runCommand("check", capture, ...keys, "--golden", golden)).toMatchObject({
      code: 0,
      out: `✔ ${golden}\n`,
    })
    const other = await runCommand("check", fixture("v2-nat"), "--golden", golden)
    expect(other.code).toBe(1)
    expect(other.out).toContain('    ike_sas[0].suite.encr\n      - "AES-CBC-128"\n      + "AES-CBC-256"\n')
  })

  it("prints what expressions see", async () => {
    expect(JSON.parse((await runCommand("check", "--schema", "json")).out).kinds.ike_sa).toBe("IkeSa")
  })
})

describe("ikedump diff", () => {
  it("exits with 0 for two of a kind, with 1 for others", async () => {
    const same = await runCommand("diff", capture, capture, ...keys)
    expect(same.code).toBe(0)
    expect(same.out).toMatch(/^✔ .*nothing differs\n\n {4}time .*\n {4}ike\/0 set up +24\.8 ms +24\.8 ms +0 %\n/)
    const json = await runCommand("diff", capture, fixture("v2-nat"), "--format", "json")
    expect(json.code).toBe(1)
    const { same: alike, differences } = JSON.parse(json.out)
    expect(alike).toBe(false)
    expect(differences).toContainEqual({ path: "ike_sas[0].suite.ke", before: ["MODP-2048"], after: ["X25519"] })
  })
})

describe("what diff says", () => {
  it("is in words, a block for each SA, with no paths of the JSON", async () => {
    const { out } = await runCommand("diff", capture, fixture("v2-dpd"))
    expect(out).toContain("  IKE SA 1\n")
    expect(out).toContain("    encryption AES-CBC-128 → AES-GCM-16-256\n")
    expect(out).toContain("    integrity HMAC-SHA2-256-128 → none\n")
    expect(out).toContain("    findings +nat-present, +port-float\n")
    expect(out).toContain("    encapsulation none → udp\n")
    expect(out).not.toMatch(/ike_sas|\[\d+\]|"/)
  })
})

describe("examples/rules", () => {
  const example = (name: string, rulesFile: string, ...more: string[]) =>
    runCommand(
      "check",
      fixture(name),
      "--keys",
      fixture(name, "keys.json"),
      "--rules",
      join(root, "examples/rules", rulesFile),
      ...more,
    )

  it.each([
    ["v2-nat", "interop-smoke.yaml", [], 0],
    ["v2-nat", "rfc8247.yaml", [], 0],
    ["v1-main-psk", "rfc8247.yaml", [], 1],
    ["v2-nat", "no-secrets-reused.yaml", [], 0],
    ["v2-nat", "rekey-before-lifetime.yaml", [], 0],
    ["v2-nat", "rekey-before-lifetime.yaml", ["--var", "child_lifetime=1s"], 1],
    ["v2-nat", "cnsa-2.0.yaml", [], 1],
    ["v2-nat", "cnsa-2.0.yaml", ["--var", "transition=true"], 1],
  ] as const)("%s, %s %j: %d", async (name, rulesFile, more, code) => {
    const { code: seen, out, err } = await example(name, rulesFile, ...more)
    expect(seen, out + err).toBe(code)
  })
})
