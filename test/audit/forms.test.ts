/** The audit in its three forms: text of 80 columns, stable JSON, SARIF that the published schema takes. */
import { describe, expect, it } from "vitest"
import { AUDIT_RULES } from "../../src/audit/catalog.ts"
import { severityRank } from "../../src/audit/severity.ts"
import type { AuditResult } from "../../src/audit/types.ts"
import { renderAudit } from "../../src/render/audit/index.ts"
import { sarifFaults } from "../check/sarif-schema.ts"
import { PlayV1 } from "../play/play-v1.ts"
import { PlayV2, type SuiteSpec } from "../play/play-v2.ts"
import { audited, keysOf } from "./audited.ts"

const WEAK: SuiteSpec = { encr: "3DES-CBC", integ: "HMAC-MD5-96", prf: "HMAC-MD5", ke: 2 }

const HYBRID: SuiteSpec = { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 20, additional: [36] }

const weak = await audited(tape => {
  const p = new PlayV2(tape, { suite: WEAK }).saInit().auth({ child: { encr: "DES-CBC", integ: "HMAC-SHA1-96" } })
  new PlayV1(tape).aggressive()
  return keysOf(p)
})
const text = (options: { width?: number; ascii?: boolean }) =>
  [...renderAudit(weak, weak.analysis.report, "text", { version: "0.0.0", ...options })].join("")

describe("text", () => {
  it("stays within its width, and in ASCII when asked", () => {
    for (const width of [80, 120])
      expect(
        Math.max(
          ...text({ width })
            .split("\n")
            .map(l => l.length),
        ),
      ).toBeLessThanOrEqual(width)
    expect(text({ width: 80, ascii: true })).toMatch(/^[\x20-\x7e\n]*$/)
  })

  it("tells findings, evidence, advice and sources, then the posture", async () => {
    await expect(text({ width: 80 })).toMatchFileSnapshot("../golden/audit/weak.txt")
  })

  const plain = (r: AuditResult, report = weak.analysis.report) =>
    [...renderAudit(r, report, "text", { version: "0.0.0" })].join("")

  it("never says that nothing was found without saying what was not seen", async () => {
    const nothing = await audited(() => undefined)
    expect(plain(nothing)).toContain("nothing was examined\nno IKE, ESP or AH is in the capture")
    const closed = await audited(tape => void new PlayV2(tape, { suite: HYBRID }).saInit().addKe(36).auth())
    expect(closed.findings).toEqual([])
    expect(plain(closed).replace(/\s+/g, " ")).toContain(
      "no findings not examined: authentication, forward secrecy (PFS), ESP and AH. What would show it: secrets (--keys)",
    )
  })

  it("tells many tunnels by rule, and each of them when asked", async () => {
    const many = await audited(tape => {
      const kes = [2, 5, 14, 15, 19, 20, 21, 31]
      for (const ke of kes) new PlayV2(tape, { suite: { ...WEAK, ke } }).saInit()
      return undefined
    })
    const [byRule, all] = [false, true].map(all =>
      [...renderAudit(many, many.analysis.report, "text", { version: "0.0.0", all })].join(""),
    )
    expect(byRule).toContain("weak-prf · 8 tunnels: ike/0, ike/1, ike/2, ike/3 …")
    expect(byRule).toMatch(/✖ IKE key exchange +2 +- +4 +2 +MODP-1024 1, MODP-15/)
    expect(byRule.split("\n").length).toBeLessThan(all.split("\n").length / 2)
    expect(all).toContain("ike/7  10.0.0.1")
  })
})

describe("json", () => {
  const json = JSON.parse([...renderAudit(weak, weak.analysis.report, "json", { version: "0.0.0" })].join(""))

  it("has every member", () => {
    expect(Object.keys(json)).toEqual([
      "schema",
      "captures",
      "profiles",
      "counts",
      "findings",
      "left_out",
      "tunnels",
      "coverage",
    ])
    expect(json.schema).toBe("ikedump/audit/1")
    for (const f of json.findings)
      expect(Object.keys(f)).toEqual([
        "rule",
        "severity",
        "tunnel",
        "objects",
        "message",
        "advice",
        "frames",
        "sources",
      ])
    for (const t of json.tunnels)
      expect(Object.keys(t)).toEqual([
        "id",
        "ike_sas",
        "initiator",
        "responder",
        "initiator_id",
        "responder_id",
        "first_time",
        "last_time",
        "version",
        "state",
        "suite",
        "names",
        "authentication",
        "proofs",
        "certificates",
        "child_suites",
        "child_key_exchange",
        "child_group",
        "forward_secrecy",
        "ike_lifetime",
        "child_lifetime",
        "esn",
        "replay",
        "offered",
        "vendors",
        "quantum",
        "quantum_by",
        "worst",
      ])
    expect(json.counts).toEqual({ critical: 1, high: 4, medium: 2, low: 4, info: 1 })
  })

  it("lists rules of the catalogue alone, the most urgent first", () => {
    const ranks = weak.findings.map(f => severityRank(f.severity))
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
    expect(weak.findings.filter(f => !Object.hasOwn(AUDIT_RULES, f.rule))).toEqual([])
    expect(weak.findings.filter(f => f.frames.length === 0 || f.sources.length === 0)).toEqual([])
  })
})

it("SARIF is as the published schema wants it", () => {
  const log = JSON.parse([...renderAudit(weak, weak.analysis.report, "sarif", { version: "0.0.0" })].join(""))
  expect(sarifFaults(log)).toEqual([])
  const [run] = log.runs
  expect(run.results.length).toBe(weak.findings.length)
  expect(run.results[0]).toMatchObject({
    ruleId: "weak-encryption",
    level: "error",
    locations: [{ logicalLocations: [{ fullyQualifiedName: "child/0" }, { fullyQualifiedName: "frame 4" }] }],
    properties: { severity: "critical", frames: [4] },
  })
  expect(run.properties.coverage).toEqual(weak.coverage)
  for (const r of run.results) expect(run.tool.driver.rules[r.ruleIndex].id).toBe(r.ruleId)
})
