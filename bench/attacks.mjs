/**
 * `node bench/attacks.mjs [--write] [--report] [WORD…]`: hostile files of 9.9 MB (those with a WORD in their name), each through every
 * command that reads captures, or only through `report`: processor time, user and system, and peak memory; after `npm run build`. Two bounds must hold: 5 s and 300 MB.
 * `--write` puts the table into docs/limits.md.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { attackFile, KINDS } from "./lib/attack-files.mjs"

const SIZE = 9_900_000
const SECONDS = 5
const MEGABYTES = 300
const root = join(import.meta.dirname, "..")
const data = join(import.meta.dirname, "data")

const COMMANDS = {
  report: ["report"],
  json: ["report", "--format", "json"],
  ndjson: ["report", "--format", "ndjson"],
  brief: ["brief"],
  packets: ["packets"],
  triage: ["triage"],
  audit: ["audit"],
  check: ["check", "--rules", join(root, "examples/rules/interop-smoke.yaml")],
  flow: ["flow"],
  decrypt: ["decrypt", "--ike", "-w", "/dev/null"],
  fields: ["fields", "-e", "frame.number", "-e", "ip.src", "-e", "isakmp.ispi", "-e", "isakmp.messageid"],
  show: ["show"],
}

/** What one command takes. A command may end with what it found (0, 1, 3); anything else is a fault. */
function cost(args, capture) {
  const [command, ...flags] = args
  const timed = ["-f", "%U %S %M", process.execPath, join(root, "bin/ikedump.js"), command, capture, ...flags]
  const { status, stderr } = spawnSync("/usr/bin/time", timed, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  })
  const [user, system, kilobytes] = stderr.trim().split("\n").at(-1).split(" ").map(Number)
  return { seconds: user + system, megabytes: Math.round(kilobytes / 1024), status }
}

const words = process.argv.slice(2).filter(word => !word.startsWith("--"))
const reportOnly = process.argv.includes("--report")
const rows = []
mkdirSync(data, { recursive: true })
for (const kind of KINDS.filter(name => words.every(word => name.includes(word)))) {
  const capture = join(data, "attack.pcap")
  writeFileSync(capture, attackFile(kind, SIZE))
  const costs = Object.entries(reportOnly ? { report: COMMANDS.report } : COMMANDS).map(([name, args]) => ({
    name,
    ...cost(args, capture),
  }))
  const [slowest] = costs.toSorted((a, b) => b.seconds - a.seconds)
  const [largest] = costs.toSorted((a, b) => b.megabytes - a.megabytes)
  const { seconds, megabytes } = costs[0]
  const over = slowest.seconds > SECONDS || largest.megabytes > MEGABYTES
  const fault = costs.find(c => ![0, 1, 3].includes(c.status))
  if (over || fault) process.exitCode = 1
  const worst = reportOnly
    ? ""
    : ` ${slowest.name} ${slowest.seconds.toFixed(1)} | ${largest.name} ${largest.megabytes} |`
  rows.push(`| ${kind} | ${seconds.toFixed(1)} | ${megabytes} |${worst}`)
  console.log(`${over ? "OVER " : ""}${fault ? `FAULT ${fault.name} ${fault.status} ` : ""}${rows.at(-1)}`)
  rmSync(capture)
}

if (process.argv.includes("--write")) {
  const path = join(root, "docs/limits.md")
  const text = readFileSync(path, "utf8")
  const SECTION = /<!-- attacks -->([\s\S]*)<!-- end attacks -->/
  if (words.length > 0) throw new Error("the table is of all files: --write takes no words")
  const head = reportOnly
    ? "| file | report, s | MB |\n| --- | --- | --- |"
    : "| file | report, s | MB | slowest command, s | most memory, MB |\n| --- | --- | --- | --- | --- |"
  const about = `Node ${process.versions.node}, ${cpus().length} cores of ${cpus()[0].model}.`
  const table = `<!-- attacks -->\n${about}\n\n${head}\n${rows.join("\n")}\n<!-- end attacks -->`
  writeFileSync(
    path,
    text.replace(SECTION, () => table),
  )
}
