/** A capture large enough for threads: the frames of fixtures, round after round, in ascending time. */
import { readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")
const FILE_HEADER = 24
const RECORD_HEADER = 16
const SECONDS_A_ROUND = 3600

/** Writes at least so many bytes of the fixtures' frames, which are classic pcaps of one link type, little-endian. */
export function writeLargeCapture(path: string, fixtures: readonly string[], bytes: number): void {
  const files = fixtures.map(name => readFileSync(join(FIXTURES, name, "capture.pcap")))
  const parts: Buffer[] = [files[0].subarray(0, FILE_HEADER)]
  let written = 0
  for (let round = 0; written < bytes; round++) {
    const file = Buffer.from(files[round % files.length])
    const first = file.readUInt32LE(FILE_HEADER)
    for (let at = FILE_HEADER; at < file.length; at += RECORD_HEADER + file.readUInt32LE(at + 8))
      file.writeUInt32LE(1_700_000_000 + round * SECONDS_A_ROUND + file.readUInt32LE(at) - first, at)
    parts.push(file.subarray(FILE_HEADER))
    written += file.length
  }
  writeFileSync(path, Buffer.concat(parts))
}
