/** `ikedump audit` as a user runs it: forms, profiles, exit codes. */
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { runCommandWith } from "../helpers/run-command.ts"

const root = new URL("../..", import.meta.url).pathname
const sha1 = join(root, "fixtures/v2-ah-sha1/capture.pcap")
const run = (...args: readonly string[]) => runCommandWith({ env: { COLUMNS: "80" } }, "audit", ...args)

describe("ikedump audit", () => {
  it("tells findings and exits with 0", async () => {
    const { code, out, err } = await run(sha1)
    expect([code, err]).toEqual([0, ""])
    expect(out).toContain("IKEv2 uses HMAC-SHA1-96 for integrity")
    expect(out).toContain("classical only: harvest now, decrypt later")
  })

  it("--fail-on exits with 1 from that severity on", async () => {
    expect((await run(sha1, "--fail-on", "medium")).code).toBe(0)
    expect((await run(sha1, "--fail-on", "low")).code).toBe(1)
    expect((await run(sha1, "--fail-on", "high", "--profile", "cnsa2")).code).toBe(0)
    expect((await run(sha1, "--fail-on", "medium", "--profile", "cnsa2")).code).toBe(1)
  })

  it("--format json and sarif, --profile repeated", async () => {
    const json = JSON.parse((await run(sha1, "--format", "json", "--profile", "rfc8247", "--profile", "RFC")).out)
    expect(json).toMatchObject({ schema: "ikedump/audit/1", counts: { low: 2 }, captures: [sha1] })
    expect(json.profiles.map((p: { id: string }) => p.id)).toEqual(["rfc8247", "rfc8221", "rfc9395"])
    expect(JSON.parse((await run(sha1, "--format", "sarif")).out).version).toBe("2.1.0")
  })

  it("--list-profiles names documents and dates", async () => {
    expect((await run("--list-profiles")).out).toMatch(/rfc9395 +2023-04 +RFC 9395/)
  })

  it("wrong words exit with 2 and a hint", async () => {
    const cases = [
      [[sha1, "--profile", "sp800-77"], 'unknown profile "sp800-77"', "did you mean sp800-77r1?"],
      [[sha1, "--fail-on", "hihg"], 'unknown severity "hihg"', "did you mean high?"],
      [[sha1, "--format", "xml"], 'unknown format "xml"', "known: text, json, sarif"],
      [[], "no capture given", "ikedump audit CAPTURE"],
    ] as const
    for (const [args, message, hint] of cases) {
      const { code, out, err } = await run(...args)
      expect([code, out]).toEqual([2, ""])
      expect(err).toContain(`ikedump: ${message}`)
      expect(err).toContain(hint)
    }
  })
})
