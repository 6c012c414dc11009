/** Inner packets written as pcapng, and read again by our reader and by tshark. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { BlockFile } from "../../src/node/block-file.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { InnerWriter } from "../../src/node/inner-writer.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { DataPlane } from "../../src/open/data-plane.ts"
import { DataSaTable } from "../../src/open/data-table.ts"
import { havePrograms } from "../helpers/programs.ts"
import { haveShared, innerPayloads, LAB, readTruth, truthTable } from "../open/lab.ts"

const folder = mkdtempSync(join(tmpdir(), "ikedump-"))
afterAll(() => rmSync(folder, { recursive: true }))
const haveTshark = havePrograms("tshark")

async function decrypt(name: string, ethernet: boolean) {
  const path = join(folder, `${name}-${ethernet}.pcapng`)
  const file = new BlockFile(path)
  const writer = new InnerWriter(block => file.write(block), { ethernet })
  const table = new DataSaTable(truthTable(readTruth(`${LAB}/${name}`)))
  const plane = new DataPlane({
    provider: nodeProvider,
    createOpener: createNodeEspOpener,
    table,
    onInner: p => writer.inner(p),
  })
  await readCaptures([`${LAB}/${name}/capture.pcap`], { packet: view => plane.packet(view), diagnostic: () => {} })
  const results = plane.finish()
  file.close()
  return { path, writer, opened: results.reduce((sum, r) => sum + r.opened, 0) }
}

const NAMES = ["v2-psk-modp2048", "v2-transport", "v2-ipv6-inner", "v2-ipv6-outer", "v2-nat", "v2-ah-sha1"]

describe.skipIf(!haveShared).each(NAMES)("%s", name => {
  it.each([false, true])("is written (ethernet: %s) and read again", async ethernet => {
    const { path, writer, opened } = await decrypt(name, ethernet)
    expect([writer.written, writer.skipped]).toEqual([opened, 0])
    const written = await innerPayloads(path)
    const plain = await innerPayloads(`${LAB}/${name}/inner.pcap`)
    expect([...written.values()].reduce((a, b) => a + b)).toBe(opened)
    for (const [hex, count] of written) expect(plain.get(hex) ?? 0).toBeGreaterThanOrEqual(count)
  })

  it.skipIf(!haveTshark)("has packets that tshark finds whole, with times and comments", async () => {
    const { path, opened } = await decrypt(name, false)
    const fields = ["frame.time_epoch", "frame.comment", "frame.interface_name", "_ws.col.Protocol", "_ws.malformed"]
    const { stdout } = spawnSync(
      "tshark",
      ["-r", path, "-o", "ip.check_checksum:TRUE", "-T", "fields", ...fields.flatMap(f => ["-e", f])],
      { encoding: "utf8" },
    )
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map(line => line.split("\t"))
    expect(rows.length).toBe(opened)
    expect(
      rows.every(r => /^frame \d+, (ESP|AH) SPI 0x[0-9a-f]{8}/.test(r[1]) && r[2].startsWith("child/") && !r[4]),
    ).toBe(true)
    const times = rows.map(r => Number(r[0]))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})
