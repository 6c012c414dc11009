/** The JSON Schema of the report. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { safeJson } from "../../src/bytes/safe-json.ts"
import { reportJson, reportNdjson } from "../../src/render/report-json.ts"
import { sample, sampleNames } from "./golden.ts"

const schema = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../schemas/report.schema.json"), "utf8"))
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true })
const validate = ajv.compile(schema)
const validateItem = ajv.compile({ $ref: `${schema.$id}#/$defs/ndjson_item` })

describe("report.schema.json", () => {
  it.each(sampleNames())("%s is valid, as one JSON text and as lines", name => {
    const report = sample(name)
    const text = [...reportJson(report)].join("")
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true)
    expect(text).toBe(`${safeJson(report, 2)}\n`)
    const lines = [...reportNdjson(report)].map(line => JSON.parse(line))
    expect(lines[0]).toEqual({ kind: "report", schema: "ikedump/report/1" })
    for (const line of lines)
      expect(validateItem(line), `${line.kind}: ${JSON.stringify(validateItem.errors)}`).toBe(true)
  })

  it("is one text of many pieces", () => {
    const one = sample("v2-dpd")
    const many = { ...one, ike_sas: Array.from({ length: 130 }, () => one.ike_sas[0]), esp_sas: [], note: undefined }
    expect([...reportJson(many)].join("")).toBe(`${safeJson(many, 2)}\n`)
  })

  it("demands every member and knows all of them", () => {
    const missing = sample("v2-dpd") as unknown as { ike_sas: Record<string, unknown>[] }
    delete missing.ike_sas[0].rekeys
    expect(validate(missing)).toBe(false)
    const extra = { ...sample("v2-dpd"), more: 1 }
    expect(validate(extra)).toBe(false)
    expect(validateItem({ kind: "nothing" })).toBe(false)
  })
})
