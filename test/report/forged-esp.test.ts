/** A packet whose ICV fails says nothing about sequence numbers: a forged one with a far number leaves no gap. RFC 4303 §3.4.3. */
import { join, resolve } from "node:path"
import { expect, it } from "vitest"
import { analyzeFiles, loadSecrets } from "../../src/node/index.ts"

const fixtures = resolve(import.meta.dirname, "../../fixtures")
const capture = join(fixtures, "cases/forged-esp.pcap")

it("does not count with the keys, and is a failed ICV", async () => {
  const { secrets } = await loadSecrets([join(fixtures, "v2-psk-modp2048/keys.json")])
  const { report } = await analyzeFiles([capture], { secrets })
  const { missing, last } = report.esp_sas.reduce(
    (a, sa) => ({ missing: a.missing + sa.sequence.missing, last: Math.max(a.last, sa.sequence.last) }),
    { missing: 0, last: 0 },
  )
  expect(missing).toBeLessThan(1000)
  expect(last).toBeLessThan(1000)
  expect(report.esp_sas.some(sa => sa.icv_failed > 0)).toBe(true)
  expect(report.diagnostics.filter(d => d.code === "esp-sequence-wrap")).toEqual([])
})

it("looks like a genuine one without keys", async () => {
  const { report } = await analyzeFiles([capture], {})
  expect(report.esp_sas.some(sa => sa.sequence.missing > 1000 || sa.sequence.last > 1000)).toBe(true)
})
