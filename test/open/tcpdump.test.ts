/** tcpdump's own ESP captures: 3DES with an ICV that the key table does not say how to check. */
import { existsSync } from "node:fs"
import { expect, it } from "vitest"
import { fromHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { decodeInner } from "../../src/ipsec/inner.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { DataPlane } from "../../src/open/data-plane.ts"
import { DataSaTable } from "../../src/open/data-table.ts"
import { SHARED } from "./lab.ts"

const folder = `${SHARED}/captures/peers/tcpdump`
const key = fromHex("4043434545464649494a4a4c4c4f4f515152525454575758")!
const integ = { name: "ANY-96", keyBytes: 0, icvBytes: 12 }

it.skipIf(!existsSync(folder)).each(["02-sunrise-sunset-esp.pcap", "espudp1.pcap"])("%s", async name => {
  const run = async (desKey: Uint8Array) => {
    const info: string[] = []
    const keys = { encr: encrByName("3DES-CBC")!, key: desKey, integ, integKey: new Uint8Array(0), esn: false }
    const table = new DataSaTable([{ id: "a", protocol: "ESP", spi: 0x12345678, keys, origin: "given" }])
    const plane = new DataPlane({
      provider: nodeProvider,
      table,
      onInner: p => info.push(decodeInner({ bytes: p.bytes, label: "clear" }, p.start, p.end, p.nextHeader).info),
    })
    await readCaptures([`${folder}/${name}`], { packet: view => plane.packet(view), diagnostic: () => {} })
    return { result: plane.finish()[0], info }
  }
  const { result, info } = await run(key)
  expect(result).toMatchObject({ opened: result.packets, icvUnchecked: result.packets, icvFailed: 0 })
  expect(info.every(line => line.startsWith("Echo (ping) request id=0x6f00, seq="))).toBe(true)
  expect((await run(key.map(b => b ^ 0x24))).result.opened).toBe(0)
})
