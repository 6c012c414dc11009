/** Every ESP and AH packet of the lab opens with the daemons' keys, and holds what went into the tunnel. */

import { existsSync } from "node:fs"
import { inflateRawSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { behindOuterHeader } from "../../src/ipsec/outer-header.ts"
import type { DataSaKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { DataPlane } from "../../src/open/data-plane.ts"
import { DataSaTable } from "../../src/open/data-table.ts"
import type { InnerPacket } from "../../src/open/opened-packet.ts"
import { innerPayloads, LAB, labNames, readTruth, transportHex, truthTable } from "./lab.ts"

const inflate = (data: Uint8Array, maxOutputLength: number) => {
  try {
    return inflateRawSync(data, { maxOutputLength })
  } catch {
    return undefined
  }
}

async function run(dir: string, table: DataSaKeys[], fast: boolean) {
  const inner: string[] = []
  const onInner = (p: InnerPacket) => {
    if (p.nextHeader === 4 || p.nextHeader === 41) inner.push(transportHex(p.bytes, p.start, p.end))
    else {
      const packet = behindOuterHeader(
        p.outer.subarray(p.outerStart, p.outerEnd),
        p.nextHeader,
        p.bytes.subarray(p.start, p.end),
      )!
      inner.push(transportHex(packet, 0, packet.length))
    }
  }
  const createOpener = fast ? createNodeEspOpener : undefined
  const plane = new DataPlane({ provider: nodeProvider, table: new DataSaTable(table), createOpener, onInner, inflate })
  await readCaptures([`${dir}/capture.pcap`], { packet: view => plane.packet(view), diagnostic: () => {} })
  return { results: plane.finish(), inner }
}

const sum = <K extends string>(list: readonly Record<K, number>[], member: K) =>
  list.reduce((total, item) => total + item[member], 0)

describe.skipIf(labNames().length === 0)("the lab", () => {
  it("has data SAs", () => {
    expect(labNames().some(name => readTruth(`${LAB}/${name}`).esp?.length)).toBe(true)
  })
})

describe.each(labNames().filter(name => readTruth(`${LAB}/${name}`).esp?.length))("lab %s", name => {
  const dir = `${LAB}/${name}`
  const truth = readTruth(dir)
  const table = truthTable(truth)

  it.each([true, false])("opens every packet (fast kernels: %s)", async fast => {
    const { results, inner } = await run(dir, table, fast)
    const packets = (truth.packets.esp ?? 0) + (truth.packets.ah ?? 0)
    expect(sum(results, "packets")).toBe(packets)
    expect(sum(results, "opened")).toBe(packets)
    expect(sum(results, "icvOk")).toBe(packets)
    expect(sum(results, "icvFailed") + sum(results, "paddingFaults") + sum(results, "ivReused")).toBe(0)
    expect(inner.length).toBe(packets - sum(results, "dummies"))
    if (!existsSync(`${dir}/inner.pcap`)) return
    const plain = await innerPayloads(`${dir}/inner.pcap`)
    expect(inner.filter(hex => !plain.has(hex))).toEqual([])
  })

  it("opens nothing with wrong keys", async () => {
    const flip = (key: Uint8Array) => key.map((b, i) => (i === 0 ? b ^ 0x80 : b))
    const wrong = table.map(sa => ({
      ...sa,
      keys: { ...sa.keys, key: flip(sa.keys.key), integKey: flip(sa.keys.integKey) },
    }))
    const { results, inner } = await run(dir, wrong, true)
    expect(sum(results, "opened")).toBe(0)
    expect(inner).toEqual([])
  })
})
