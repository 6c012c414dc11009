/** Captures whose packets were bent, dropped, doubled and swapped go through the whole pipeline, with keys and without, and never throw. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { mutate, random } from "../helpers/mutations.ts"

const RUNS = Number(process.env.IKEDUMP_CAPTURE_MUTATIONS ?? 40)
const fixtures = join(import.meta.dirname, "../../fixtures")
const GLOBAL_HEADER = 24
const RECORD_HEADER = 16
/** Ethernet, IPv4 and UDP headers stay as they are, so that the packet still reaches the decoders. */
const HEADERS = 42

/** Records of a classic little-endian pcap. */
function records(capture: Uint8Array): Uint8Array[] {
  const view = new DataView(capture.buffer, capture.byteOffset)
  const out: Uint8Array[] = []
  for (let at = GLOBAL_HEADER; at + RECORD_HEADER <= capture.length; ) {
    const end = at + RECORD_HEADER + view.getUint32(at + 8, true)
    out.push(capture.slice(at, end))
    at = end
  }
  return out
}

function bend(capture: Uint8Array, next: () => number): Uint8Array {
  const below = (n: number) => Math.floor(next() * n)
  const list = records(capture).filter(() => next() > 0.02)
  for (let n = 1 + below(6); n > 0; n--) {
    const i = below(list.length)
    const r = list[i]
    const change = next()
    if (change < 0.2) list.splice(below(list.length), 0, r)
    else if (change < 0.4) list.push(...list.splice(i, 1))
    else if (r.length > RECORD_HEADER + HEADERS) {
      const head = r.slice(0, RECORD_HEADER + HEADERS)
      const body = mutate(r.subarray(RECORD_HEADER + HEADERS), next).slice(0, 1400)
      const whole = new Uint8Array(head.length + body.length)
      whole.set(head)
      whole.set(body, head.length)
      const view = new DataView(whole.buffer)
      view.setUint32(8, whole.length - RECORD_HEADER, true)
      view.setUint32(12, whole.length - RECORD_HEADER, true)
      view.setUint16(RECORD_HEADER + 16, whole.length - RECORD_HEADER - 14)
      view.setUint16(RECORD_HEADER + 38, whole.length - RECORD_HEADER - 34)
      list[i] = whole
    }
  }
  return Buffer.concat([capture.subarray(0, GLOBAL_HEADER), ...list])
}

describe("bent captures", () => {
  const scenarios = readdirSync(fixtures).filter(
    f => existsSync(join(fixtures, f, "capture.pcap")) && existsSync(join(fixtures, f, "keys.json")),
  )
  it.each(scenarios)("%s", { timeout: 0 }, async scenario => {
    const capture = new Uint8Array(readFileSync(join(fixtures, scenario, "capture.pcap")))
    const { secrets } = importSecrets(readFileSync(join(fixtures, scenario, "keys.json"), "utf8"), {
      file: "keys.json",
    })
    const next = random(11)
    for (let n = 0; n < RUNS; n++) {
      const bent = bend(capture, next)
      const { report } = await analyze(memorySource(bent), {
        provider: nodeProvider,
        secrets: n % 2 ? secrets : undefined,
      })
      expect(report.captures[0].frames).toBeGreaterThan(0)
    }
  })
})
