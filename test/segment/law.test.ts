/**
 * The law of segments: cut anywhere between two records, scanned and opened in any order, the report is the same bytes as uncut, with keys and
 * without.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import type { AnalyzeOptions } from "../../src/analyze-options.ts"
import { rateBins } from "../../src/batch/tables/rates.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"
import { captureBytes, fileCapture } from "../helpers/capture-edit.ts"
import { dhKeysFile, labFile, labScenarios } from "../helpers/lab-secrets.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")

const fixtures = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter(f => /\.(pcap|pcapng)$/.test(f) && statSync(join(FIXTURES, f)).size < 4 << 20)
  .sort()

function fixtureSecrets(file: string): Secrets | undefined {
  const keys = join(FIXTURES, dirname(file), "keys.json")
  try {
    return importSecrets(readFileSync(keys), { file: keys }).secrets
  } catch {
    return undefined
  }
}

const options = (secrets: Secrets): AnalyzeOptions => ({
  provider: nodeProvider,
  secrets,
  showKeys: true,
  rates: true,
  data: { createOpener: createNodeEspOpener },
})

async function reportOf(source: Parameters<typeof analyze>[0], secrets: Secrets): Promise<string> {
  const { report, dataSas } = await analyze(source, options(secrets))
  return JSON.stringify({ report, rates: [...rateBins(dataSas)] }, null, 1)
}

/** IKEDUMP_CUTS=20 tries each capture so often, for those who change `src/segment`. */
const CUTS = Number(process.env.IKEDUMP_CUTS ?? 1)

/** Compares the uncut report with that of cuts into 1 to 20 segments. */
async function holds(capture: Uint8Array, secrets: Secrets, seed: number): Promise<void> {
  const whole = await reportOf(memorySource(capture), secrets)
  const random = randomOf(seed)
  for (let i = 0; i < CUTS; i++) {
    const n = 1 + Math.floor(random() * 20)
    const { source } = cutSource(capture, n, random)
    expect(await reportOf(source, secrets), `${n} segments`).toBe(whole)
  }
}

const seedOf = (name: string): number => [...name].reduce((n, c) => (Math.imul(n, 31) + c.charCodeAt(0)) | 0, 7)

describe("the law of segments", () => {
  it.each(fixtures)("holds for %s", async file => {
    const capture = new Uint8Array(readFileSync(join(FIXTURES, file)))
    await holds(capture, NO_SECRETS, seedOf(file))
    const secrets = fixtureSecrets(file)
    if (secrets) await holds(capture, secrets, seedOf(file) + 1)
  })

  it.each(["verdict/nat-ok-any.pcap", "verdict/mtu-hole-right.pcap", "v2-collision/capture.pcap"])(
    "holds for %s, whose clock is set now and then",
    async file => {
      const { header, frames } = fileCapture(file)
      const random = randomOf(seedOf(file))
      let set = 0
      const jumping = frames.map(f => {
        if (random() < 0.2) set = Math.floor(random() * 9) - 4
        return { ...f, seconds: f.seconds + set }
      })
      for (const seed of [1, 2, 3]) await holds(captureBytes({ header, frames: jumping }), NO_SECRETS, seed)
    },
  )

  const scenarios = labScenarios()
  it.skipIf(scenarios.length === 0).each(scenarios)("holds for the lab's %s", async scenario => {
    const capture = new Uint8Array(readFileSync(labFile(scenario, "capture.pcap")))
    const { secrets } = importSecrets(dhKeysFile(scenario), { file: "dh" })
    await holds(capture, secrets, seedOf(scenario))
  })
})
