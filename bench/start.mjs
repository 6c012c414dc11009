/**
 * Start-up: `ikedump --version` beside `node -e 0`, and `ikedump` on ten frames beside tshark, whole processes in turn, medians.
 *
 *   node bench/start.mjs [--runs 15]
 */
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { DATA } from "./esp-data.mjs"
import { alternate, ikedump, print, summary, verdicts } from "./measure.mjs"

const { values: opt } = parseArgs({ options: { runs: { type: "string", default: "15" } } })

/** The first ten frames of a fixture, classic pcap. */
function tenFrames() {
  const capture = readFileSync(join(import.meta.dirname, "../fixtures/v2-psk-modp2048/capture.pcap"))
  let end = 24
  for (let n = 0; n < 10; n++) end += 16 + capture.readUInt32LE(end + 8)
  mkdirSync(DATA, { recursive: true })
  const path = join(DATA, "ten-frames.pcap")
  const fd = openSync(path, "w")
  writeSync(fd, capture.subarray(0, end))
  closeSync(fd)
  return path
}

const ten = tenFrames()
const commands = {
  "node -e 0": [process.execPath, ["-e", "0"]],
  "ikedump --version": ikedump("--version"),
  "ikedump, ten frames": ikedump(ten),
  "tshark -r, ten frames": ["tshark", ["-r", ten]],
}
const rows = new Map([...alternate(commands, Number(opt.runs))].map(([name, runs]) => [name, summary(runs)]))
for (const [name, row] of rows) print(name, row)
const seconds = name => rows.get(name).seconds
const [node, version, report, tshark] = Object.keys(commands)
verdicts([
  ["--version: at most twice node -e 0", seconds(version) / seconds(node), r => r <= 2],
  ...(rows.has(tshark) ? [["ten frames: faster than tshark", seconds(report) / seconds(tshark), r => r < 1]] : []),
])
