#!/usr/bin/env node
// Asks tshark which frames pass each filter of test/filter/filters.json and writes test/filter/expected.json.
//
//   node scripts/filter-expected.mjs
//
// Captures are named as in filters.json: `fixtures/…` in this checkout, `lab/…` and `peers/…` in the captures beside it. A
// group with `keyed` is read with the Wireshark tables that stand beside the capture. Two tsharks run at a time.
import { execFile } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const run = promisify(execFile)
const groups = JSON.parse(readFileSync(join(root, "test/filter/filters.json"), "utf8"))
const pathOf = name => (name.startsWith("fixtures/") ? join(root, name) : join(root, "../shared/captures", name))

/** `1-4,91` */
function ranges(frames) {
  const runs = []
  for (const frame of frames) {
    const last = runs.at(-1)
    if (last && last[1] === frame - 1) last[1] = frame
    else runs.push([frame, frame])
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(",")
}

async function ask({ capture, keyed, filter }) {
  const home = mkdtempSync(join(tmpdir(), "filter-expected-"))
  try {
    const path = pathOf(capture)
    if (keyed) cpSync(`${path}.keys`, home, { recursive: true })
    const options = keyed
      ? ["-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"]
      : []
    const env = { ...process.env, WIRESHARK_CONFIG_DIR: home, TZ: "UTC" }
    const { stdout } = await run(
      "tshark",
      ["-r", path, ...options, "-Y", filter, "-T", "fields", "-e", "frame.number"],
      { env },
    )
    return ranges(stdout.split("\n").filter(Boolean).map(Number))
  } catch (error) {
    return {
      error: String(error.stderr ?? error)
        .replace(/^Running as.*\n/, "")
        .split("\n")[0],
    }
  } finally {
    rmSync(home, { recursive: true })
  }
}

const jobs = groups.flatMap(({ capture, keyed, filters }) =>
  existsSync(pathOf(capture)) ? filters.map(filter => ({ capture, keyed, filter })) : [],
)
let next = 0
async function worker() {
  for (let job = jobs[next++]; job; job = jobs[next++]) job.frames = await ask(job)
}
await Promise.all([worker(), worker()])

const version = (await run("tshark", ["--version"])).stdout.split("\n")[0]
const answers = groups.map(({ capture, keyed }) => ({
  capture,
  ...(keyed ? { keyed } : {}),
  frames: Object.fromEntries(
    jobs.filter(j => j.capture === capture && j.keyed === keyed).map(j => [j.filter, j.frames]),
  ),
}))
writeFileSync(join(root, "test/filter/expected.json"), `${JSON.stringify({ tshark: version, answers }, null, 2)}\n`)
for (const { filter, frames } of jobs) if (typeof frames !== "string") console.log(`${filter}: ${frames.error}`)
console.log(`${jobs.length} filters asked of ${version}`)
