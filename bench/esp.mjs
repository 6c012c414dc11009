/**
 * `node bench/esp.mjs [--runs N] [--packets N] [--sas N] [--only SUITE] [--plane]`: 200,000 ESP packets of 1400 bytes, decrypted and
 * verified, whole process, beside tshark in the same run; medians. `--plane` measures reading and the data plane alone.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { makeCapture, SUITES } from "./esp-data.mjs"

const { values: opt } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    packets: { type: "string", default: "200000" },
    sas: { type: "string", default: "1" },
    only: { type: "string" },
    plane: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
  },
})
const here = import.meta.dirname

/** Seconds that a command takes. */
function seconds(command, args, env) {
  const start = performance.now()
  const { status, stderr, stdout } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`)
  return { time: (performance.now() - start) / 1000, stdout }
}

const median = list => list.sort((a, b) => a - b)[list.length >> 1]

function ikedump({ capture, keys }, workers) {
  if (opt.plane) return ["node", [join(here, "esp-plane.mjs"), capture, keys, workers]]
  return [
    "node",
    [join(here, "../bin/ikedump.js"), "report", capture, "--keys", keys, "--threads", String(Number(workers) + 1)],
  ]
}

/** tshark without a tree, with the key table, counting ESP whose ICV holds. */
function tshark({ capture, table }) {
  const rows = (row => row.trim().split("\n"))(readTable(table))
  const uats = rows.flatMap(row => ["-o", `uat:esp_sa:${row}`])
  const prefs = ["-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"]
  return ["tshark", ["-r", capture, ...prefs, ...uats, "-q", "-z", "io,stat,0,esp.icv_good==1"]]
}

const readTable = path => readFileSync(path, "utf8")

for (const [name, suite] of Object.entries(SUITES)) {
  if (opt.only && opt.only !== name) continue
  const files = makeCapture(name, Number(opt.packets), Number(opt.sas))
  const rows = { "one thread": ikedump(files, "0"), [`${opt.workers} workers`]: ikedump(files, opt.workers) }
  if (suite.wireshark) rows.tshark = tshark(files)
  const times = Object.fromEntries(Object.keys(rows).map(row => [row, []]))
  for (let run = 0; run < Number(opt.runs); run++)
    for (const [row, [command, args]] of Object.entries(rows)) times[row].push(seconds(command, args).time)
  const reference = times.tshark && median(times.tshark)
  for (const [row, list] of Object.entries(times)) {
    const time = median(list)
    const ratio = reference && row !== "tshark" ? `  ${(reference / time).toFixed(1)} times tshark` : ""
    console.log(`${name.padEnd(12)} ${row.padEnd(12)} ${time.toFixed(2)} s${ratio}`)
  }
}
