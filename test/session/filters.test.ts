/** Filters that columns of the index decide pass the frames that a reading in order passes, in every fixture, with keys and without. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { inflate } from "../../src/node/inflate.ts"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { memoryFile } from "../../src/session/file.ts"
import { openSession, type Session } from "../../src/session/session.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
const captures = readdirSync(FIXTURES)
  .map(folder => `${folder}/capture.pcap`)
  .filter(file => existsSync(join(FIXTURES, file)))

async function passing(session: Session, text: string): Promise<number[]> {
  const frames: number[] = []
  const fault = await session.filter(text, ({ from, until, bits }) => {
    for (let n = from; n < until; n++) if (bits[(n - from) >>> 5] & (1 << ((n - from) & 31))) frames.push(n)
  })
  expect(fault, text).toBeNull()
  return frames
}

it.each(captures)("%s", async capture => {
  const path = join(FIXTURES, capture)
  const keys = join(path, "../keys.json")
  for (const secrets of existsSync(keys) ? [undefined, (await loadSecrets([keys])).secrets] : [undefined]) {
    const session = await openSession([memoryFile("capture", readFileSync(path))], {
      provider: nodeProvider,
      secrets,
      data: { createOpener: createNodeEspOpener, inflate },
    })
    await session.finished
    const lines = await session.lines(Array.from({ length: session.info().frames }, (_, i) => i + 1))
    const addresses = [...new Set(lines.flatMap(l => [l.source, l.destination]))].filter(a => /^\d+(\.\d+){3}$/.test(a))
    const [a = "10.1.0.1", b = a] = addresses
    const filters = [
      `ip.src == ${a}`,
      `!(ip.addr == ${b})`,
      `ip.dst != ${b} || ip.addr == ${a}/24`,
      "ip.src[0:2] == 0a:01",
      "count(ip.addr) > 2",
      "ipv6.src || ip.src == ip.dst",
      "frame.len > 200 && frame.cap_len < 600 && frame.number in {2..60}",
    ]
    for (const filter of filters)
      expect(await passing(session, filter), filter).toEqual(await passing(session, `(${filter}) && frame.protocols`))
  }
})
