/** The first ten frames of a fixture, classic pcap. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DATA } from "../esp-data.mjs"

/** Writes them to bench/data; the path. */
export function tenFrames() {
  const capture = readFileSync(join(import.meta.dirname, "../../fixtures/v2-psk-modp2048/capture.pcap"))
  let end = 24
  for (let n = 0; n < 10; n++) end += 16 + capture.readUInt32LE(end + 8)
  mkdirSync(DATA, { recursive: true })
  const path = join(DATA, "ten-frames.pcap")
  writeFileSync(path, capture.subarray(0, end))
  return path
}
