/** Malformed rules files: each names the line and column, and what was meant. Hostile ones end soon. */
import { describe, expect, it } from "vitest"
import { runRules } from "../../src/check/run.ts"
import { TimeLimitError, withTimeLimit } from "../../src/node/time-limit.ts"
import { sample } from "../render/golden.ts"
import { check, faultOf, loadText, oneRule } from "./support.ts"

/** `line:column`, the fault and the first hint. */
async function faultIn(text: string, others: Record<string, string> = {}): Promise<[string, string, string?]> {
  const { place, fault, hints } = await faultOf(text, others)
  return [`${place.line}:${place.column}`, fault, ...hints.slice(0, 1)] as [string, string, string?]
}

const ofIkeSa = (expression: string) => oneRule("for: ike_sa", `expect: ${expression}`)

describe("expressions", () => {
  it.each([
    ['stat == "established"', "5:13", 'unknown name "stat"', 'did you mean "state"?'],
    ['state == "x" && suite.encrr == "x"', "5:35", 'IkeSuite has no member "encrr"', 'did you mean "encr"?'],
    ['ids.initiator.valu == "x"', "5:27", 'Identity has no member "valu"', 'did you mean "value"?'],
    ["has(suite.encrr)", "5:23", 'IkeSuite has no member "encrr"', 'did you mean "encr"?'],
    ['checks.all(c, c.statsu == "pass")', "5:29", 'Check has no member "statsu"', 'did you mean "status"?'],
    [
      "exchanges.exists(x, x.messages.all(m, m.payload.size() > 0))",
      "5:53",
      'Message has no member "payload"',
      'did you mean "payloads"?',
    ],
    [
      'exchanges[0].messages.exists(m, m.payload == "SA")',
      "5:47",
      'Message has no member "payload"',
      'did you mean "payloads"?',
    ],
    ["report.count.esp > 0", "5:20", 'Report has no member "count"', 'did you mean "counts"?'],
    ['type == "IKE_AUTH"', "5:13", 'unknown name "type"', undefined],
    ["suite.encr == 5", "5:13", "no such overload: string == int", undefined],
    ["state", "5:13", "a condition is needed, and this is of type string", undefined],
    ["foo(1)", "5:13", "found no matching overload for 'foo(int)'", undefined],
    ["state.startsWth(id)", "5:13", "found no matching overload for 'string.startsWth(string)'", undefined],
    ["state ==", "5:21", "Unexpected token: EOF", undefined],
  ])("%s", async (expression, place, fault, hint) => {
    expect(await faultIn(ofIkeSa(expression))).toEqual([place, fault, ...(hint ? [hint] : [])])
  })

  it("are found in quoted and folded texts", async () => {
    expect((await faultIn(ofIkeSa(`'"x" in suite.ke && stat == "x"'`)))[0]).toBe("5:33")
    expect((await faultIn(ofIkeSa('"\\"x\\" in suite.ke && stat == id"')))[0]).toBe("5:35")
    const folded = oneRule("for: ike_sa", "expect: >-", '  state == "x" &&', '  suite.encrr == "y"')
    expect((await faultIn(folded))[0]).toBe("7:13")
    const literal = oneRule("for: ike_sa", "expect: |", "  state ==", "    stat")
    expect((await faultIn(literal))[0]).toBe("7:9")
  })

  it("are checked in every part of a rule", async () => {
    expect((await faultIn(oneRule("for: check", "where: stat == id", "count: 0")))[0]).toBe("5:12")
    expect((await faultIn(oneRule("for: check", "none: stat == id")))[0]).toBe("5:11")
    expect((await faultIn(oneRule("order:", "  - { for: check }", "  - { for: message, where: fram == 1 }")))[0]).toBe(
      "6:32",
    )
    const within = "within: { from: { for: check }, to: { for: message, where: fram == 1 }, max: 1s }"
    expect((await faultIn(oneRule(within)))[0]).toBe("4:64")
  })

  it("cannot name secrets", async () => {
    expect((await faultIn(ofIkeSa("keys.epochs.all(e, e.values.size() == 0)")))[1]).toBe(
      'KeyEpoch has no member "values"',
    )
    expect((await faultIn(oneRule("for: child_sa", "expect: keys.values.size() == 0")))[1]).toBe(
      'ChildKeys has no member "values"',
    )
  })
})

