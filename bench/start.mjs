/**
 * Start-up: `ikedump --version` beside `node -e 0`, and `ikedump` on ten frames beside tshark, whole processes in turn, medians.
 *
 *   node bench/start.mjs [--runs 15]
 */
import { parseArgs } from "node:util"
import { tenFrames } from "./lib/ten-frames.mjs"
import { alternate, ikedump, print, summary, verdicts } from "./measure.mjs"

const { values: opt } = parseArgs({ options: { runs: { type: "string", default: "15" } } })

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
