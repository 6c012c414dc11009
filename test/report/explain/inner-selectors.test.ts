/** Packets inside a tunnel that its traffic selectors do not allow: said of the capture that has them, and of no healthy one. */
import { join, resolve } from "node:path"
import { expect, it } from "vitest"
import { analyzeFiles, loadSecrets } from "../../../src/node/index.ts"

const fixtures = resolve(import.meta.dirname, "../../../fixtures")

async function findings(capture: string, keys: string) {
  const { secrets } = await loadSecrets([join(fixtures, keys)])
  const { report } = await analyzeFiles([join(fixtures, capture)], { secrets })
  return report.diagnostics.filter(d => d.code === "inner-outside-selectors")
}

it("is a warning that names the packets and the selectors", async () => {
  const [finding] = await findings("cases/inner-outside-selectors.pcap", "cases/lab.keylog")
  expect(finding).toMatchObject({ severity: "warning", frame: expect.any(Number), sa: expect.stringMatching(/^esp/) })
  expect(finding.message).toMatch(/outside its traffic selectors .* ⇄ .*\(frames? \d+/)
})

it.each(["v2-psk-modp2048", "v2-nat", "v2-collision", "v2-ipv6-outer", "v1-main-psk", "v1-xauth-psk-cfg"])(
  "%s has none",
  async name => {
    expect(await findings(`${name}/capture.pcap`, `${name}/keys.json`)).toEqual([])
  },
)
