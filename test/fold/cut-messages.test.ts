/** A capture with a short snap length: said once, never held against the messages, and sizes are those of the wire. */
import { describe, expect, it } from "vitest"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { analyzeCapture, fixtureCapture, fixtureSecrets, snapped } from "../helpers/capture-edit.ts"

const BLAME = /malformed|ike-short|decryption-failed|iv-unknown/

describe.each(["v2-nat", "v2-auth-failed", "v1-main-psk", "v2-frag"])("%s", name => {
  it.each([62, 96, 128, 262])("cut at %i bytes is said once", async snaplen => {
    const cut = snapped(fixtureCapture(name), snaplen)
    for (const secrets of [NO_SECRETS, fixtureSecrets(name)]) {
      const { report } = await analyzeCapture(cut, secrets)
      const said = report.diagnostics.filter(d => d.code === "packet-cut")
      expect(said).toHaveLength(1)
      expect(said[0].message).toMatch(/not whole in the capture.*capture with -s 0/)
      expect(report.diagnostics.filter(d => BLAME.test(d.code))).toEqual([])
      expect(report.ike_sas.flatMap(s => s.checks).filter(c => c.status === "fail")).toEqual([])
    }
  })
})

it("infers the same from sizes as from whole messages, where the suite is seen", async () => {
  const whole = fixtureCapture("v2-auth-failed")
  const { report } = await analyzeCapture(whole)
  const cut = (await analyzeCapture(snapped(whole, 200))).report
  expect(cut.ike_sas[0].verdict).toEqual(report.ike_sas[0].verdict)
  expect(cut.ike_sas[0].verdict.outcome).toBe("failed")
})
