/** A daemon's log alone opens what its DH secrets open, in every lab scenario. */
import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { importSecrets } from "../../src/secrets/import.ts"
import { analyzedLab, analyzeLab, labFile, labScenarios, opened } from "../helpers/lab-secrets.ts"

const scenarios = labScenarios().filter(s => existsSync(labFile(s, "charon-left.log")))

describe.skipIf(scenarios.length === 0)("charon-left.log opens what dh opens", () => {
  it.each(scenarios)("%s", async scenario => {
    const log = importSecrets(readFileSync(labFile(scenario, "charon-left.log")), { file: "log" }).secrets
    const capture = [labFile(scenario, "capture.pcap")]
    const byDh = opened(await analyzedLab(scenario))
    const byLog = opened(await analyzeLab(capture, log))
    // In v1-wrong-psk the sides had different PSKs: the log knows that of its own.
    if (scenario === "v1-wrong-psk") expect(byLog.messages).toBeGreaterThan(byDh.messages)
    else expect(byLog).toEqual(byDh)
  })
})
