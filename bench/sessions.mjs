/**
 * Sessions of a busy gateway: `ikedump report --format ndjson` over IKE_SA_INIT exchanges, beside `tshark -T fields` with five
 * fields, whole processes.
 *
 *   node bench/sessions.mjs [--sas 500000] [--more 5000000] [--runs 3] [--tshark-sas 50000] [--no-tshark] [--no-more]
 *
 * Makes its input in bench/data (540 MB for 500,000 SAs). tshark, which takes minutes, reads a tenth of it unless --tshark-sas says
 * otherwise. Prints medians, peak memory, and what is held: at least 5 times as fast a message, under 400 MB, and with ten times
 * as many SAs no more memory.
 */
import { spawnSync } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { initCapture } from "./lib/exchanges.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const { values: opt } = parseArgs({
  options: {
    sas: { type: "string", default: "500000" },
    more: { type: "string", default: "5000000" },
    runs: { type: "string", default: "3" },
    "tshark-sas": { type: "string", default: "50000" },
    "no-tshark": { type: "boolean", default: false },
    "no-more": { type: "boolean", default: false },
    ikedump: { type: "string", default: join(here, "../bin/ikedump.js") },
  },
})
const FIELDS = ["frame.number", "ip.src", "isakmp.ispi", "isakmp.exchangetype", "isakmp.messageid"]
const TIME = "/usr/bin/time"

/** Seconds and peak megabytes of one run, output thrown away. */
function run(argv) {
  const timed = existsSync(TIME)
  const [command, ...args] = timed ? [TIME, "-f", "%e %M", ...argv] : argv
  const before = performance.now()
  const result = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" })
  const seconds = (performance.now() - before) / 1000
  if (result.status !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr}`)
  const [, kilobytes] = timed ? result.stderr.trim().split("\n").at(-1).split(" ").map(Number) : []
  return { seconds, megabytes: kilobytes === undefined ? Number.NaN : kilobytes / 1024 }
}

function median(runs) {
  const by = key => runs.map(r => r[key]).sort((a, b) => a - b)[runs.length >> 1]
  return { seconds: by("seconds"), megabytes: Math.max(...runs.map(r => r.megabytes)) }
}

const show = (name, sas, { seconds, megabytes }) =>
  console.log(
    `${name.padEnd(34)} ${String(sas).padStart(9)} SAs  ${seconds.toFixed(2).padStart(7)} s  ${((seconds / sas) * 1e6).toFixed(1).padStart(6)} µs/SA  ${megabytes.toFixed(0).padStart(5)} MB`,
  )
const report = path => [process.execPath, opt.ikedump, "report", "--format", "ndjson", path]

const sas = Number(opt.sas)
const path = initCapture(sas)
console.log(`${path}: ${(statSync(path).size / 1e6).toFixed(0)} MB`)
const mine = median(Array.from({ length: Number(opt.runs) }, () => run(report(path))))
show("ikedump report --format ndjson", sas, mine)
const verdicts = [["under 400 MB", mine.megabytes < 400]]
if (!opt["no-tshark"]) {
  const few = Number(opt["tshark-sas"])
  const theirs = run(["tshark", "-r", initCapture(few), "-T", "fields", ...FIELDS.flatMap(f => ["-e", f])])
  show("tshark -T fields, 5 fields", few, theirs)
  const ratio = theirs.seconds / few / (mine.seconds / sas)
  verdicts.push([`at least 5 times as fast a message (${ratio.toFixed(1)})`, ratio >= 5])
}
if (!opt["no-more"]) {
  const many = Number(opt.more)
  const more = run(report(initCapture(many)))
  show("ikedump report --format ndjson", many, more)
  verdicts.push([
    `memory as with fewer (${(more.megabytes / mine.megabytes).toFixed(2)})`,
    more.megabytes < 1.25 * mine.megabytes,
  ])
}
for (const [what, held] of verdicts) console.log(`${held ? "held" : "NOT HELD"}: ${what}`)
process.exitCode = verdicts.every(([, held]) => held) ? 0 : 1
