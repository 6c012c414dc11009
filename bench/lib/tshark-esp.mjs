/** tshark with a table of ESP keys. */
import { readFileSync } from "node:fs"

/** tshark with the key table, counting ESP whose ICV holds. */
export function tsharkEsp({ capture, table }) {
  const rows = readFileSync(table, "utf8").trim().split("\n")
  const uats = rows.flatMap(row => ["-o", `uat:esp_sa:${row}`])
  const prefs = ["-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"]
  return ["tshark", ["-r", capture, ...prefs, ...uats, "-q", "-z", "io,stat,0,esp.icv_good==1"]]
}
