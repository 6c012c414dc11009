/** docs/diagnostics.md is what the declared codes say, and every declared code is used. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { DIAGNOSTIC_AREAS, DIAGNOSTIC_CODES } from "../../src/diagnostics/codes.ts"
import { diagnosticsDocument } from "../../src/diagnostics/document.ts"

const root = resolve(import.meta.dirname, "../..")

describe("docs/diagnostics.md", () => {
  it("is what the declared codes say; npm run docs rewrites it", () => {
    expect(readFileSync(join(root, "docs/diagnostics.md"), "utf8").split("\n")).toEqual(
      diagnosticsDocument().split("\n"),
    )
  })
})

describe("codes", () => {
  it("are declared once", () => {
    const all = DIAGNOSTIC_AREAS.flatMap(a => Object.keys(a.codes))
    expect(all.filter((code, i) => all.indexOf(code) !== i)).toEqual([])
    expect(all.sort()).toEqual(Object.keys(DIAGNOSTIC_CODES).sort())
  })

  it("are kebab-case, and say what they mean", () => {
    for (const [code, { severities, means }] of Object.entries(DIAGNOSTIC_CODES)) {
      expect(code).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
      expect(severities.length, code).toBeGreaterThan(0)
      expect(means, code).toMatch(/\.$/)
    }
  })

  it("are all used in the source", () => {
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter(f => f.endsWith(".ts") && !/^(diagnostics|audit)\//.test(f))
      .map(f => readFileSync(join(root, "src", f), "utf8"))
      .join("\n")
    expect(Object.keys(DIAGNOSTIC_CODES).filter(code => !sources.includes(`"${code}"`))).toEqual([])
  })
})
