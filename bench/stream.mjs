/**
 * `node bench/stream.mjs [--gigabytes N] [--suite NAME] [--sas N] [--command "decrypt - -w /dev/null"]`: a stream of ESP made on the fly
 * and piped into ikedump; prints the resident memory while it runs. A 10 GB stream must stay under 200 MB.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { makeCapture, records, SUITES } from "./esp-data.mjs"

const { values: opt } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "2" },
    suite: { type: "string", default: "gcm-256" },
    sas: { type: "string", default: "10" },
    command: { type: "string", default: "decrypt - -w /dev/null" },
    ikedump: { type: "string", default: join(import.meta.dirname, "../bin/ikedump.js") },
  },
})
const wanted = Number(opt.gigabytes) * 1e9
const { keys } = makeCapture(opt.suite, Number(opt.sas), Number(opt.sas))
const args = [opt.ikedump, ...opt.command.split(" "), "--keys", keys]
const child = spawn("node", args, { stdio: ["pipe", "inherit", "inherit"] })
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) / 1024

let [bytes, reported, most] = [0, 0, 0]
const start = performance.now()
const pieces = []
let held = 0
for (const record of records(SUITES[opt.suite], Number.MAX_SAFE_INTEGER, Number(opt.sas))) {
  pieces.push(record)
  held += record.length
  if (held < 1 << 18) continue
  bytes += held
  held = 0
  if (!child.stdin.write(Buffer.concat(pieces.splice(0)))) await once(child.stdin, "drain")
  if (bytes - reported > wanted / 8) {
    reported = bytes
    most = Math.max(most, rss())
    console.log(
      `${(bytes / 1e9).toFixed(2)} GB after ${((performance.now() - start) / 1000).toFixed(1)} s: ${rss().toFixed(0)} MB resident`,
    )
  }
  if (bytes > wanted) break
}
child.stdin.end()
const [code] = await once(child, "exit")
console.log(
  `${(bytes / 1e9).toFixed(2)} GB in ${((performance.now() - start) / 1000).toFixed(1)} s, at most ${most.toFixed(0)} MB, exit code ${code}`,
)
process.exit(code === 0 && most < 200 ? 0 : 1)