describe("structure", () => {
  it.each([
    ["", "1:1", "an empty rules file"],
    ["ikedump_rules: 2", "1:16", "ikedump_rules must be 1"],
    ["rules: []", "1:1", 'the file has no "ikedump_rules"'],
    ["ikedump_rules: 1\nrule: []", "2:1", 'unknown member "rule"', 'did you mean "rules"?'],
    ["ikedump_rules: 1\nrules: 5", "2:8", "rules must be a list, not 5"],
    ["ikedump_rules: 1", "1:1", "no rule in it"],
    [oneRule("for: ike_sas", "count: 0"), "4:10", 'for may not be "ike_sas"', 'did you mean "ike_sa"?'],
    [oneRule("for: ike_sa", "expects: state"), "5:5", 'unknown member "expects"', 'did you mean "expect"?'],
    [oneRule("for: ike_sa", "count: { min: 3, max: 2 }"), "5:5", "count: min 3 is more than max 2"],
    [oneRule("for: ike_sa", "count: many"), "5:12", 'count must be a whole number or a mapping, not "many"'],
    [oneRule("expect: state"), "3:5", 'the rule has no "for": it selects nothing'],
    [oneRule("for: message", "order: [{ for: check }, { for: check }]"), "5:20", "a message holds no check"],
    [oneRule("within: { from: { for: check }, to: { for: check }, max: soon }"), "4:62", 'max may not be "soon"'],
    ["ikedump_rules: 1\nvars: { state: 1 }", "2:9", 'variable "state" has the name of a member of ike_sa'],
    ["ikedump_rules: 1\nvars: { in: 1 }", "2:9", 'variable "in" has the name of a word of CEL'],
    ["ikedump_rules: 1\nvars: { a: [1, x] }", "2:12", "the items of a are of several types: int, string"],
    [
      "ikedump_rules: 1\nrules: [",
      "2:9",
      "Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["ikedump_rules: 1\nikedump_rules: 1", "2:1", "Map keys must be unique"],
    ["a: &x 1\nb: *x", "2:4", "aliases are not used in rules files"],
    [
      '{"ikedump_rules": 1,\n "rules": [{"name": "a", "for": "check", "count": "0"}]}',
      "2:51",
      'count must be a whole number or a mapping, not "0"',
    ],
  ])("%j", async (text, place, fault, hint?: string) => {
    const [at, what, suggestion] = await faultIn(text)
    expect([at, what]).toEqual([place, fault])
    if (hint) expect(suggestion).toBe(hint)
  })
})

describe("includes", () => {
  const including = (path: string) => `ikedump_rules: 1\ninclude: [${path}]\n`
  const rules =
    "ikedump_rules: 1\nvars: { most: 1 }\nrules: [{ name: a, for: ike_sa, expect: exchanges.size() <= most }]\n"

  it("come first, each file once, and their variables can be set again", async () => {
    const others = { "a.yaml": `${including("b.yaml")}vars: { most: 2 }\n`, "b.yaml": rules }
    const set = await loadText(`ikedump_rules: 1\ninclude: [a.yaml, b.yaml]\nvars: { most: 3 }\n`, others)
    expect(set.files).toEqual(["b.yaml", "a.yaml", "rules.yaml"])
    expect(set.rules.map(r => r.name)).toEqual(["a"])
  })

  it("may not go in circles, nor name what is not there", async () => {
    const circle = { "a.yaml": including("b.yaml"), "b.yaml": including("a.yaml") }
    const fault = await faultOf(including("a.yaml"), circle)
    expect(fault.message).toBe("b.yaml:2:11: rules files include one another: rules.yaml → a.yaml → b.yaml → a.yaml")
    expect(await faultIn(including("none.yaml"))).toEqual(["2:11", "cannot read none.yaml: no such file"])
    expect((await faultOf(including("a.yaml"), { "a.yaml": ofIkeSa("stat") })).place).toEqual({
      file: "a.yaml",
      line: 5,
      column: 13,
    })
  })

  it("end, however long the chain is", async () => {
    const chain = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.yaml`, including(`${i + 1}.yaml`)]))
    expect((await faultIn(including("0.yaml"), chain))[1]).toBe("more than 64 rules files")
  })
})

describe("variables from outside", () => {
  it("must be declared, and of the declared type", async () => {
    const text = "ikedump_rules: 1\nvars: { most: 1 }\nrules: [{ name: a, for: ike_sa }]\n"
    await expect(loadText(text, {}, { least: "1" })).rejects.toThrow("--var least:1:1: no rules file has this variable")
    await expect(loadText(text, {}, { most: "x" })).rejects.toThrow('--var most:1:1: "x" is no int')
  })
})

describe("hostile files", () => {
  it.each([
    ["deep parentheses", ofIkeSa(`${"(".repeat(3000)}true${")".repeat(3000)}`)],
    ["deep negation", ofIkeSa(`'${"!".repeat(9000)}true'`)],
    ["many terms", ofIkeSa(`(1${"+1".repeat(4500)}) > 0`)],
    ["a long expression", ofIkeSa(`id == "${"x".repeat(20_000)}"`)],
    ["a deep list", `ikedump_rules: 1\nvars: { a: ${"[".repeat(5000)}${"]".repeat(5000)} }`],
    ["a deep mapping", `ikedump_rules: 1\nvars: ${"{ a: ".repeat(3000)}1${" }".repeat(3000)}`],
    [
      "aliases of aliases",
      `a: &a [x]\n${"bcdefgh".replace(/./g, (c, i) => `${c}: &${c} [*${"abcdefgh"[i]}, *${"abcdefgh"[i]}]\n`)}`,
    ],
    ["a large file", `ikedump_rules: 1\n# ${"x".repeat(2 << 20)}`],
    ["members of the prototype", ofIkeSa("suite.__proto__ == id")],
    ["a constructor", ofIkeSa('suite.constructor.constructor("return 1")() == 1')],
    ["a prototype among the names", "ikedump_rules: 1\n__proto__: 1"],
  ])("%s", async (_, text) => {
    const fault = await faultOf(text)
    expect(fault.place.line).toBeGreaterThan(0)
    expect(fault.fault.length).toBeLessThan(300)
  })

  it("loops within loops and slow patterns are stopped", async () => {
    const loops = ofIkeSa("xs.all(a, xs.all(b, xs.all(c, xs.all(d, a + b + c + d > 0))))")
    const set = await loadText(loops.replace("rules:\n", `vars: { xs: [${Array(400).fill(1)}] }\nrules:\n`))
    const guard = <T>(_: unknown, work: () => T): T => withTimeLimit(100, work)
    expect(() => runRules(set, sample("v2-dpd"), { guard })).toThrow(TimeLimitError)
    const slow = await loadText(oneRule("for: ike_sa", `expect: '"${"a".repeat(40)}!".matches("(a+)+$")'`))
    expect(() => runRules(slow, sample("v2-dpd"), { guard })).toThrow(TimeLimitError)
  })

  it("a pattern that is none fails the rule", async () => {
    const outcome = await check(sample("v2-dpd"), oneRule("for: ike_sa", `expect: 'id.matches("(")'`))
    expect(outcome.rules[0].failures[0].reason).toBe("has no value: Invalid regular expression: (")
  })
})
