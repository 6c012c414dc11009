/**
 * Memory of `ikedump report` and `ikedump decrypt`: long streams of ESP from a pipe and from a file, and captures of very many SPIs.
 *
 *   node bench/memory.mjs [--gb 2] [--spis 100000] [--only TEXT]
 *
 * Prints time and peak resident memory; streams have to stay under 200 MB, very many SPIs under 300 MB. The file goes to bench/data.
 */
import { execSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { DATA, makeKeys } from "./esp-data.mjs"
import { ikedump, measure, print, verdicts } from "./measure.mjs"

const { values: opt } = parseArgs({
  options: {
    gb: { type: "string", default: "2" },
    spis: { type: "string", default: "100000" },
    only: { type: "string", default: "" },
  },
})
const packets = Math.round((Number(opt.gb) * 1e9) / 1486)
const stream = (...args) => `'${process.execPath}' '${join(import.meta.dirname, "esp-stream.mjs")}' ${args.join(" ")}`
const report = (capture, ...args) => ikedump("report", capture, "--format", "ndjson", ...args)

function file() {
  const path = join(DATA, `stream-${packets}.pcap`)
  if (!existsSync(path)) execSync(`${stream("gcm-256", packets)} > '${path}'`)
  return path
}

const one = makeKeys("gcm-256", 1).keys
const thousand = makeKeys("gcm-256", 1000).keys
const cases = {
  [`${opt.gb} GB, one SA, from a pipe`]: () => [...report("-", "--keys", one), stream("gcm-256", packets)],
  [`${opt.gb} GB, CBC, one SA, from a pipe`]: () => {
    const { keys } = makeKeys("cbc-sha256", 1)
    return [...report("-", "--keys", keys), stream("cbc-sha256", packets)]
  },
  [`${opt.gb} GB, 1,000 SAs, from a pipe`]: () => [
    ...report("-", "--keys", thousand),
    stream("gcm-256", packets, 1000),
  ],
  [`${opt.gb} GB, CBC, 1,000 SAs, from a pipe`]: () => {
    const { keys } = makeKeys("cbc-sha256", 1000)
    return [...report("-", "--keys", keys), stream("cbc-sha256", packets, 1000)]
  },
  [`${opt.gb} GB, 1,000 SAs, decrypt, from a pipe`]: () => [
    ...ikedump("decrypt", "-", "--keys", thousand, "-w", "/dev/null"),
    stream("gcm-256", packets, 1000),
  ],
  [`${opt.gb} GB, a key of another suite, from a pipe`]: () => {
    const { keys } = makeKeys("cbc-sha256", 1)
    return [...report("-", "--keys", keys), stream("gcm-256", packets)]
  },
  [`${opt.gb} GB, one SA, from a file`]: () => report(file(), "--keys", one),
  [`${opt.spis} SPIs, no keys`]: () => [...report("-"), stream("gcm-256", 5 * Number(opt.spis), opt.spis, 64)],
  [`${opt.spis} SPIs, a key for one`]: () => [
    ...report("-", "--keys", one),
    stream("gcm-256", 5 * Number(opt.spis), opt.spis, 64),
  ],
  [`${opt.spis} SPIs, no keys, as text`]: () => [
    ...ikedump("report", "-"),
    stream("gcm-256", 5 * Number(opt.spis), opt.spis, 64),
  ],
}
const held = []
for (const [name, make] of Object.entries(cases)) {
  if (!name.includes(opt.only)) continue
  const run = measure(...make())
  if (!run) throw new Error(`${name}: ikedump failed`)
  print(name, run)
  held.push([`${name}: MB`, run.megabytes, mb => mb < (name.includes("SPIs") ? 300 : 200)])
}
verdicts(held)
