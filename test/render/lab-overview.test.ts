/** The overview of all captures of the lab merged, without keys, as somebody last looked at it. */
import { describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { analyze } from "../../src/pipeline.ts"
import { overviewLines } from "../../src/render/overview.ts"
import { penFor } from "../../src/render/pen.ts"
import { labFile, labScenarios } from "../helpers/lab-secrets.ts"
import { expectGolden } from "./golden.ts"

const scenarios = labScenarios()
if (scenarios.length === 0) console.warn("skipped: the captures of the lab are not here")

describe.skipIf(scenarios.length === 0)("the lab merged", () => {
  it("is one overview, the worst first", async () => {
    const paths = scenarios.map(name => labFile(name, "capture.pcap"))
    const { report } = await analyze(
      { rereadable: true, read: handler => readCaptures(paths, handler) },
      { provider: nodeProvider },
    )
    for (const [i, capture] of report.captures.entries()) capture.path = scenarios[i]
    expect(report.ike_sas.length).toBeGreaterThan(scenarios.length)
    expectGolden("report/lab-120.txt", overviewLines(report, penFor({ width: 120 })).join("\n"))
  })
})
