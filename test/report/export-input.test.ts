/** What is exported opens again what was open, in every lab scenario. */
import { describe, expect, it } from "vitest"
import { exportInput } from "../../src/report/export-input.ts"
import { EXPORTERS } from "../../src/secrets/export/export.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { analyzedLab, analyzeLab, dhSecrets, labFile, labScenarios, opened } from "../helpers/lab-secrets.ts"

const scenarios = labScenarios()

describe.skipIf(scenarios.length === 0)("an export alone opens the same", () => {
  it.each(scenarios)("%s", async scenario => {
    const secrets = dhSecrets(scenario)
    const capture = [labFile(scenario, "capture.pcap")]
    const first = await analyzedLab(scenario)
    const { input, skipped } = exportInput(first, secrets)
    expect(skipped).toEqual([])
    for (const format of ["ikedump", "keylog"] as const) {
      const [{ text }] = EXPORTERS[format](input).files
      const { secrets: again, notes } = importSecrets(text, { file: format })
      expect(notes, format).toEqual([])
      const second = await analyzeLab(capture, again)
      expect(opened(second), format).toEqual(opened(first))
      const fails = second.report.ike_sas.flatMap(sa => sa.checks.filter(c => c.status === "fail").map(c => c.id))
      expect(fails, format).toEqual(
        first.report.ike_sas.flatMap(sa => sa.checks.filter(c => c.status === "fail").map(c => c.id)),
      )
      // Derived keys alone, without the secrets that they came from.
      const keys = { ...NO_SECRETS, ikeSas: again.ikeSas, childSas: again.childSas }
      expect(opened(await analyzeLab(capture, keys)), `${format}, keys alone`).toEqual(opened(first))
    }
  })
})
