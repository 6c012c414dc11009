/** Screens of many captures and of keys, as somebody last looked at them: at three widths, in colour and without. */
import { existsSync, readdirSync } from "node:fs"
import { relative, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { triageCapture } from "../../src/node/triage-capture.ts"
import { analyze } from "../../src/pipeline.ts"
import { derivationsOf } from "../../src/render/derivations.ts"
import { renderKeys } from "../../src/render/keys-text.ts"
import { overviewLines } from "../../src/render/overview.ts"
import { penFor } from "../../src/render/pen.ts"
import { themeOf } from "../../src/render/theme.ts"
import { triageText } from "../../src/render/triage-text.ts"
import { worstCapturesFirst } from "../../src/report/triage.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { analyzeCapture, fixtureCapture, fixtureSecrets } from "../helpers/capture-edit.ts"
import { expectGolden } from "./golden.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
const paths = readdirSync(FIXTURES)
  .map(name => resolve(FIXTURES, name, "capture.pcap"))
  .filter(path => existsSync(path))
const named = (path: string): string => relative(FIXTURES, path)

const { report } = await analyze(
  { rereadable: true, read: handler => readCaptures(paths, handler) },
  { provider: nodeProvider },
)
for (const capture of report.captures) capture.path = named(capture.path)
const lines = await Promise.all(paths.map(async p => ({ ...(await triageCapture(p, NO_SECRETS)), path: named(p) })))
const secrets = fixtureSecrets("v2-nat")
const derivations = derivationsOf(await analyzeCapture(fixtureCapture("v2-nat"), secrets), secrets)

describe.each([80, 120, 200])("at %i columns", width => {
  const both = [
    ["", penFor({ width })],
    ["-colour", penFor({ width, theme: themeOf(1) })],
  ] as const

  it.each(both)("the overview of all fixtures merged%s", (colour, pen) => {
    expect(report.ike_sas.length).toBeGreaterThan(20)
    expectGolden(`report/merged-${width}${colour}.txt`, overviewLines(report, pen).join("\n"))
  })

  it.each(both)("triage of the fixtures%s", (colour, pen) => {
    expectGolden(`triage/fixtures-${width}${colour}.txt`, triageText(worstCapturesFirst(lines), pen, true))
  })

  it.each(both)("keys of a rekeyed tunnel%s", (colour, pen) => {
    expectGolden(`keys/v2-nat-${width}${colour}.txt`, renderKeys(derivations, pen))
  })
})
