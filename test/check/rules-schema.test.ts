/** `schemas/rules.schema.json` is what the validator goes by, and both judge files alike. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { RulesError } from "../../src/check/rules.ts"
import { RULES_SCHEMA } from "../../src/check/rules-schema.ts"
import { Source } from "../../src/check/source.ts"
import { validateSource } from "../../src/check/validate.ts"

const published = resolve(import.meta.dirname, "../../schemas/rules.schema.json")
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(RULES_SCHEMA)

const filesIn = (folder: string): string[] =>
  readdirSync(resolve(import.meta.dirname, folder))
    .filter(f => f.endsWith(".yaml"))
    .map(f => resolve(import.meta.dirname, folder, f))

const isValid = (text: string): boolean => {
  try {
    validateSource(new Source("rules.yaml", text))
    return true
  } catch (e) {
    if (e instanceof RulesError) return false
    throw e
  }
}

const rule = (members: string) => `{ikedump_rules: 1, rules: [{name: a, ${members}}]}`

const VALID = [
  "{ikedump_rules: 1}",
  rule("for: check, none: 'true'"),
  rule("for: check, count: 0"),
  rule("for: check, count: {max: 3}"),
  rule("severity: warning, order: [{for: message}, {for: exchange, at: end}]"),
  rule("within: {from: {for: message}, to: {for: message}, max: 1h30m, min: 1.5ms}"),
  "{ikedump_rules: 1, vars: {a: 1, b: [x, y], c: true, d: 1.5}, include: [other.yaml], description: x}",
]

const INVALID = [
  "[]",
  "{}",
  "{ikedump_rules: 2}",
  "{ikedump_rules: 1, rule: []}",
  "{ikedump_rules: 1, rules: {}}",
  "{ikedump_rules: 1, include: other.yaml}",
  "{ikedump_rules: 1, vars: {a: {b: 1}}}",
  "{ikedump_rules: 1, vars: {a: null}}",
  "{ikedump_rules: 1, vars: {1a: 1}}",
  rule("for: checks, count: 0"),
  rule("for: check, expect: 1"),
  rule("for: check, expect: ''"),
  rule("for: check, count: -1"),
  rule("for: check, count: 1.5"),
  rule("for: check, count: {}"),
  rule("for: check, count: {least: 1}"),
  rule("order: [{for: message}]"),
  rule("order: [{where: 'true'}, {for: message}]"),
  rule("within: {from: {for: message}, to: {for: message}}"),
  rule("within: {from: {for: message}, to: {for: message}, max: 5}"),
  rule("within: {from: {for: message}, to: {for: message}, max: 5 seconds}"),
  rule("for: check, severity: fatal, count: 0"),
]

describe("rules.schema.json", () => {
  it("is published as it is used", () => {
    const text = `${JSON.stringify(RULES_SCHEMA, null, 2)}\n`
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(published, text)
    expect(readFileSync(published, "utf8")).toBe(text)
  })

  it.each(VALID)("allows %s", text => {
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true)
    expect(isValid(text)).toBe(true)
  })

  it.each(INVALID)("forbids %s", text => {
    expect(validate(parse(text))).toBe(false)
    expect(isValid(text)).toBe(false)
  })

  it.each([...filesIn("lab"), ...filesIn("lab/common"), ...filesIn("../../examples/rules")])("allows %s", path => {
    expect(validate(parse(readFileSync(path, "utf8"))), JSON.stringify(validate.errors)).toBe(true)
  })
})
