/** Each kind of rule: kept by one capture, and seen to fail on one that breaks it. */
import { describe, expect, it } from "vitest"
import { present } from "../../src/bytes/typed.ts"
import type { Expression } from "../../src/check/expression.ts"
import { runRules } from "../../src/check/run.ts"
import type { Report } from "../../src/report/types.ts"
import { sample } from "../render/golden.ts"
import { check, loadText, oneRule } from "./support.ts"

const good = sample("v2-psk-modp2048")
const refused = sample("v2-no-proposal")

/** The only rule's outcome. */
async function outcomeOf(report: Report, ...lines: string[]) {
  return (await check(report, oneRule(...lines))).rules[0]
}

describe("expect", () => {
  const rule = ["for: ike_sa", 'expect: state == "deleted" && suite.encr.startsWith("AES")']

  it("holds for every selected object", async () => {
    const { passed, selected, subjects } = await outcomeOf(good, ...rule)
    expect({ passed, selected }).toEqual({ passed: true, selected: 1 })
    expect(subjects).toEqual([{ kind: "ike_sa", label: "ike/0", frame: 1, ikeSa: "ike/0" }])
  })

  it("fails with the object, its frame and the values that were seen", async () => {
    const { passed, failures } = await outcomeOf(good, "for: ike_sa", 'expect: suite.ke[0] in ["X25519", "ECP-384"]')
    expect(passed).toBe(false)
    expect(failures).toEqual([
      {
        subject: { kind: "ike_sa", label: "ike/0", frame: 1, ikeSa: "ike/0" },
        frame: 2,
        expected: 'suite.ke[0] in ["X25519", "ECP-384"]',
        reason: null,
        seen: [{ path: "suite.ke[0]", value: "MODP-2048" }],
        note: "chosen in frame 2, offered in frame 1 as proposal 1",
      },
    ])
  })

  it("fails where the expression has no value, and says what was null", async () => {
    const { failures } = await outcomeOf(refused, ...rule.slice(0, 1), 'expect: suite.encr.startsWith("AES")')
    expect(failures[0].reason).toMatch(/^has no value: /)
    expect(failures[0].seen).toEqual([{ path: "suite.encr", value: null }])
  })

  it("fails where an index is past the end, and shows the list", async () => {
    const { failures } = await outcomeOf(refused, "for: ike_sa", 'expect: suite.ke[0] == "X25519"')
    expect(failures[0].reason).toBe("has no value: an index is past the end of its list")
    expect(failures[0].seen).toEqual([{ path: "suite.ke", value: [] }])
  })
})

describe("values seen", () => {
  const seenBy = async (expression: string) =>
    (await outcomeOf(good, "for: ike_sa", `expect: ${expression}`)).failures[0].seen

  it("are the items of a list that broke it", async () => {
    expect(await seenBy("exchanges.all(x, x.messages.all(m, m.frame < 91))")).toEqual([
      { path: "exchanges[2].messages[0].frame", value: 91 },
      { path: "exchanges[2].messages[1].frame", value: 92 },
    ])
  })

  it("are the first items where none was found", async () => {
    expect(await seenBy('child_sas.exists(c, c.protocol == "AH")')).toEqual([
      { path: "child_sas[0].protocol", value: "ESP" },
    ])
  })

  it("are the items that were found where none should be", async () => {
    const { failures } = await outcomeOf(good, "for: ike_sa", 'none: child_sas.exists(c, c.mode == "tunnel")')
    expect(failures[0].seen).toEqual([{ path: "child_sas[0].mode", value: "tunnel" }])
    expect(failures[0].expected).toBe('not (child_sas.exists(c, c.mode == "tunnel"))')
  })

  it("are durations and absent objects too", async () => {
    expect(await seenBy('took < duration("1s")')).toEqual([{ path: "took", value: "1.017756s" }])
    const { failures } = await outcomeOf(refused, "for: ike_sa", "expect: has(ids.initiator)")
    expect(failures[0].seen).toEqual([{ path: "ids.initiator", value: null }])
  })
})

