/** `ikedump audit` as a user runs it: forms, profiles, exit codes. Needs the built program. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const root = new URL("../..", import.meta.url).pathname
const bin = join(root, "bin/ikedump.js")
const built = spawnSync(process.execPath, [bin, "audit", "--help"]).status === 0
if (!built) console.log("skipped: not built (npm run build)")

const sha1 = join(root, "fixtures/v2-ah-sha1/capture.pcap")
const run = (...args: string[]) => {
  const env = { ...process.env, NO_COLOR: "1", COLUMNS: "80" }
  const done = spawnSync(process.execPath, [bin, "audit", ...args], { env, stdio: ["ignore", "pipe", "pipe"] })
  return { code: done.status, out: done.stdout.toString(), err: done.stderr.toString() }
}

describe.skipIf(!built)("ikedump audit", () => {
  it("tells findings and exits with 0", () => {
    const { code, out, err } = run(sha1)
    expect([code, err]).toEqual([0, ""])
    expect(out).toContain("IKEv2 uses HMAC-SHA1-96 for integrity")
    expect(out).toContain("classical only: harvest now, decrypt later")
  })

  it("--fail-on exits with 1 from that severity on", () => {
    expect(run(sha1, "--fail-on", "medium").code).toBe(0)
    expect(run(sha1, "--fail-on", "low").code).toBe(1)
    expect(run(sha1, "--fail-on", "high", "--profile", "cnsa2").code).toBe(0)
    expect(run(sha1, "--fail-on", "medium", "--profile", "cnsa2").code).toBe(1)
  })

  it("--format json and sarif, --profile repeated", () => {
    const json = JSON.parse(run(sha1, "--format", "json", "--profile", "rfc8247", "--profile", "RFC").out)
    expect(json).toMatchObject({ schema: "ikedump/audit/1", counts: { low: 2 }, captures: [sha1] })
    expect(json.profiles.map((p: { id: string }) => p.id)).toEqual(["rfc8247", "rfc8221", "rfc9395"])
    expect(JSON.parse(run(sha1, "--format", "sarif").out).version).toBe("2.1.0")
  })

  it("--list-profiles names documents and dates", () => {
    expect(run("--list-profiles").out).toMatch(/rfc9395 +2023-04 +RFC 9395/)
  })

  it("wrong words exit with 2 and a hint", () => {
    const cases = [
      [[sha1, "--profile", "sp800-77"], 'unknown profile "sp800-77"', "did you mean sp800-77r1?"],
      [[sha1, "--fail-on", "hihg"], 'unknown severity "hihg"', "did you mean high?"],
      [[sha1, "--format", "xml"], 'unknown format "xml"', "known: text, json, sarif"],
      [[], "no capture given", "ikedump audit CAPTURE"],
    ] as const
    for (const [args, message, hint] of cases) {
      const { code, out, err } = run(...args)
      expect([code, out]).toEqual([2, ""])
      expect(err).toContain(`ikedump: ${message}`)
      expect(err).toContain(hint)
    }
  })
})
