/** What is inside ESP and AH, opened in segments: the same packets in the same order as in one reading, under the right keys and under none that fit. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { inflate } from "../../src/node/inflate.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"
import { dhKeysFile, labFile, labScenarios } from "../helpers/lab-secrets.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")

/** Each inner packet as text, then the report. */
async function contentOf(source: Parameters<typeof analyze>[0], secrets: Secrets): Promise<string[]> {
  const packets: string[] = []
  const { report } = await analyze(source, {
    provider: nodeProvider,
    secrets,
    data: {
      createOpener: createNodeEspOpener,
      inflate,
      onInner(p) {
        const parts = [p.frame, p.seconds, p.nanos, p.data.id, p.sa?.id, p.nextHeader, p.notes.join()]
        packets.push(`${parts.join(" ")} ${toHex(p.outer, p.outerStart, p.outerEnd)} ${toHex(p.bytes, p.start, p.end)}`)
      },
    },
  })
  return [...packets, JSON.stringify(report)]
}

async function holds(capture: Uint8Array, secrets: Secrets, seed: number): Promise<{ packets: number; plain: number }> {
  const whole = await contentOf(memorySource(capture), secrets)
  const random = randomOf(seed)
  const cut = cutSource(capture, 7, random)
  expect(await contentOf(cut.source, secrets)).toEqual(whole)
  return { packets: whole.length - 1, plain: cut.reread }
}

const withKeys = readdirSync(FIXTURES).filter(name => {
  const files = name.startsWith("v") ? readdirSync(join(FIXTURES, name)) : []
  return files.includes("keys.json") && files.includes("capture.pcap")
})

describe("content in segments", () => {
  it.each(withKeys)("of %s", async name => {
    const capture = new Uint8Array(readFileSync(join(FIXTURES, name, "capture.pcap")))
    const { secrets } = await loadSecrets([join(FIXTURES, name, "keys.json")])
    await holds(capture, secrets, name.length)
  })

  it("is opened in segments, not plainly, where nothing is in doubt", async () => {
    const capture = new Uint8Array(readFileSync(join(FIXTURES, "v2-psk-modp2048/capture.pcap")))
    const { secrets } = await loadSecrets([join(FIXTURES, "v2-psk-modp2048/keys.json")])
    const { packets, plain } = await holds(capture, secrets, 3)
    expect(packets).toBeGreaterThan(0)
    expect(plain).toBe(0)
  })

  const scenarios = labScenarios().filter(name =>
    /tfc|ipcomp|beet|iptfs|esn|rekey|replay|mobike|transport|ah|null/.test(name),
  )
  it.skipIf(scenarios.length === 0).each(scenarios)("of the lab's %s", async scenario => {
    const capture = new Uint8Array(readFileSync(labFile(scenario, "capture.pcap")))
    for (const wrong of [false, true]) {
      const { secrets } = importSecrets(dhKeysFile(scenario, wrong), { file: "dh" })
      await holds(capture, secrets, scenario.length)
    }
  })
})
