/** `triage` without keys over the lab's captures, one line each, held against what really happened. */
import { describe, expect, it } from "vitest"
import { triageCapture } from "../../../src/node/triage-capture.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import { labFile, labScenarios, labTruth } from "../../helpers/lab-secrets.ts"

const cases = labScenarios().flatMap(scenario =>
  (labTruth(scenario).verdicts ?? [])
    .filter(v => v.keys === "none")
    .map(v => [scenario, v.capture, v.outcome, v.causes] as const),
)

describe.skipIf(cases.length === 0)("the lab", () => {
  it.each(cases)("%s, %s", async (scenario, capture, outcome, causes) => {
    const line = await triageCapture(labFile(scenario, capture), NO_SECRETS)
    expect(line.error).toBeNull()
    if (outcome) expect(outcome).toContain(line.outcome)
    if (causes?.length) expect(causes).toContain(line.cause)
    expect(line.certainty).not.toBe("proven")
  })
})