describe("none", () => {
  it("holds where no object is so, and fails for each that is", async () => {
    expect((await outcomeOf(good, "for: check", 'none: status == "fail"')).passed).toBe(true)
    const { failures } = await outcomeOf(sample("v2-auth-failed"), "for: check", 'none: status == "fail"')
    expect(failures.map(f => [f.subject?.label, f.frame])).toEqual([["ike/0 auth-initiator", 3]])
    expect(failures[0].seen).toEqual([{ path: "status", value: "fail" }])
  })
})

describe("count", () => {
  it.each([
    ["count: 3", true],
    ["count: 2", false],
    ["count: { min: 3 }", true],
    ["count: { min: 4 }", false],
    ["count: { max: 3 }", true],
    ["count: { max: 2 }", false],
  ])("%s of three exchanges: %s", async (count, passed) => {
    expect((await outcomeOf(good, "for: exchange", count)).passed).toBe(passed)
  })

  it("is at least one where it is not given", async () => {
    const { passed, failures } = await outcomeOf(good, "for: esp_sa", 'where: protocol == "AH"', "expect: packets > 0")
    expect(passed).toBe(false)
    expect(failures[0]).toMatchObject({
      expected: 'at least 1 esp_sa where protocol == "AH"',
      reason: "none in the capture",
    })
    const allowed = ["for: esp_sa", 'where: protocol == "AH"', "expect: packets > 0", "count: { min: 0 }"]
    expect((await outcomeOf(good, ...allowed)).passed).toBe(true)
  })

  it("names the objects that are too many", async () => {
    const { failures } = await outcomeOf(good, "for: message", "where: encrypted", "count: 1")
    expect(failures[0]).toMatchObject({
      frame: 4,
      reason: expect.stringMatching(/^4 in the capture: ike\/0 frame 3, /),
    })
  })
})

describe("where", () => {
  it("fails the rule when it is not known whether an object is meant", async () => {
    const { failures } = await outcomeOf(
      refused,
      "for: ike_sa",
      'where: suite.encr.startsWith("AES")',
      "count: { min: 0 }",
    )
    expect(failures[0].reason).toMatch(/^cannot be told: /)
  })
})

describe("within", () => {
  const setUp = (max: string, more = "") => [
    "within:",
    "  from: { for: message, where: 'exchange.type == \"IKE_SA_INIT\"' }",
    '  to: { for: message, where: \'exchange.type == "IKE_AUTH" && from == "responder"\' }',
    `  max: ${max}`,
    ...(more ? [`  ${more}`] : []),
  ]

  it("holds, and fails with the time it took", async () => {
    expect((await outcomeOf(good, ...setUp("100ms"))).passed).toBe(true)
    const { failures } = await outcomeOf(good, ...setUp("20ms"))
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({ frame: 4, reason: "24.759ms from frame 1 to frame 4" })
  })

  it("has a least time too", async () => {
    expect((await outcomeOf(good, ...setUp("1s", "min: 20ms"))).failures.map(f => f.reason)).toEqual([
      "17.891ms from frame 2 to frame 4",
    ])
  })

  it("fails where nothing follows, and where there is nothing to begin with", async () => {
    expect((await outcomeOf(refused, ...setUp("1s"))).failures.map(f => f.reason)).toEqual([
      expect.stringMatching(/^no message where .* after frame 1$/),
      expect.stringMatching(/^no message where .* after frame 2$/),
    ])
    const nothing = ["within: { from: { for: child_sa }, to: { for: esp_sa }, max: 1s }"]
    expect((await outcomeOf(refused, ...nothing)).failures[0].reason).toBe("no child_sa")
  })

  it("looks inside the objects of its rule", async () => {
    const inside = ["for: exchange", 'where: type == "IKE_AUTH"', ...setUp("1s")]
    const { failures } = await outcomeOf(good, ...inside)
    expect(failures[0]).toMatchObject({
      subject: { label: "ike/0 IKE_AUTH 1" },
      reason: expect.stringMatching(/^no message where/),
    })
  })

  it("counts from the end of what lasts", async () => {
    const rule = (at: string) => [
      `within: { from: { for: exchange, where: type == "IKE_SA_INIT", at: ${at} }, to: { for: exchange, where: type == "IKE_AUTH" }, max: 10ms }`,
    ]
    expect((await outcomeOf(good, ...rule("end"))).passed).toBe(true)
    expect((await outcomeOf(good, ...rule("start"))).passed).toBe(false)
  })
})

