/**
 * ESP decrypted and verified: `ikedump report` beside tshark, whole processes in turn, medians.
 *
 *   node bench/esp.mjs [--packets 200000] [--sas 1] [--runs 3] [--only cbc-sha256|gcm-256|chacha] [--threads 2] [--plane] [--no-tshark]
 *
 * Makes captures of 1400-byte packets in bench/data. `--threads` is what is measured beside one thread; `--plane` measures reading and the
 * data plane alone, without the report. tshark has no tree and one `-z io,stat`; it cannot open ChaCha20-Poly1305.
 */
import { join } from "node:path"
import { parseArgs } from "node:util"
import { makeCapture, SUITES } from "./esp-data.mjs"
import { tsharkEsp } from "./lib/tshark-esp.mjs"
import { alternate, ikedump, print, summary, verdicts } from "./measure.mjs"

const { values: opt } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    packets: { type: "string", default: "200000" },
    sas: { type: "string", default: "1" },
    only: { type: "string" },
    plane: { type: "boolean", default: false },
    threads: { type: "string", default: "2" },
    "no-tshark": { type: "boolean", default: false },
  },
})
const packets = Number(opt.packets)
const sas = Number(opt.sas)

/** How many times as fast as tshark one thread has to be, by suite, with one SA; with 1,000 SAs it is 50. */
const NEEDED = { "cbc-sha256": 2, "gcm-256": 3 }

function open({ capture, keys }, threads) {
  if (!opt.plane) return ikedump("report", capture, "--keys", keys, "--threads", threads, "--format", "ndjson")
  return [process.execPath, [join(import.meta.dirname, "esp-plane.mjs"), capture, keys, String(Number(threads) - 1)]]
}

/** How many packets a report in NDJSON says were verified. */
const verified = ndjson =>
  ndjson
    .trim()
    .split("\n")
    .map(line => JSON.parse(line))
    .reduce((n, o) => n + (o.icvOk ?? (o.kind === "esp_sa" ? o.icv_ok : 0)), 0)

const held = []
for (const [name, suite] of Object.entries(SUITES)) {
  if (opt.only && opt.only !== name) continue
  const files = makeCapture(name, packets, sas)
  const commands = {
    "ikedump, one thread": open(files, "1"),
    [`ikedump, ${opt.threads} threads`]: open(files, opt.threads),
  }
  if (suite.wireshark && !opt["no-tshark"]) commands.tshark = tsharkEsp(files)
  const all = alternate(commands, Number(opt.runs))
  const reference = all.has("tshark") ? summary(all.get("tshark")) : undefined
  for (const [row, runs] of all) {
    const own = summary(runs)
    const against = reference && row !== "tshark"
    const ratio = against && reference.seconds / own.seconds
    const words = against ? `${ratio.toFixed(1)} times tshark (cpu ${(reference.cpu / own.cpu).toFixed(1)})` : ""
    print(`${name}, ${packets} packets, ${sas} SAs: ${row}`, own, words)
    if (row === "tshark") continue
    if (verified(runs[0].stdout) !== packets) throw new Error(`${row}: not every packet was verified`)
    const needed = sas >= 1000 ? 50 : sas === 1 ? NEEDED[name] : undefined
    if (ratio && needed && row.endsWith("one thread"))
      held.push([`${name}: at least ${needed} times tshark`, ratio, r => r >= needed])
  }
}
verdicts(held)
