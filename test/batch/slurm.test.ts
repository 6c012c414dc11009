/** What is submitted to Slurm: a stand-in for sbatch runs the scripts as a cluster would, one after the other. */
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, expect, it } from "vitest"
import { rotated } from "./captures.ts"

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const keys = resolve(import.meta.dirname, "../../fixtures/v2-nat/keys.json")
const base = mkdtempSync(join(tmpdir(), "ikedump-slurm-"))
afterAll(() => rmSync(base, { recursive: true }))

/** Runs each task of an array, notes its arguments, prints a job id. */
const SBATCH = `#!/bin/bash
script="\${@: -1}"
echo "$*" >> "$(dirname "$0")/calls"
tasks=$(sed -n 's/^#SBATCH --array=1-//p' "$script")
for i in $(seq 1 "\${tasks:-1}"); do SLURM_ARRAY_TASK_ID=$i bash "$script" >/dev/null 2>&1 || exit 1; done
echo "$(wc -l < "$(dirname "$0")/calls")"
`

it("is an array a stage, each after the one before; together they make the run", () => {
  const bins = join(base, "bin")
  mkdirSync(bins)
  writeFileSync(join(bins, "sbatch"), SBATCH)
  chmodSync(join(bins, "sbatch"), 0o755)
  mkdirSync(join(base, "captures"))
  rotated("v2-nat", join(base, "captures"), 4)
  // A space in a directive of the script would end it.
  const run = join(base, "a run")
  const env = { ...process.env, PATH: `${bins}:${process.env.PATH}` }
  const args = [
    "batch",
    "run",
    join(base, "captures"),
    "-o",
    run,
    "--keys",
    keys,
    "--engine",
    "slurm",
    "--tasks",
    "9",
    "--sbatch=--partition=long",
  ]
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: "utf8", env })
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(/scan: job 1[\s\S]*fold: job 2[\s\S]*open: job 3[\s\S]*merge: job 4/),
  ])
  const calls = readFileSync(join(bins, "calls"), "utf8").trim().split("\n")
  expect(calls.map(call => /--dependency=afterok:(\d)/.exec(call)?.[1])).toEqual([undefined, "1", "2", "3"])
  expect(calls.every(call => call.includes("--partition=long"))).toBe(true)
  // Behind a task that failed nothing waits for ever.
  expect(calls.map(call => call.includes("--kill-on-invalid-dep=yes"))).toEqual([false, true, true, true])
  expect(calls[1]).toContain(`--output=${run}/slurm/fold.log`)
  expect(readFileSync(join(run, "slurm/scan.sh"), "utf8")).not.toContain("--output")
  // No more tasks than segments.
  expect(readFileSync(join(run, "slurm/open.sh"), "utf8")).toContain("--array=1-4\n")
  const esp = readFileSync(join(run, "result/esp_sas.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map(line => JSON.parse(line))
  expect(esp.length).toBeGreaterThan(0)
  expect(esp.every(sa => sa.icv_ok === sa.packets)).toBe(true)
}, 120_000)

it("says what sbatch says", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [bin, "batch", "run", resolve(keys, ".."), "-o", join(base, "none"), "--engine", "slurm"],
    {
      encoding: "utf8",
      env: { ...process.env, PATH: base },
    },
  )
  expect([status, stderr]).toEqual([2, expect.stringContaining("sbatch scan: ENOENT")])
})
