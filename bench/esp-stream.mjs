/**
 * `node bench/esp-stream.mjs SUITE PACKETS [SAS] [BYTES]`: writes a capture of ESP packets (see esp-data.mjs) to standard output. With many SAs, inner
 * packets of fewer BYTES (default 1400) keep it short.
 */
import { once } from "node:events"
import { records, SUITES } from "./esp-data.mjs"

const [suite, packets, sas = "1", bytes] = process.argv.slice(2)
const CHUNK_BYTES = 1 << 20
let parts = []
let size = 0
async function flush() {
  if (!process.stdout.write(Buffer.concat(parts))) await once(process.stdout, "drain")
  parts = []
  size = 0
}
process.stdout.on("error", () => process.exit(1))
for (const record of records(SUITES[suite], Number(packets), Number(sas), bytes && Number(bytes))) {
  parts.push(record)
  size += record.length
  if (size > CHUNK_BYTES) await flush()
}
await flush()
