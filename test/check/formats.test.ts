/** The outcome in each format, held against what the formats' schemas demand. */
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { loadRules } from "../../src/check/load.ts"
import type { Outcome } from "../../src/check/outcome.ts"
import { runRules } from "../../src/check/run.ts"
import { KINDS, membersOf, TYPES } from "../../src/check/schema.ts"
import { CHECK_FORMATS, type CheckFormat, renderCheck } from "../../src/render/check/index.ts"
import { renderSchema } from "../../src/render/check/schema.ts"
import { expectGolden, sample } from "../render/golden.ts"
import { junitFaults } from "./junit-schema.ts"
import { sarifFaults } from "./sarif-schema.ts"

const report = sample("v2-psk-modp2048")
for (const frame of [1, 2])
  report.ike_sas[0].checks.push({
    id: "nat-detection-source",
    frame,
    time: null,
    status: "skipped",
    reason: "NAT changed the address",
    rfc: "RFC 7296 §2.23",
  })

const FIRST = `ikedump_rules: 1
rules:
  - name: one tunnel comes up
    for: ike_sa
    where: version == "2.0"
    count: 1
  - name: key exchange is strong enough
    description: 2048 bits are not enough.
    reference: RFC 8247 §2.4
    for: ike_sa
    expect: suite.ke[0] in ["X25519", "ECP-384"]
  - name: "messages are few & small <#1>"
    for: message
    none: frame > 2
  - name: nothing is skipped
    severity: warning
    for: check
    none: status == "skipped"
`
const SECOND = `ikedump_rules: 1
rules:
  - name: key exchange is strong enough
    within: { from: { for: exchange }, to: { for: esp_sa }, max: 1ms }
  - name: data comes last
    order: [{ for: esp_sa }, { for: exchange, where: type == "IKE_SA_INIT" }]
`

async function outcome(): Promise<Outcome> {
  const texts: Record<string, string> = { "rules/first.yaml": FIRST, "rules/second one.yaml": SECOND }
  const rules = await loadRules(Object.keys(texts), { read: async file => ({ file, text: texts[file] }) })
  return runRules(rules, report)
}

const rendered = async (format: CheckFormat): Promise<string> =>
  [...renderCheck(await outcome(), report, format, { width: 90, version: "0.1.0" })].join("")

describe("formats", () => {
  it.each(CHECK_FORMATS)("%s", async format => {
    expectGolden(`check/outcome.${format}.txt`, await rendered(format))
  })

  it("text keeps within its width, and knows ASCII", async () => {
    const text = [...renderCheck(await outcome(), report, "text", { width: 80, ascii: true, version: "0" })].join("")
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    expect(Math.max(...text.split("\n").map(l => l.length))).toBeLessThanOrEqual(80)
    expect([...renderCheck(await outcome(), report, "text", { ladder: false, version: "0" })].join("")).not.toContain(
      "time frame",
    )
  })
})

describe("junit", () => {
  it("is what the published schema (junit-10.xsd) allows", async () => {
    expect(junitFaults(await rendered("junit"))).toEqual([])
    expect(
      junitFaults(
        '<testsuites><testsuite name="a" tests="1" failures="0" errors="0"><testcase/></testsuite></testsuites>',
      ),
    ).toEqual(['testcase has no attribute "name"'])
  })
})

describe("sarif", () => {
  it("is what the published schema (SARIF 2.1.0) allows", async () => {
    const log = JSON.parse(await rendered("sarif"))
    expect(sarifFaults(log)).toEqual([])
    log.runs[0].results[0].kind = "bad"
    expect(sarifFaults(log)).not.toEqual([])
  })

  it("gives each rule an id of its own", async () => {
    const { runs } = JSON.parse(await rendered("sarif"))
    const ids = runs[0].tool.driver.rules.map((r: { id: string }) => r.id)
    expect(ids).toEqual([
      "one-tunnel-comes-up",
      "key-exchange-is-strong-enough",
      "messages-are-few-small-1",
      "nothing-is-skipped",
      "key-exchange-is-strong-enough-2",
      "data-comes-last",
    ])
    for (const result of runs[0].results) expect(ids[result.ruleIndex]).toBe(result.ruleId)
  })
})

