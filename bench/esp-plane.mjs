/** `node bench/esp-plane.mjs CAPTURE KEYS [WORKERS]`: reads a capture and opens its ESP through the data plane, nothing else. */
import { readFileSync } from "node:fs"
import { encrByName } from "../dist/crypto/encr.js"
import { integByName } from "../dist/crypto/integ.js"
import { nodeProvider } from "../dist/node/crypto.js"
import { createNodeEspOpener } from "../dist/node/esp-kernels.js"
import { readCaptures } from "../dist/node/read-captures.js"
import { DataPlane } from "../dist/open/data-plane.js"
import { DataSaTable } from "../dist/open/data-table.js"

const [capture, keysFile, workers = "0"] = process.argv.slice(2)
const hex = text => new Uint8Array(Buffer.from(text ?? "", "hex"))
const table = new DataSaTable(
  JSON.parse(readFileSync(keysFile, "utf8")).child_sas.map((c, i) => ({
    id: `child/${i}`,
    protocol: "ESP",
    spi: Number.parseInt(c.spi, 16),
    origin: "given",
    keys: {
      encr: encrByName(c.encr),
      key: hex(c.key),
      integ: c.integ ? integByName(c.integ) : null,
      integKey: hex(c.integ_key),
      esn: false,
    },
  })),
)
let pool
if (workers !== "0") {
  const { DataWorkers } = await import("../dist/node/data-workers.js")
  pool = new DataWorkers(Number(workers))
}
const plane = new DataPlane({
  provider: nodeProvider,
  table,
  createOpener: createNodeEspOpener,
  executor: pool && (states => pool.executor(states)),
})
await readCaptures([capture], { packet: view => plane.packet(view), diagnostic() {} })
const results = plane.finish()
pool?.close()
const total = member => results.reduce((sum, r) => sum + r[member], 0)
console.log(
  JSON.stringify({
    packets: total("packets"),
    opened: total("opened"),
    icvOk: total("icvOk"),
    rss: process.resourceUsage().maxRSS,
  }),
)
