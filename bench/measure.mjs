/** Whole processes under GNU time: wall and CPU seconds, peak memory. What all benches share. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"

const bin = join(import.meta.dirname, "../bin/ikedump.js")

/** The command line of ikedump as `[command, args]`. */
export const ikedump = (...args) => [process.execPath, [bin, ...args]]

/**
 * Runs a command, with `input` (a command line for `sh`) piped into it if given. Undefined where the command is not installed or fails.
 * `seconds` is wall time, `cpu` user and system time of the command alone.
 */
export function measure(command, args, input) {
  const timed = ["/usr/bin/time", "-f", "%U %S %M", command, ...args]
  const quote = word => `'${word.replaceAll("'", "'\\''")}'`
  const [run, ...rest] = input ? ["sh", "-c", `${input} | ${timed.map(quote).join(" ")}`] : timed
  const started = performance.now()
  const done = spawnSync(run, rest, { maxBuffer: Number.POSITIVE_INFINITY })
  const seconds = (performance.now() - started) / 1000
  if (done.error || done.status !== 0) return undefined
  const [user, system, kilobytes] = done.stderr.toString().trim().split("\n").pop().split(" ").map(Number)
  return { seconds, cpu: user + system, megabytes: kilobytes / 1024, stdout: textOf(done.stdout) }
}

/** What was printed; nothing where it is longer than a string can be. */
const textOf = bytes => (bytes.length < 1 << 28 ? bytes.toString() : "")

/**
 * Runs each of the named `[command, args, input]` in turn, `runs` times, or `most` of its name; all results by name. Commands that fail are
 * left out.
 */
export function alternate(commands, runs, most = () => undefined) {
  const all = new Map()
  for (let run = 0; run < runs; run++)
    for (const [name, command] of Object.entries(commands)) {
      if (run >= (most(name) ?? runs)) continue
      const result = measure(...command)
      if (result) all.set(name, [...(all.get(name) ?? []), result])
    }
  return all
}

export const median = numbers => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

/** Medians of several runs, and the highest memory. */
export const summary = runs => ({
  seconds: median(runs.map(r => r.seconds)),
  cpu: median(runs.map(r => r.cpu)),
  megabytes: Math.max(...runs.map(r => r.megabytes)),
})

/** One line of a table. */
export function print(name, { seconds, cpu, megabytes }, note = "") {
  const numbers = `${seconds.toFixed(2).padStart(8)} s ${cpu.toFixed(2).padStart(8)} s cpu ${megabytes.toFixed(0).padStart(5)} MB`
  console.log(`${name.padEnd(44)}${numbers}${note && `  ${note}`}`)
}

/** Prints which requirements hold; sets the exit code. Each is `[words, value, test]`. */
export function verdicts(list) {
  for (const [what, value, holds] of list)
    console.log(`${holds(value) ? "holds" : "FAILS"}  ${what}: ${value.toFixed(2)}`)
  if (list.some(([, value, holds]) => !holds(value))) process.exitCode = 1
}
