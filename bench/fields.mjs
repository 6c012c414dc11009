/**
 * Fields of many IKE messages: `ikedump fields` beside `tshark -T fields` with the same fields, whole processes.
 *
 *   node bench/fields.mjs [--exchanges 500000] [--runs 3] [--no-tshark] [--ikedump bin/ikedump.js]
 *
 * Makes its input in bench/data: the IKE_SA_INIT exchange of fixtures/v2-psk-modp2048 again and again, with SPIs, addresses and
 * times of its own (540 MB for 500,000 exchanges), and a shorter one to compare what both print. The two run in turn. Prints medians of
 * wall and CPU seconds, peak memory and ratios.
 */
import { spawnSync } from "node:child_process"
import { statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { FIELD_SETS, fieldCapture } from "./lib/field-capture.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const { values: opt } = parseArgs({
  options: {
    exchanges: { type: "string", default: "500000" },
    runs: { type: "string", default: "3" },
    "no-tshark": { type: "boolean", default: false },
    ikedump: { type: "string", default: join(here, "../bin/ikedump.js") },
  },
})

const COMPARED_EXCHANGES = 2000
/** Runs a command under GNU time, output thrown away; wall and CPU seconds and peak resident MB. Undefined where it is not installed. */
function measure(command, args) {
  const started = process.hrtime.bigint()
  const done = spawnSync("/usr/bin/time", ["-f", "%U %S %M", command, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (done.error || done.status !== 0) return undefined
  const [user, system, kilobytes] = done.stderr.trim().split("\n").pop().split(" ").map(Number)
  return { seconds, cpu: user + system, megabytes: kilobytes / 1024 }
}

const median = numbers => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

function report(name, runs) {
  const seconds = median(runs.map(r => r.seconds))
  const cpu = median(runs.map(r => r.cpu))
  const megabytes = Math.max(...runs.map(r => r.megabytes))
  const columns = [`${seconds.toFixed(2).padStart(7)} s`, `${cpu.toFixed(2).padStart(6)} s CPU`]
  console.log(`${name.padEnd(34)} ${columns.join("  ")}  ${megabytes.toFixed(0).padStart(5)} MB`)
  return { seconds, cpu }
}

const asOptions = fields => fields.flatMap(f => ["-e", f])
const ikedumpArgs = (capture, fields) => [opt.ikedump, "fields", capture, ...asOptions(fields)]
const tsharkArgs = (capture, fields) => ["-r", capture, "-T", "fields", ...asOptions(fields)]

/** Whether both print the same. */
function same(capture, fields) {
  const options = { encoding: "utf8", maxBuffer: 1 << 28 }
  const ours = spawnSync(process.execPath, ikedumpArgs(capture, fields), options)
  const theirs = spawnSync("tshark", tsharkArgs(capture, fields), options)
  return theirs.error ? "tshark is not installed" : ours.stdout === theirs.stdout ? "the same output" : "OUTPUT DIFFERS"
}

const capture = fieldCapture(Number(opt.exchanges))
const short = fieldCapture(COMPARED_EXCHANGES)
const tshark = !opt["no-tshark"]
console.log(
  `${opt.exchanges} IKE_SA_INIT exchanges, ${(statSync(capture).size / 1e6).toFixed(0)} MB, medians of whole processes`,
)
// Into the page cache: what is measured is the work, not the disk.
measure("cat", [capture])
for (const [name, fields] of Object.entries(FIELD_SETS)) {
  console.log(`${name}: ${fields.join(" ")}${tshark ? ` (${same(short, fields)})` : ""}`)
  const runs = { ours: [], theirs: [] }
  for (let i = 0; i < Number(opt.runs); i++) {
    runs.ours.push(measure(process.execPath, ikedumpArgs(capture, fields)))
    if (tshark) runs.theirs.push(measure("tshark", tsharkArgs(capture, fields)))
  }
  const ours = report("  ikedump fields", runs.ours)
  if (!tshark) continue
  const theirs = report("  tshark -T fields", runs.theirs)
  const times = part => (theirs[part] / ours[part]).toFixed(1)
  console.log(`  ikedump is ${times("seconds")} times as fast, by CPU ${times("cpu")} (held: 10)`)
}
