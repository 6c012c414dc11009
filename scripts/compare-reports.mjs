#!/usr/bin/env node
// Compares what two commits report of the same captures, byte by byte: no keys, and with the keys file that stands beside a capture.
//
//   node scripts/compare-reports.mjs A B [--only TEXT] [--fixtures] [--ignore NAME,…] [--show N]
//
// A and B are commits, or `.` for this checkout as it is built. A commit is built in a worktree of its own, which goes at the end; its
// reports are kept in the temporary folder for the next comparison. Captures are those of fixtures/ and, where they are there, of
// ../shared/captures/lab (not with --fixtures). Members that a change adds are left out by name: the ids of SAs and the remedies in
// diagnostics (`sa`, `remedy`), and those of --ignore, wherever they stand. Exit code 1 when a report differs.
import { execFile, execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs, promisify } from "node:util"

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const run = promisify(execFile)
const { values: opt, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    fixtures: { type: "boolean", default: false },
    ignore: { type: "string", default: "" },
    show: { type: "string", default: "3" },
  },
})
if (positionals.length !== 2) {
  console.error("usage: node scripts/compare-reports.mjs A B [--only TEXT] [--fixtures] [--ignore NAME,…] [--show N]")
  process.exit(2)
}

const IN_DIAGNOSTICS = ["sa", "remedy"]
const ignored = new Set(opt.ignore.split(",").filter(Boolean))

/** What is run: a capture, with or without keys. */
function* jobs() {
  const folders = [join(root, "fixtures"), ...(opt.fixtures ? [] : [join(root, "../shared/captures/lab")])]
  for (const folder of folders.filter(existsSync))
    for (const name of readdirSync(folder, { recursive: true }).sort()) {
      if (!/\.pcap(ng)?(\.gz)?$/.test(name)) continue
      const capture = join(folder, name)
      if (opt.only && !capture.includes(opt.only)) continue
      yield { name: relative(root, capture), args: [capture] }
      for (const keys of [`${capture}.keys`, join(dirname(capture), "keys.json")].filter(existsSync))
        yield { name: `${relative(root, capture)} with keys`, args: [capture, "--keys", keys] }
    }
}

/** A built tree of a commit, and what takes it away again. */
function treeOf(commit) {
  if (commit === ".") return { tree: root, done: () => {} }
  const tree = mkdtempSync(join(tmpdir(), "ikedump-compare-"))
  execFileSync("git", ["worktree", "add", "--detach", "--force", tree, commit], { cwd: root, stdio: "ignore" })
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"))
  execFileSync("npm", ["run", "--silent", "build"], { cwd: tree, stdio: "inherit" })
  const done = () => {
    execFileSync("git", ["worktree", "remove", "--force", tree], { cwd: root })
    rmSync(tree, { recursive: true, force: true })
  }
  return { tree, done }
}

async function reportOf(tree, args) {
  const options = { maxBuffer: 1 << 30, env: { ...process.env, NO_COLOR: "1" } }
  try {
    const { stdout } = await run(
      process.execPath,
      [join(tree, "bin/ikedump.js"), "report", ...args, "--format", "json"],
      options,
    )
    return stdout
  } catch (e) {
    return `${e.stdout ?? ""}exit ${e.code}`
  }
}

/** Reports of all jobs under one commit. */
async function reportsOf(commit, list) {
  const hash = commit === "." ? undefined : execFileSync("git", ["rev-parse", commit], { cwd: root }).toString().trim()
  const cache = hash && join(tmpdir(), "ikedump-reports", hash)
  const fileOf = job => cache && join(cache, createHash("sha256").update(job.args.join(" ")).digest("hex"))
  const reports = new Map()
  for (const job of list) if (cache && existsSync(fileOf(job))) reports.set(job.name, readFileSync(fileOf(job), "utf8"))
  const missing = list.filter(job => !reports.has(job.name))
  if (missing.length === 0) return reports
  const { tree, done } = treeOf(commit)
  if (cache) mkdirSync(cache, { recursive: true })
  let next = 0
  const worker = async () => {
    while (next < missing.length) {
      const job = missing[next++]
      const text = await reportOf(tree, job.args)
      reports.set(job.name, text)
      if (cache) writeFileSync(fileOf(job), text)
    }
  }
  try {
    await Promise.all([worker(), worker()])
  } finally {
    done()
  }
  return reports
}

/** The report without the members that are not compared, in the order of its members. */
function compared(text) {
  let report
  try {
    report = JSON.parse(text)
  } catch {
    return text
  }
  const strip = (value, inDiagnostic) => {
    if (Array.isArray(value)) return value.map(v => strip(v, inDiagnostic))
    if (value === null || typeof value !== "object") return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !ignored.has(name) && !(inDiagnostic && IN_DIAGNOSTICS.includes(name)))
        .map(([name, v]) => [name, strip(v, false)]),
    )
  }
  const { diagnostics, ...rest } = report
  return JSON.stringify({ ...strip(rest, false), diagnostics: strip(diagnostics, true) }, null, 1)
}

function show(name, a, b) {
  const [x, y] = [a.split("\n"), b.split("\n")]
  const at = x.findIndex((line, i) => line !== y[i])
  const lines = (list, sign) => list.slice(at, at + Number(opt.show)).map(line => `  ${sign} ${line.slice(0, 400)}`)
  console.log([`${name}: differs at line ${at + 1}`, ...lines(x, "-"), ...lines(y, "+")].join("\n"))
}

const list = [...jobs()]
const [a, b] = [await reportsOf(positionals[0], list), await reportsOf(positionals[1], list)]
let different = 0
for (const { name } of list) {
  const [x, y] = [compared(a.get(name)), compared(b.get(name))]
  if (x === y) continue
  different++
  show(name, x, y)
}
console.log(`reports: ${list.length - different} of ${list.length} the same`)
process.exit(different > 0 || list.length === 0 ? 1 : 0)
