/**
 * Scanning a large capture: `ikedump brief` and `ikedump report` without keys beside tcpdump's port filter and tshark's protocol statistics, whole processes.
 *
 *   node bench/scan.mjs [--frames 2000000] [--runs 5] [--no-tshark]
 *
 * Makes its input in bench/data (1.4 GB for 2,000,000 frames; about 1 in 100 frames is IKE or ESP, the rest TCP and UDP of mixed
 * sizes) and the same twice as long for the memory. Prints medians, peak memory and the ratios that are held.
 */
import { statSync } from "node:fs"
import { parseArgs } from "node:util"
import { scanCapture } from "./lib/scan-capture.mjs"
import { alternate, ikedump, measure, print, summary, verdicts } from "./measure.mjs"

const { values: opt } = parseArgs({
  options: {
    frames: { type: "string", default: "2000000" },
    runs: { type: "string", default: "5" },
    "no-tshark": { type: "boolean", default: false },
  },
})
const FILTER = "udp port 500 or udp port 4500 or esp"
const frames = Number(opt.frames)
const runs = Number(opt.runs)
const capture = scanCapture(frames)
const twice = scanCapture(2 * frames)
console.log(`${frames} frames, ${(statSync(capture).size / 1e9).toFixed(2)} GB, ${runs} runs, medians`)
// Both captures into the page cache: what is measured is the work, not the disk.
measure("sh", ["-c", 'cat "$@" > /dev/null', "sh", capture, twice])
const commands = {
  "tcpdump -w /dev/null, port filter": ["tcpdump", ["-r", capture, "-w", "/dev/null", FILTER]],
  "ikedump brief": ikedump("brief", capture),
  "ikedump report": ikedump("report", capture),
}
const [tcpdump, brief, report] = Object.keys(commands)
const all = alternate(commands, runs)
all.set("ikedump brief, twice as long", alternate({ twice: ikedump("brief", twice) }, 3).get("twice"))
const tshark = opt["no-tshark"] ? undefined : measure("tshark", ["-r", capture, "-q", "-z", "io,phs"])
if (tshark) all.set("tshark -q -z io,phs, one run", [tshark])
const rows = new Map([...all].map(([name, list]) => [name, summary(list)]))
for (const [name, row] of rows) print(name, row)
const megabytes = Math.max(rows.get(brief).megabytes, rows.get("ikedump brief, twice as long").megabytes)
const ratio = name => rows.get(name).seconds / rows.get(tcpdump).seconds
verdicts([
  ...(rows.has(tcpdump)
    ? [
        ["brief: at most 1.5 times tcpdump", ratio(brief), r => r <= 1.5],
        ["report: at most 3 times tcpdump", ratio(report), r => r <= 3],
      ]
    : []),
  ...(tshark
    ? [["brief: at least 20 times as fast as tshark", tshark.seconds / rows.get(brief).seconds, r => r >= 20]]
    : []),
  ["brief: under 100 MB", megabytes, mb => mb < 100],
])
