/** docs/rules.md: its schema is the one that is used, and its examples are rules files that load. */
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { renderSchema } from "../../src/render/check/schema.ts"
import { loadText } from "./support.ts"

const path = resolve(import.meta.dirname, "../../docs/rules.md")
const between = /(<!-- schema -->\n)[\s\S]*(<!-- \/schema -->)/

describe("docs/rules.md", () => {
  it("prints the schema of expressions", () => {
    const text = readFileSync(path, "utf8")
    const fresh = text.replace(between, (_, open, close) => `${open}\n${renderSchema("markdown")}\n${close}`)
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, fresh)
    expect(readFileSync(path, "utf8")).toBe(fresh)
  })

  it("has examples that load", async () => {
    const blocks = [...readFileSync(path, "utf8").matchAll(/```yaml\n([\s\S]*?)```/g)].map(m => m[1])
    const whole = blocks.filter(b => b.includes("rules:\n"))
    const rules = blocks.filter(b => b.startsWith("  - name"))
    expect([whole.length, rules.length]).toEqual([1, 3])
    for (const text of [...whole, `ikedump_rules: 1\nrules:\n${rules.join("\n")}`])
      expect((await loadText(text)).rules.length).toBeGreaterThan(0)
  })
})
