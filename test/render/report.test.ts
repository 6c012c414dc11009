/** Reports as text, held to golden screens at several widths. */
import { describe, expect, it } from "vitest"
import { renderReport } from "../../src/render/report-text.ts"
import { displayWidth } from "../../src/render/text.ts"
import { themeOf } from "../../src/render/theme.ts"
import type { Report } from "../../src/report/types.ts"
import { OutcomeCounts } from "../../src/report/verdict/summary.ts"
import { expectGolden, sample, sampleNames, sampleSizes } from "./golden.ts"

const WIDTHS = [80, 120, 200]

describe("report", () => {
  for (const name of sampleNames())
    for (const width of WIDTHS)
      it(`${name} at ${width} columns`, () => {
        const text = renderReport(sample(name), { width, sizes: sampleSizes(name) })
        expect(Math.max(...text.split("\n").map(displayWidth))).toBeLessThanOrEqual(width)
        expectGolden(`report/${name}-${width}.txt`, text)
      })

  // One SA that works, a failure, and an overview of several.
  for (const name of ["v2-psk-modp2048", "v2-auth-failed", "v2-cookie"])
    for (const width of WIDTHS)
      it(`${name} in colour at ${width} columns`, () => {
        const text = renderReport(sample(name), { width, sizes: sampleSizes(name), theme: themeOf(1) })
        expect(Math.max(...text.split("\n").map(displayWidth))).toBeLessThanOrEqual(width)
        expectGolden(`report/${name}-${width}-colour.txt`, text)
      })

  it("says the same in ASCII", () => {
    const text = renderReport(sample("v2-dpd"), { width: 80, ascii: true })
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    expectGolden("report/v2-dpd-80-ascii.txt", text)
  })

  it("colours by meaning, and colour changes no text", () => {
    const colour = renderReport(sample("v2-auth-failed"), { width: 100, theme: themeOf(1) })
    expect(colour).toContain("\u001b[31m1 failed")
    expect(colour.replace(/\u001b\[\d+m/g, "")).toBe(renderReport(sample("v2-auth-failed"), { width: 100 }))
  })

  it("lets no control character of a capture through", () => {
    const report = sample("v2-dpd")
    const evil = "\u001b]0;x\u0007\u202e\n"
    report.captures[0].path += evil
    report.ike_sas[0].ids.initiator = { type: "ID_FQDN", value: evil }
    report.ike_sas[0].exchanges[0].messages[0].notifies[0] = evil
    report.ike_sas[0].child_sas[0].ts_i = [evil]
    report.diagnostics.push({
      code: "peer-vendor",
      severity: "info",
      frame: 1,
      time: null,
      message: evil,
      sa: null,
      remedy: null,
      captures: [],
    })
    for (const ascii of [false, true])
      expect(renderReport(report, { ascii })).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  })

  it("finds room for IPv6 addresses and long names", () => {
    const report = sample("v2-dpd")
    report.captures[0].path = `/captures/${"deep/".repeat(40)}v2.pcap`
    Object.assign(report.ike_sas[0].initiator, { address: "2001:db8:1234:5678:9abc:def0:1234:5678" })
    Object.assign(report.ike_sas[0].responder, { address: "2001:db8:1234:5678:9abc:def0:1234:9999" })
    report.ike_sas[0].ids.initiator = { type: "ID_DER_ASN1_DN", value: `C=CH, O=${"strongSwan ".repeat(12)}, CN=left` }
    const text = renderReport(report, { width: 80 })
    expect(Math.max(...text.split("\n").map(displayWidth))).toBeLessThanOrEqual(80)
    const colour = renderReport(report, { width: 80, theme: themeOf(1) })
    expect(colour.replace(/\u001b\[\d+m/g, "")).toBe(text)
    expectGolden("report/ipv6-80.txt", text)
  })

  it("cuts an identity that is a whole payload of noise", () => {
    const report = sample("v2-dpd")
    const before = renderReport(report, { width: 80 }).split("\n").length
    report.ike_sas[0].ids.initiator = { type: "ID_KEY_ID", value: "\u0000".repeat(4000) }
    expect(renderReport(report, { width: 80 }).split("\n").length).toBeLessThan(before + 6)
  })

  it("folds a scan's half-open SAs", () => {
    const report = sample("v2-cookie")
    const [, scan] = report.ike_sas
    report.diagnostics = report.diagnostics.filter(d => d.severity === "info")
    report.ike_sas = Array.from({ length: 5000 }, (_, n) => ({ ...scan, id: `ike/${n}` }))
    const text = renderReport(report, { width: 80 })
    expect(text).toContain("4,990 more half-open IKE SAs from 10.1.0.3")
    expect(text.length).toBeLessThan(20_000)
  })

  it("is calm about an empty report", () => {
    const empty: Report = {
      schema: "ikedump/report/1",
      captures: [],
      counts: { frames: 0, isakmp: 0, esp: 0, ah: 0, keepalive: 0, other: 0 },
      ike_sas: [],
      esp_sas: [],
      secrets: [],
      diagnostics: [],
      verdict: new OutcomeCounts().summary(),
    }
    expect(renderReport(empty)).toBe("\n")
  })

  it("says of what went wrong that the same peers came to a tunnel later, of either side's making", () => {
    const report = sample("v2-no-proposal")
    const [good] = sample("v2-psk-modp2048").ike_sas
    const [bad] = report.ike_sas
    Object.assign(good, { id: "ike/1", initiator: bad.responder, responder: bad.initiator })
    good.first_time = new Date(Date.parse(bad.first_time) + 90_000).toISOString()
    const said = () => / later +(.*)/.exec(renderReport({ ...report, ike_sas: [bad, good] }, { width: 100 }))?.[1]
    expect(said()).toBe("ike/1 came up between the same peers, 90.0 s after this one")
    const before = { ...good, id: "ike/2" }
    expect(renderReport({ ...report, ike_sas: [before, bad, good] }, { width: 100 })).not.toContain(" later ")
    Object.assign(good, { rekeys: "ike/7" })
    expect(said()).toBeUndefined()
    Object.assign(good, { rekeys: null, initiator: { address: "192.0.2.7", port: 500 } })
    expect(said()).toBeUndefined()
  })

  it("lists data SAs that no IKE SA explains", () => {
    const report = sample("v2-dpd")
    report.ike_sas = []
    for (const esp of report.esp_sas) Object.assign(esp, { child_sa: null, owner: null, icv_failed: 2, icv_ok: 41 })
    report.esp_sas[0].sequence.missing = 1200
    expectGolden("report/esp-only-80.txt", renderReport(report, { width: 80 }))
    expectGolden("report/esp-only-120.txt", renderReport(report, { width: 120 }))
  })
})
