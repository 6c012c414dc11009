/** Secrets that come while a capture is read once open what secrets open that were there before; those of another tunnel open nothing. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import type { LiveAnalysis } from "../../src/analyze-options.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { analyze } from "../../src/pipeline.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
const names = readdirSync(FIXTURES).filter(name =>
  ["keys.json", "capture.pcap"].every(f => existsSync(join(FIXTURES, name, f))),
)
const file = (name: string, what: string) => join(FIXTURES, name, what)
const secretsIn = async (name: string) => (await loadSecrets([file(name, "keys.json")])).secrets

/** Frames whose IKE messages opened, inner packets, and checks of the SAs: `late` comes behind packet number `after`. */
async function read(name: string, given: Secrets, late: Secrets | undefined, after: number) {
  const messages: number[] = []
  let inner = 0
  let live: LiveAnalysis | undefined
  const learn = () => late && live?.learn(late)
  const memory = memorySource(readFileSync(file(name, "capture.pcap")))
  const source = {
    rereadable: false,
    async read(handler: Parameters<typeof memory.read>[0]) {
      let packets = 0
      const packet: typeof handler.packet = view => {
        handler.packet(view)
        if (++packets === after) learn()
      }
      const captures = await memory.read({ packet, diagnostic: d => handler.diagnostic(d) })
      if (packets < after) learn()
      return captures
    },
  }
  const { report } = await analyze(source, {
    provider: nodeProvider,
    secrets: given,
    secretsGrow: late !== undefined,
    onLive: begun => {
      live = begun
    },
    onOpened: frame => messages.push(frame),
    data: { onInner: () => inner++ },
  })
  const opened = [...new Set(messages)].sort((a, b) => a - b)
  const checks = report.ike_sas.map(sa => sa.checks.map(c => `${c.id} ${c.status}`).sort())
  const children = report.ike_sas.map(sa => sa.child_sas.map(c => c.spi_i))
  return { opened, inner, checks, children }
}

describe("secrets that come late", () => {
  it.each(names)("open of %s what secrets open that were there", async name => {
    const secrets = await secretsIn(name)
    const before = await read(name, secrets, undefined, 0)
    expect(before.opened.length + before.inner).toBeGreaterThan(0)
    for (const after of [3, Number.POSITIVE_INFINITY])
      expect([after, await read(name, NO_SECRETS, secrets, after)]).toEqual([after, before])
  })

  it("open nothing when they are another tunnel's, and those that follow open all", async () => {
    const wrong = await secretsIn("v2-auth-failed")
    const none = await read("v2-psk-modp2048", NO_SECRETS, wrong, 2)
    expect([none.opened, none.inner]).toEqual([[], 0])
    const right = await secretsIn("v2-psk-modp2048")
    const then = await read("v2-psk-modp2048", wrong, right, 80)
    expect(then.inner).toBe(86)
  })
})