describe("sarif of odd names", () => {
  it("has no id twice, and each capture once", async () => {
    const names = ["a", "a", "a-2", "A!", "§"]
    const text = `ikedump_rules: 1\nrules:\n${names.map(n => `  - { name: "${n}", for: ike_sa }\n`).join("")}`
    const set = await loadRules(["r.yaml"], { read: async file => ({ file, text }) })
    const twice = { ...report, captures: [report.captures[0], report.captures[0]] }
    const log = JSON.parse([...renderCheck(runRules(set, twice), twice, "sarif", { version: "0.1.0" })].join(""))
    expect(sarifFaults(log)).toEqual([])
    expect(log.runs[0].artifacts).toHaveLength(1)
    const ids = log.runs[0].tool.driver.rules.map((r: { id: string }) => r.id)
    expect(ids).toEqual(["a", "a-2", "a-2-2", "a-3", "rule"])
  })
})

describe("tap", () => {
  it("has YAML diagnostics that a YAML parser reads", async () => {
    const lines = (await rendered("tap")).split("\n")
    expect(lines.slice(0, 2)).toEqual(["TAP version 14", "1..6"])
    const start = lines.indexOf("  ---")
    const block = lines.slice(start + 1, lines.indexOf("  ...")).join("\n")
    expect(parse(block)).toMatchObject({ severity: "fail", at: { file: "rules/first.yaml", line: 7 } })
    expect(lines).toContain("not ok 4 - nothing is skipped # TODO warning")
    expect(lines).toContain("not ok 3 - messages are few & small <\\#1>")
  })
})

describe("github", () => {
  it("escapes what parts properties and lines", async () => {
    const first = (await rendered("github")).split("\n")[0]
    expect(first).toMatch(
      /^::error file=rules\/first\.yaml,line=7,col=5,title=key exchange is strong enough::expected {2}/,
    )
    expect(first).toContain("%0Aseen ")
  })
})

describe("a rules file of a stranger", () => {
  const HOSTILE = "x\\n::error file=a::owned\\r##[error]owned \\u001b[2J\\u202egnp\\u200b"
  const text = `ikedump_rules: 1
rules:
  - name: "${HOSTILE}"
    description: "${HOSTILE}"
    reference: "${HOSTILE}"
    for: ike_sa
    expect: suite.ke[0] == "${HOSTILE}"
  - { name: "passes ${HOSTILE}", for: ike_sa }
`
  const file = "a\n::error ::b.yaml"
  it.each(CHECK_FORMATS)("has no line of its own and no hidden character in %s", async format => {
    const set = await loadRules([file], { read: async f => ({ file: f, text }) })
    const out = [...renderCheck(runRules(set, report), report, format, { version: "0.1.0" })].join("")
    const lines = out.split(/[\n\r\u2028\u2029]/)
    const commands = lines.filter(l => /^\s*(::|##\[)/.test(l))
    expect(commands.filter(l => format !== "github" || !l.startsWith("::error file=a\\n%3A%3Aerror"))).toEqual([])
    expect(commands).toHaveLength(format === "github" ? 1 : 0)
    expect(out).toContain("owned")
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/)
  })
})

describe("--schema", () => {
  it("prints the table that expressions are compiled with", () => {
    const json = JSON.parse(renderSchema("json"))
    expect(Object.keys(json.types).sort()).toEqual(Object.keys(TYPES).sort())
    expect(json.kinds).toEqual(KINDS)
    expect(json.types.Message.ike_sa).toEqual({
      type: "IkeSa",
      nullable: false,
      derived: true,
      about: expect.any(String),
    })
    expect(renderSchema("text")).toMatch(/^ {2}retransmission_of +int\? +frame of the message that it repeats$/m)
    expect(renderSchema("markdown")).toContain("| `exchange` * | `Exchange` | the exchange it is part of |")
  })

  it("knows every member of the report's schema, but for secrets", async () => {
    const { default: schema } = await import("../../schemas/report.schema.json", { with: { type: "json" } })
    const defs = schema.$defs as unknown as Record<string, { properties?: object }>
    for (const [kind, type] of Object.entries({ ...KINDS, secret: "SecretUse" } as const)) {
      const members = Object.entries(membersOf(type)).filter(([, m]) => !m.derived)
      expect(members.map(([name]) => name).sort(), kind).toEqual(Object.keys(defs[kind].properties ?? {}).sort())
    }
  })
})
