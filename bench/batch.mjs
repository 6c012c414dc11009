/**
 * `ikedump batch` over many files: by this machine alone, then by two workers at a queue of which one is killed while the queue's server is away for 10 s. Both
 * have to give the same tables.
 *
 *   node bench/batch.mjs FOLDER [--threads 2] [--worker-threads 1] [--no-stages] [--no-queue]
 *   node bench/batch.mjs --inits 1000000 [--files 20] [--threads 1] --no-queue
 *
 * FOLDER is one of bench/rotated.mjs; `--inits` makes one of so many IKE SAs, an IKE_SA_INIT each, without keys: each stage has to stay under 500 MB. `--no-stages` runs all stages in one `batch run`, which folds once. Prints seconds, CPU and peak memory of each stage, and bytes of the run folder a TB of captures. Needs GNU time, and
 * redis-server for the second half.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { rotatedInits } from "./lib/exchanges.mjs"
import { ikedump, measure, print, verdicts } from "./measure.mjs"

const { values: opt, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "2" },
    "worker-threads": { type: "string", default: "1" },
    stages: { type: "boolean", default: true },
    queue: { type: "boolean", default: true },
    inits: { type: "string" },
    files: { type: "string", default: "20" },
  },
  allowNegative: true,
})
const folder = resolve(opt.inits ? rotatedInits(Number(opt.inits), Number(opt.files)) : positionals[0])
const path = join(folder, "keys.json")
const keys = existsSync(path) ? ["--keys", path] : []
const bytesIn = path =>
  readdirSync(path, { withFileTypes: true }).reduce((n, entry) => n + statSync(join(path, entry.name)).size, 0)
const captures = readdirSync(folder).filter(name => name.endsWith(".pcap"))
const total = captures.reduce((n, name) => n + statSync(join(folder, name)).size, 0)
const TABLES = ["captures", "ike_sas", "exchanges", "child_sas", "esp_sas", "checks", "findings", "verdicts"]
const tables = run =>
  TABLES.map(name => readFileSync(join(run, "result", `${name}.ndjson`), "utf8").replaceAll(run, ""))

const held = []

/** Each stage by itself, or all in one. */
function local(run) {
  rmSync(run, { recursive: true, force: true })
  const threads = ["--threads", opt.threads]
  const stages = [
    ["plan", folder, "-o", run],
    ["scan", run, ...threads],
    ["fold", run, ...keys, ...threads],
    ...(keys.length > 0 ? [["open", run, ...threads]] : []),
    ["merge", run, ...threads],
  ]
  for (const [stage, ...args] of opt.stages ? stages : [["run", folder, "-o", run, ...keys, ...threads]]) {
    const measured = measure(...ikedump("batch", stage, ...args))
    if (!measured) throw new Error(`${stage} failed`)
    print(`batch ${stage}`, measured)
    if (opt.inits) held.push([`batch ${stage}: MB`, measured.megabytes, mb => mb < 500])
  }
  for (const part of ["scans", "opened", "result"]) {
    if (!existsSync(join(run, part))) continue
    const bytes = bytesIn(join(run, part))
    const perTb = (bytes / total) * 1e12
    console.log(
      `${part.padEnd(8)}${(bytes / 1e6).toFixed(1).padStart(10)} MB, ${(perTb / 1e9).toFixed(1)} GB a TB of captures`,
    )
  }
}

const port = 20_000 + (process.pid % 20_000)
const url = `redis://127.0.0.1:${port}`
const server = () =>
  spawn("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], {
    stdio: "ignore",
  })

/** The same by workers at a queue, with accidents. */
async function queued(run) {
  rmSync(run, { recursive: true, force: true })
  const [node, [bin]] = ikedump()
  const worker = () => {
    const child = spawn(node, [bin, "worker", "--redis", url, "--threads", opt["worker-threads"]], {
      stdio: ["ignore", "ignore", "pipe"],
    })
    child.tasks = 0
    child.stderr.on("data", text => {
      child.tasks += String(text).split(" done").length - 1
      process.stderr.write(text)
    })
    return child
  }
  let redis = server()
  await sleep(500)
  const workers = [worker(), worker()]
  const args = ["batch", "run", folder, "-o", run, ...keys, "--engine", "bullmq", "--redis", url, "--threads", "1"]
  const coordinator = spawn(node, [bin, ...args], { stdio: ["ignore", "inherit", "inherit"] })
  const ended = once(coordinator, "exit")
  while (workers[0].tasks < 3) await sleep(50)
  workers[0].kill("SIGKILL")
  console.log("a worker is killed")
  while (workers[1].tasks < 6) await sleep(50)
  redis.kill("SIGKILL")
  console.log("the queue's server is gone, with all that it knew")
  await sleep(10_000)
  redis = server()
  console.log("it is back, empty")
  workers.push(worker())
  const [code] = await ended
  for (const child of [...workers, redis]) child.kill("SIGKILL")
  return code
}

console.log(`${captures.length} files, ${(total / 1e9).toFixed(2)} GB`)
const one = `${folder}-run-local`
local(one)
if (opt.queue) {
  const two = `${folder}-run-queued`
  const started = performance.now()
  const code = await queued(two)
  console.log(
    `queued, with two workers of ${opt["worker-threads"]} threads: ${((performance.now() - started) / 1000).toFixed(0)} s`,
  )
  const wanted = tables(one)
  const differing = code === 0 ? TABLES.filter((_, i) => tables(two)[i] !== wanted[i]) : TABLES
  console.log(
    differing.length === 0 ? "holds  the same tables" : `FAILS  exit ${code}; other rows: ${differing.join(", ")}`,
  )
  if (differing.length > 0) process.exitCode = 1
}
if (opt.inits) verdicts(held)
