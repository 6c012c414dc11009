/** Wireshark's `ikev1_decryption_table`, which strongSwan's save-keys plugin appends to: `initiator cookie,expanded Ka`. */

import { toHex } from "../../bytes/hex.ts"
import { readHex } from "../hex-repair.ts"
import type { Pool } from "../pool.ts"
import { uatColumns } from "./uat-csv.ts"
import { wiresharkTable } from "./wireshark-table.ts"

/** Anything that looks like a row, repairable or not. */
const ROW = /^\s*"?(?:0x)?[0-9a-fA-F]{8,16}"?\s*,[^,]*$/
/** Wireshark takes no longer key. */
const MAX_KEY_BYTES = 256

export const wiresharkIkev1 = wiresharkTable({ table: "ikev1_decryption_table", row: ROW, read: readRow })

/** Puts one row into the pool, or says what is wrong with it. */
function readRow(pool: Pool, row: string, line: number): string | undefined {
  const columns = uatColumns(row)
  if (columns?.length !== 2) return "a quote is not closed"
  const cookie = readHex(columns[0], { bytes: 8, zeros: 15 })
  if (cookie?.bytes.length !== 8) return "the initiator cookie is not 16 hex digits"
  const key = readHex(columns[1])
  if (!key) return "the key is not hexadecimal"
  if (key.bytes.length === 0 || key.bytes.length > MAX_KEY_BYTES) return `the key has ${key.bytes.length} bytes`
  pool.repairs([...cookie.repairs, ...key.repairs], "ikev1_decryption_table", line)
  pool.ikeSa({ version: "1.0", spiI: toHex(cookie.bytes), values: { encryption_key: key.bytes } }, line)
  return undefined
}
