/**
 * What more threads bring: ESP in AES-256-GCM, in 16 SAs and in 1,000, and in AES-128-CBC with HMAC-SHA2-256-128, its content written by `decrypt`, `fields` of
 * every frame, and a scan, with one thread, with several, and with as many as ikedump takes by itself, which must not be slower than one; whole processes in turn.
 *
 *   node bench/threads.mjs [--threads 2,4] [--packets 1000000] [--frames 2000000] [--runs 3] [--only TEXT]
 *
 * Threads that are more than the cores are left out. Beside the ratio stands the bound: cores ÷ (CPU ÷ wall of one thread), since the collector and OpenSSL
 * use a second core already; 90 % of it is what is held. Wall time means something on an idle machine only: the load before each row is printed, and the CPU
 * that more threads cost stands beside.
 */
import { availableParallelism, loadavg } from "node:os"
import { parseArgs } from "node:util"
import { makeCapture } from "./esp-data.mjs"
import { scanCapture } from "./lib/scan-capture.mjs"
import { alternate, ikedump, measure, summary, verdicts } from "./measure.mjs"

const { values: opt } = parseArgs({
  options: {
    threads: { type: "string", default: "2,4,8,16" },
    packets: { type: "string", default: "1000000" },
    frames: { type: "string", default: "2000000" },
    runs: { type: "string", default: "3" },
    only: { type: "string", default: "" },
  },
})
const cores = availableParallelism()
const counts = opt.threads
  .split(",")
  .map(Number)
  .filter(n => n > 1 && n <= cores)
const packets = Number(opt.packets)
const esp =
  (suite, sas = 16) =>
  () =>
    makeCapture(suite, packets, sas)
const open = ({ capture, keys }) => ["report", capture, "--keys", keys, "--format", "json"]
const works = {
  "ESP, AES-256-GCM": [esp("gcm-256"), open],
  "ESP, AES-256-GCM, 1,000 SAs": [esp("gcm-256", 1000), open],
  "ESP, AES-128-CBC, HMAC-SHA2-256": [esp("cbc-sha256"), open],
  "decrypt, AES-256-GCM": [
    esp("gcm-256"),
    ({ capture, keys }) => ["decrypt", capture, "--keys", keys, "-w", "/dev/null"],
  ],
  "fields of every frame": [
    () => ({ capture: scanCapture(Number(opt.frames)) }),
    ({ capture }) => ["fields", capture, ...["frame.number", "ip.src", "isakmp.ispi"].flatMap(name => ["-e", name])],
  ],
  "scan: report": [
    () => ({ capture: scanCapture(Number(opt.frames)) }),
    ({ capture }) => ["report", capture, "--format", "json"],
  ],
  "scan: brief": [() => ({ capture: scanCapture(Number(opt.frames)) }), ({ capture }) => ["brief", capture]],
}

console.log(
  `${cores} cores, ${packets} ESP packets of 1400 bytes in 16 SAs, ${opt.frames} frames to scan, medians of ${opt.runs}\n`,
)
console.log("| work | threads | wall | CPU | memory | times as fast | bound | load before |")
console.log("| --- | --- | --- | --- | --- | --- | --- | --- |")
const held = []
for (const [name, [input, command]] of Object.entries(works)) {
  if (!name.includes(opt.only)) continue
  const files = input()
  measure("sh", ["-c", 'cat "$1" > /dev/null', "sh", files.capture])
  const args = command(files)
  const [load] = loadavg()
  const all = alternate(
    {
      ...Object.fromEntries([1, ...counts].map(n => [n, ikedump(...args, "--threads", String(n))])),
      default: ikedump(...args),
    },
    Number(opt.runs),
  )
  const one = summary(all.get("1"))
  for (const [threads, runs] of all) {
    const { seconds, cpu, megabytes } = summary(runs)
    const ratio = one.seconds / seconds
    // What one thread leaves idle of the cores that so many threads may use.
    const most = threads === "default" ? cores : Math.min(cores, Number(threads))
    const bound = most / Math.max(1, one.cpu / one.seconds)
    const cells = [name, threads, `${seconds.toFixed(2)} s`, `${cpu.toFixed(2)} s`, `${megabytes.toFixed(0)} MB`]
    const more = threads === "1" ? ["", ""] : [ratio.toFixed(2), bound.toFixed(2)]
    console.log(`| ${[...cells, ...more, load.toFixed(1)].join(" | ")} |`)
    if (threads === "1") continue
    if (threads === "default") {
      if (load < 0.5) held.push([`${name}, threads by default: times as fast as one`, ratio, times => times >= 0.95])
      continue
    }
    if (load < 0.5) held.push([`${name}, ${threads} threads: part of the bound`, ratio / bound, part => part >= 0.9])
    held.push([
      `${name}, ${threads} threads: MB a thread more`,
      (megabytes - one.megabytes) / (threads - 1),
      mb => mb <= 64,
    ])
  }
}
verdicts(held)
