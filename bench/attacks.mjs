/**
 * `node bench/attacks.mjs [--keyed] [--write] [--command NAME,…] [WORD…]`: hostile files of 9.9 MB (those with a WORD in their name), each through
 * every command that reads captures, or through those named: processor time, user and system, and peak memory; after `npm run build`. With
 * `--keyed` the files are of one SA, and are opened with its secret. Two bounds must hold: 300 MB, and 5 s, with another 5 s for each 50 MB
 * that a command prints. `--write` puts the table into docs/limits.md.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { build } from "esbuild"
import { attackFile, KINDS } from "./lib/attack-files.mjs"

const SIZE = 9_900_000
const SECONDS = 5
const MEGABYTES = 300
const root = join(import.meta.dirname, "..")
const data = join(import.meta.dirname, "data")

const keep = join(data, "attack.out")
const COMMANDS = {
  report: ["report"],
  json: ["report", "--format", "json"],
  ndjson: ["report", "--format", "ndjson"],
  html: ["report", "--format", "html", "-o", keep],
  brief: ["brief"],
  packets: ["packets"],
  "packets ndjson": ["packets", "--format", "ndjson"],
  triage: ["triage"],
  audit: ["audit"],
  check: ["check", "--rules", join(root, "examples/rules/interop-smoke.yaml")],
  flow: ["flow"],
  diff: ["diff"],
  watch: ["watch", "--once"],
  sad: ["sad"],
  keys: ["keys"],
  decrypt: ["decrypt", "--ike", "-w", "/dev/null"],
  fields: ["fields", "-e", "frame.number", "-e", "ip.src", "-e", "isakmp.ispi", "-e", "isakmp.messageid"],
  filter: ["fields", "-e", "frame.number", "-Y", "isakmp.notify.msgtype == 16388 || esp.spi == 1"],
  show: ["show"],
}
/** What stands behind the capture of a command: `diff` takes two, `show` the frames. */
const BEHIND = { diff: capture => [capture], show: () => ["1-"] }

const WITHOUT_KEYS = ["brief"]

/** What one command takes. A command may end with what it found (0, 1, 3); anything else is a fault. */
function cost(args, capture, keys) {
  const [command, ...flags] = args
  if (keys && !WITHOUT_KEYS.includes(command)) flags.push("--keys", keys)
  const list = [join(root, "bin/ikedump.js"), command, capture, ...(BEHIND[command]?.(capture) ?? []), ...flags]
  const count = `set -o pipefail; /usr/bin/time -f "%U %S %M" "$0" "$@" | wc -c`
  const { stderr, stdout } = spawnSync(
    "bash",
    ["-c", `${count}; echo "\${PIPESTATUS[0]}"`, process.execPath, ...list],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    },
  )
  const [printed, status] = stdout.trim().split("\n").map(Number)
  const [user, system, kilobytes] = stderr.trim().split("\n").at(-1).split(" ").map(Number)
  const bytes = command === "report" && existsSync(keep) ? statSync(keep).size : printed
  rmSync(keep, { force: true })
  return { seconds: user + system, megabytes: Math.round(kilobytes / 1024), printed: bytes / 1e6, status }
}

/** The kinds of one SA that open: their player is TypeScript of the tests, bundled, then run. */
async function keyedKinds() {
  const outfile = join(data, "keyed-attacks.mjs")
  const entryPoints = [join(import.meta.dirname, "lib/keyed-attacks.ts")]
  await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", packages: "external" })
  const { KEYED, keyedAttack } = await import(pathToFileURL(outfile).href)
  return { kinds: KEYED, make: kind => keyedAttack(kind, SIZE) }
}

/** Seconds that a command may take which prints so many megabytes. */
const allowed = printed => SECONDS * (1 + Math.floor(printed / 50))

const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    keyed: { type: "boolean" },
    write: { type: "boolean" },
    command: { type: "string", default: Object.keys(COMMANDS).join() },
  },
})
const commands = flags.command.split(",")
const reportOnly = flags.command === "report"
const rows = []
mkdirSync(data, { recursive: true })
const files = flags.keyed
  ? await keyedKinds()
  : { kinds: KINDS, make: kind => ({ capture: attackFile(kind, SIZE), keys: undefined }) }
for (const kind of files.kinds.filter(name => words.every(word => name.includes(word)))) {
  const [capture, keyFile] = [join(data, "attack.pcap"), join(data, "attack.json")]
  const made = files.make(kind)
  writeFileSync(capture, made.capture)
  if (made.keys) writeFileSync(keyFile, made.keys, { mode: 0o600 })
  const costs = commands.map(name => ({ name, ...cost(COMMANDS[name], capture, made.keys && keyFile) }))
  const [slowest] = costs.toSorted((a, b) => b.seconds - a.seconds)
  const [largest] = costs.toSorted((a, b) => b.megabytes - a.megabytes)
  const { seconds, megabytes } = costs[0]
  const over = costs.filter(c => c.seconds > allowed(c.printed) || c.megabytes > MEGABYTES)
  const fault = costs.find(c => ![0, 1, 3].includes(c.status))
  if (over.length > 0 || fault) process.exitCode = 1
  const worst = reportOnly
    ? ""
    : ` ${slowest.name} ${slowest.seconds.toFixed(1)} | ${largest.name} ${largest.megabytes} |`
  rows.push(`| ${kind} | ${seconds.toFixed(1)} | ${megabytes} |${worst}`)
  console.log(`${fault ? `FAULT ${fault.name} ${fault.status} ` : ""}${rows.at(-1)}`)
  for (const { name, seconds: s, megabytes: mb, printed } of over)
    console.log(`    OVER ${name}: ${s.toFixed(1)} s, ${mb} MB, prints ${printed.toFixed(1)} MB`)
  rmSync(capture)
  rmSync(keyFile, { force: true })
}

if (flags.write) {
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
