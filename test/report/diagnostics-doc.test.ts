/** Every code in the source stands in docs/diagnostics.md, with its severities, and nothing else does. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const doc = readFileSync(join(root, "docs/diagnostics.md"), "utf8")
/** Findings of the audit are in docs/audit.md; a command's own words to standard error are no findings of a report. */
const ELSEWHERE = /^(audit|cli|check|render|filter)\//

const NAME = `"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"`
/** Where a code stands in the source: a member, an argument before its severity, the name of a finding, a row of a table. */
const PLACES = [
  new RegExp(`\\bcode: ${NAME}`, "g"),
  /"([a-z][a-z0-9-]*)",\s*"(?:error|warning|info)"/g,
  new RegExp(`(?:finding|report|#tell|say|counted|dataFinding)\\(\\s*(?:\\w+,\\s*)?${NAME}`, "g"),
  new RegExp(`(?:#fault\\(\\w+|readProblem\\([^,]+), ${NAME}`, "g"),
  new RegExp(`(?:addFinding\\(|\\? |: )\\s*(?:sa,\\s*)?${NAME}(?:,| :|$)`, "g"),
]
const CERTIFICATE = new RegExp(`^ {2}\\| ${NAME}$`, "gm")

function codesInSource(): Set<string> {
  const codes = new Set<string>()
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  for (const file of files.filter(f => f.endsWith(".ts") && !ELSEWHERE.test(f))) {
    const text = readFileSync(join(root, "src", file), "utf8")
    const places = file.startsWith("report/explain/")
      ? PLACES
      : file === "pki/chain.ts"
        ? [CERTIFICATE]
        : PLACES.slice(0, 4)
    for (const place of places) for (const [, code] of text.matchAll(place)) codes.add(code)
    if (/^(fold|track)\//.test(file))
      for (const [, code] of text.matchAll(new RegExp(`addFinding\\(\\s*sa,\\s*${NAME}`, "g"))) codes.add(code)
  }
  for (const code of NO_CODES) codes.delete(code)
  return codes
}

/** What looks like a code at one of the places and is none. */
const NO_CODES = ["half-open"]

const documented = new Set(
  [...doc.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(m => m[1])),
)

describe("docs/diagnostics.md", () => {
  const codes = codesInSource()

  it("finds the codes in the source", () => {
    for (const code of ["no-proposal-chosen", "temporary-failure", "clock-jump", "tcp-gap", "ikev1-psk-mismatch"])
      expect(codes).toContain(code)
  })

  it("explains every code", () => {
    expect([...codes].filter(c => !documented.has(c)).sort()).toEqual([])
  })

  it("explains nothing that does not exist", () => {
    expect([...documented].filter(c => !codes.has(c)).sort()).toEqual([])
  })
})
