/** AGGFRAG against another implementation: packets of the generator of RFC 9347's author, and what went into them. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { memorySource } from "../../src/index.ts"
import type { PacketView } from "../../src/net/packet-view.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"

const file = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, "../../fixtures/iptfs", name)))

it("packets inside are what went in, in fragments and whole, padded and not", async () => {
  const inner: string[] = []
  const { secrets } = importSecrets(file("keys.json"), { file: "keys.json" })
  const { report } = await analyze(memorySource(file("capture.pcap")), {
    provider: nodeProvider,
    secrets,
    data: { onInner: p => inner.push(toHex(p.bytes, p.start, p.end)) },
  })
  expect(report.esp_sas.map(s => [s.packets, s.icv_ok])).toEqual([
    [6, 6],
    [6, 6],
    [2, 2],
    [12, 12],
  ])
  const went: string[] = []
  const packet = (v: PacketView) => void went.push(toHex(v.frameBytes, v.frameStart, v.frameEnd))
  walkCapture(file("inner.pcap"), { packet, diagnostic() {} }, { all: true })
  expect(inner).toEqual(went)
  expect(went).toHaveLength(37)
})
