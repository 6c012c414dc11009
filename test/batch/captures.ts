/** Rotated captures for tests of batch runs: records of fixtures, one file after the other, each cut into files of a few frames. */
import { readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"

const fixtures = resolve(import.meta.dirname, "../../fixtures")
const FILE_HEADER = 24
const RECORD_HEADER = 16

/** Writes `parts` files of the fixture's frames into `folder`; their paths, in order. */
export function rotated(fixture: string, folder: string, parts: number): string[] {
  const bytes = readFileSync(join(fixtures, fixture, "capture.pcap"))
  const records: Buffer[] = []
  for (let at = FILE_HEADER; at + RECORD_HEADER <= bytes.length; ) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8)
    records.push(bytes.subarray(at, end))
    at = end
  }
  const size = Math.ceil(records.length / parts)
  return Array.from({ length: parts }, (_, i) => {
    const path = join(folder, `${String(i).padStart(3, "0")}.pcap`)
    writeFileSync(path, Buffer.concat([bytes.subarray(0, FILE_HEADER), ...records.slice(i * size, (i + 1) * size)]))
    return path
  })
}
