/** Scrubbed reports: nothing of whose network it was is left, and what went wrong is. Fixtures, and the lab where it is. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { scrubReport } from "../../src/report/scrub.ts"
import type { Report } from "../../src/report/types.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { analyzeCapture, fileCapture, fixtureCapture, fixtureSecrets } from "../helpers/capture-edit.ts"
import { analyzedLab, isV1, labScenarios } from "../helpers/lab-secrets.ts"
import { runCommand } from "../helpers/run-command.ts"

const VERDICT = resolve(import.meta.dirname, "../../fixtures/verdict")
const NAMES = ["v2-nat", "v2-auth-failed", "v2-ipv6-outer", "v2-ts-unacceptable", "v1-main-psk", "v1-xauth-psk-cfg"]

/** Texts that must not be in it: addresses, identities, networks. */
const ownerTexts = (r: Report): string[] => [
  ...r.captures.map(c => c.path),
  ...r.ike_sas.flatMap(sa => [sa.initiator.address, sa.responder.address]),
  ...r.ike_sas.flatMap(sa => [sa.ids.initiator?.value, sa.ids.responder?.value].filter(v => v !== undefined)),
  ...r.ike_sas.flatMap(sa => sa.child_sas.flatMap(c => [...c.ts_i, ...c.ts_r].map(t => t.split("/")[0]))),
  ...r.esp_sas.flatMap(d => [d.source, d.destination]),
]

function expectScrubbed(report: Report): Report {
  const scrubbed = scrubReport(report)
  const text = JSON.stringify(scrubbed)
  for (const own of new Set(ownerTexts(report)))
    if (own !== "" && own !== "0.0.0.0" && !/^[\d.]*255\.255/.test(own))
      expect(text, own).not.toMatch(new RegExp(`(?<![\\w.])${own.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w])`))
  const shape = (r: Report) =>
    r.ike_sas.map(sa => [
      sa.id,
      sa.spi_i,
      sa.first_time,
      sa.suite,
      sa.verdict.outcome,
      sa.verdict.cause,
      sa.diagnostics,
    ])
  expect(shape(scrubbed)).toEqual(shape(report))
  expect(scrubbed.diagnostics.map(d => [d.code, d.frame])).toEqual(report.diagnostics.map(d => [d.code, d.frame]))
  return scrubbed
}

describe("a scrubbed report", () => {
  it.each(NAMES)("%s", async name => {
    const { report } = await analyzeCapture(fixtureCapture(name), fixtureSecrets(name))
    report.captures[0].path = `/home/someone/acme/${name}.pcap`
    const scrubbed = expectScrubbed(report)
    expect(scrubbed.captures[0].path).toBe("capture-1.pcap")
    expect(scrubbed.ike_sas[0].initiator.address).toMatch(/^192\.0\.2\.|^198\.1[89]\.|^2001:db8::/)
  })

  it.each(labScenarios().filter(n => !isV1(n)))("the lab's %s", async name => {
    expectScrubbed((await analyzedLab(name)).report)
  })

  it("keeps one stand-in for one value, in sentences too", async () => {
    const { report } = await analyzeCapture(fixtureCapture("v2-auth-failed"), fixtureSecrets("v2-auth-failed"))
    const { ike_sas } = scrubReport(report)
    const [{ verdict, responder, ids }] = ike_sas
    expect(verdict.why).toContain(`${responder.address} refuses ${ids.initiator?.value}`)
  })

  it("knows identities of every kind, and what stands in their parts", async () => {
    const { report } = await analyzeCapture(fixtureCapture("v2-psk-modp2048"), NO_SECRETS)
    const [sa] = report.ike_sas
    sa.ids.initiator = { type: "ID_DER_ASN1_DN", value: "C=CH, O=Acme Water AG, 2.5.4.97=CHE-123, CN=gw7" }
    sa.ids.responder = { type: "ID_KEY_ID", value: "branch office" }
    sa.verdict.why =
      "Acme Water AG's gw7 refuses branch office and bob@acme.test (E=691); fe80::1 has ::1, 10.0.0.1:4500, §3.10.1.2"
    const text = JSON.stringify(scrubReport(report))
    expect(text).not.toMatch(/Acme|gw7|CHE-123|branch|acme|bob|fe80|10\.0\.0\.1/)
    expect(text).toMatch(/C=CH.*E=691.*:4500, §3\.10\.1\.2/)
  })

  it("has no user of XAUTH", async () => {
    const { secrets } = importSecrets(readFileSync(resolve(VERDICT, "vpnc-xauth-wrong.keys.json")), { file: "keys" })
    const { report } = await analyzeCapture(fileCapture("verdict/vpnc-xauth-wrong.pcap"), secrets)
    expect(JSON.stringify(report)).toContain("carol")
    expect(JSON.stringify(scrubReport(report))).not.toContain("carol")
  })

  it("has no user of a method inside EAP", async () => {
    for (const name of ["eap-tls/ttls-md5", "eap-tls/ttls-wrong-password"]) {
      const capture = resolve(import.meta.dirname, "../../fixtures", name, "capture.pcap")
      const json = ["report", capture, "--format", "json", "--keys", resolve(capture, "../keys.json")]
      expect((await runCommand(...json)).out).toContain("as alice")
      const { out } = await runCommand(...json, "--scrub")
      expect(out).toMatch(/as identity-\d/)
      expect(out).not.toContain("alice")
    }
  })

  it("is refused where it could not be kept", async () => {
    const capture = resolve(import.meta.dirname, "../../fixtures/v2-nat/capture.pcap")
    expect((await runCommand("report", capture, "--scrub", "--show-keys")).code).toBe(2)
    expect((await runCommand("report", capture, "--scrub", "--format", "eve")).code).toBe(2)
    const { out, code } = await runCommand("report", capture, "--scrub", "--format", "ndjson")
    expect(code).toBe(0)
    expect(out).not.toMatch(/10\.1\.0|\.lab|v2-nat/)
  })
})
