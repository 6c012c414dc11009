/**
 * Every figure beside tshark and tcpdump in one run, whole processes in turn: medians and best of wall and CPU seconds, peak memory, as a table
 * and as JSON.
 *
 *   node bench/all.mjs [--runs 3] [--peer-runs N] [--scale 1] [--only TEXT] [--no-tshark] [--json FILE] [--against FILE] [--by wall|cpu]
 *
 * `--peer-runs 1` runs the peers less often: tshark takes minutes. `--scale 0.1` shortens the inputs (made in bench/data; 3 GB at scale 1). `--against` compares with the JSON of a run before, of a release
 * say: a figure that fell by 10 % fails. A figure is how many times as fast as its peer ikedump is, so that machines may differ; without a
 * peer it is the speed itself. `--by cpu` takes user and system time for it: for a machine that others use too.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { availableParallelism, cpus } from "node:os"
import { parseArgs } from "node:util"
import { compare, figureOf } from "./lib/compare.mjs"
import { figures } from "./lib/figures.mjs"
import { alternate, measure, median } from "./measure.mjs"

const { values: opt } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    "peer-runs": { type: "string" },
    scale: { type: "string", default: "1" },
    only: { type: "string" },
    "no-tshark": { type: "boolean", default: false },
    json: { type: "string" },
    against: { type: "string" },
    by: { type: "string", default: "wall" },
  },
})

/** Median and best of several runs. */
function statistics(runs) {
  const of = pick => ({ median: median(runs.map(pick)), best: Math.min(...runs.map(pick)) })
  return { wall: of(r => r.seconds), cpu: of(r => r.cpu), megabytes: Math.max(...runs.map(r => r.megabytes)) }
}

const machine = {
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  node: process.versions.node,
  tshark: measure("tshark", ["--version"])?.stdout.match(/\d+\.\d+\.\d+/)?.[0] ?? null,
  date: new Date().toISOString().slice(0, 10),
}
console.log(`${machine.processor}, ${machine.cores} cores, Node ${machine.node}, tshark ${machine.tshark ?? "none"}\n`)
console.log(`| work | tool | wall median / best | CPU median / best | memory | times as fast (${opt.by}) |`)
console.log("| --- | --- | --- | --- | --- | --- |")
const results = {}
for (const { name, input, commands, peer = "tshark", many } of figures(Number(opt.scale))) {
  if (opt.only && !name.includes(opt.only)) continue
  const file = input()
  const list = commands(file)
  if (opt["no-tshark"]) delete list.tshark
  // Into the page cache: what is measured is the work, not the disk.
  const path = typeof file === "string" ? file : file?.capture
  if (path) measure("sh", ["-c", 'cat "$1" > /dev/null', "sh", path])
  const times = many ? 5 : 1
  const peerRuns = Number(opt["peer-runs"] ?? opt.runs) * times
  const runs = alternate(list, Number(opt.runs) * times, tool => (tool === "ikedump" ? undefined : peerRuns))
  const tools = Object.fromEntries([...runs].map(([tool, all]) => [tool, statistics(all)]))
  results[name] = { peer: tools[peer] ? peer : null, tools }
  for (const [tool, { wall, cpu, megabytes }] of Object.entries(tools)) {
    const ratio = tool !== "ikedump" ? (tools[tool][opt.by].best / tools.ikedump[opt.by].best).toFixed(2) : ""
    const pair = ({ median, best }) => `${median.toFixed(2)} / ${best.toFixed(2)} s`
    console.log(`| ${name} | ${tool} | ${pair(wall)} | ${pair(cpu)} | ${megabytes.toFixed(0)} MB | ${ratio} |`)
  }
}
if (opt.json)
  writeFileSync(opt.json, `${JSON.stringify({ machine, scale: Number(opt.scale), results }, undefined, 2)}\n`)
if (opt.against) {
  const before = JSON.parse(readFileSync(opt.against, "utf8"))
  const fallen = compare(before.results, results, opt.by)
  for (const { name, was, is } of fallen) console.log(`FAILS  ${name}: ${is.toFixed(2)} where it was ${was.toFixed(2)}`)
  const both = Object.keys(results).filter(name => figureOf(before.results[name], opt.by) !== undefined)
  console.log(`${both.length - fallen.length} of ${both.length} figures hold against ${before.machine.date}`)
  if (fallen.length > 0 || both.length === 0) process.exitCode = 1
}