describe("order", () => {
  const steps = (...types: string[]) => ["order:", ...types.map(t => `  - { for: exchange, where: type == "${t}" }`)]

  it("holds, and fails naming the step that is missing", async () => {
    expect((await outcomeOf(good, ...steps("IKE_SA_INIT", "IKE_AUTH", "INFORMATIONAL"))).passed).toBe(true)
    const { failures } = await outcomeOf(good, ...steps("IKE_AUTH", "IKE_SA_INIT"))
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({
      frame: 3,
      reason: 'step 2 is missing: no exchange where type == "IKE_SA_INIT" after frame 3; the last one is in frame 1',
    })
  })

  it("fails at its first step, and takes no object twice", async () => {
    expect((await outcomeOf(good, ...steps("CREATE_CHILD_SA", "IKE_AUTH"))).failures[0].reason).toMatch(
      /^step 1 is missing/,
    )
    expect((await outcomeOf(good, ...steps("IKE_AUTH", "IKE_AUTH"))).passed).toBe(false)
  })

  it("is held within each object of its rule", async () => {
    const cookie = sample("v2-cookie")
    const rule = ["for: ike_sa", ...steps("IKE_SA_INIT", "IKE_AUTH")]
    expect((await outcomeOf(cookie, ...rule)).failures.map(f => f.subject?.ikeSa)).toEqual(["ike/0", "ike/1", "ike/2"])
  })
})

describe("severity", () => {
  it("of a warning does not fail the run", async () => {
    const outcome = await check(good, oneRule("for: ike_sa", "severity: warning", 'expect: state == "failed"'))
    expect(outcome).toMatchObject({ failed: 0, warned: 1 })
    expect(outcome.rules[0].passed).toBe(false)
  })
})

describe("parents and the whole report", () => {
  it.each([
    ["message", 'exchange.ike_sa.id == "ike/0" && ike_sa.exchanges.size() == 3'],
    ["exchange", 'ike_sa.version == "2.0" && took < duration("1s")'],
    ["child_sa", 'ike_sa.id == "ike/0"'],
    ["esp_sa", 'child.ike_sa.id == "ike/0" && child_sa == child.id && ike_sa.state == "deleted" && bytes > packets'],
    ["check", "ike_sa.checks.exists(c, c.id == id)"],
    ["diagnostic", 'ike_sa == null || ike_sa.id == "ike/0"'],
    ["capture", "report.counts.isakmp == 6 && bytes > frames && complete"],
    ["ike_sa", "ike_sa.id == id && report.ike_sas.size() == 1 && [spi_i, spi_i].distinct().size() == 1"],
  ])("%s", async (kind, expression) => {
    expect((await outcomeOf(good, `for: ${kind}`, `expect: ${expression}`)).failures).toEqual([])
  })
})

describe("vars", () => {
  const text = `ikedump_rules: 1
vars: { groups: [X25519], most: 3, share: 0.5, strict: true, name: "ike/0" }
rules:
  - name: a
    for: ike_sa
    expect: suite.ke.all(k, k in groups)
  - name: b
    for: ike_sa
    expect: strict && id == name && exchanges.size() <= most && share < 1.0
`

  it("are constants of every expression, and can be set from outside", async () => {
    expect((await check(good, text)).rules.map(r => r.passed)).toEqual([false, true])
    expect((await check(good, text, { groups: "X25519, MODP-2048", most: "2" })).rules.map(r => r.passed)).toEqual([
      true,
      false,
    ])
  })
})

describe("thousands of failures", () => {
  it("are counted, and looked into only where they are shown", async () => {
    const [sa] = good.ike_sas
    const checks = Array.from({ length: 5000 }, () => sa.checks[0])
    const { rules, files } = await loadText(oneRule("for: check", 'expect: status == "skipped"'))
    let looks = 0
    const counting: Expression = {
      ...present(rules[0].expect),
      seen: () => {
        looks++
        return []
      },
    }
    const [outcome] = runRules(
      { rules: [{ ...rules[0], expect: counting }], files },
      { ...good, ike_sas: [{ ...sa, checks }] },
    ).rules
    expect(outcome).toMatchObject({ passed: false, selected: 5000, moreFailures: 4980 })
    expect(outcome.failures).toHaveLength(20)
    expect(looks).toBe(20)
  })
})
