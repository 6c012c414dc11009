/**
 * Sessions of a busy gateway: `ikedump report --format ndjson` over IKE_SA_INIT exchanges, beside `tshark -T fields` with five
 * fields, whole processes.
 *
 *   node bench/sessions.mjs [--sas 500000] [--more 5000000] [--runs 3] [--no-tshark] [--no-more]
 *
 * Two inputs: the offer that strongSwan makes when nothing is configured (85 transforms), which is what clients send, and the
 * smallest one (4 transforms), which leaves tshark least to do; its ratio is shown and not held. They are made in bench/data (726 and
 * 546 MB for 500,000 SAs; ten times that for --more, which is deleted again). Prints medians and peak memory, and what is held: at least 5
 * times as fast, and under 400 MB, with ten times as many SAs too: what grows is the census (8 bytes an SA, at most 64 MB).
 */
import { spawnSync } from "node:child_process"
import { existsSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { initCapture, OFFERS } from "./lib/exchanges.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const { values: opt } = parseArgs({
  options: {
    sas: { type: "string", default: "500000" },
    more: { type: "string", default: "5000000" },
    runs: { type: "string", default: "3" },
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
const verdicts = []
for (const offer of Object.keys(OFFERS)) {
  const path = initCapture(sas, offer)
  console.log(`${offer} offer: ${(statSync(path).size / 1e6).toFixed(0)} MB`)
  const mine = median(Array.from({ length: Number(opt.runs) }, () => run(report(path))))
  show("ikedump report --format ndjson", sas, mine)
  verdicts.push([`${offer}: under 400 MB`, mine.megabytes < 400])
  if (!opt["no-tshark"]) {
    const theirs = run(["tshark", "-r", path, "-T", "fields", ...FIELDS.flatMap(f => ["-e", f])])
    show("tshark -T fields, 5 fields", sas, theirs)
    const ratio = theirs.seconds / mine.seconds
    if (offer === "default") verdicts.push([`${offer}: at least 5 times as fast (${ratio.toFixed(1)})`, ratio >= 5])
    else console.log(`${ratio.toFixed(1)} times as fast`)
  }
  if (!opt["no-more"]) {
    const many = Number(opt.more)
    const large = initCapture(many, offer)
    const more = run(report(large))
    rmSync(large)
    show("ikedump report --format ndjson", many, more)
    verdicts.push([`${offer}: under 400 MB with ${many} too`, more.megabytes < 400])
  }
}
for (const [what, held] of verdicts) console.log(`${held ? "held" : "NOT HELD"}: ${what}`)
process.exitCode = verdicts.every(([, held]) => held) ? 0 : 1
