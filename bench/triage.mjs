/**
 * `ikedump triage` over 1,000 small captures: those of fixtures, again and again.
 *
 *   node bench/triage.mjs [--captures 1000] [--threads 2] [--runs 3]
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { alternate, ikedump, print, summary, verdicts } from "./measure.mjs"

const { values: opt } = parseArgs({
  options: {
    captures: { type: "string", default: "1000" },
    threads: { type: "string", default: "2" },
    runs: { type: "string", default: "3" },
  },
})

const fixtures = join(import.meta.dirname, "../fixtures")
const samples = ["", "strongswan"]
  .flatMap(folder => readdirSync(join(fixtures, folder)).map(name => join(fixtures, folder, name, "capture.pcap")))
  .filter(path => existsSync(path))
const folder = join(import.meta.dirname, "data", `triage-${opt.captures}`)
mkdirSync(folder, { recursive: true })
for (let i = 0; i < Number(opt.captures); i++) {
  const path = join(folder, `${i}.pcap`)
  if (!existsSync(path)) copyFileSync(samples[i % samples.length], path)
}

const name = `triage, ${opt.captures} captures, ${opt.threads} threads`
const runs = alternate(
  { [name]: ikedump("triage", folder, "--threads", opt.threads, "--format", "ndjson") },
  Number(opt.runs),
)
const row = summary(runs.get(name))
const lines = runs.get(name)[0].stdout.trim().split("\n")
print(name, row, `${lines.length} lines`)
const part = Number(opt.captures) / 1000
verdicts([
  ["a line for each capture", lines.length, n => n === Number(opt.captures)],
  ["1,000 captures: under 20 s", row.seconds / part, s => s < 20],
  ["1,000 captures: under 40 s of CPU", row.cpu / part, s => s < 40],
])
