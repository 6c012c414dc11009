/**
 * `node bench/ike-secrets.mjs [N]`: N IKE SAs (1,000) with N secrets of each kind, in the order of the capture and in random order.
 * Prints seconds of the whole command; after `npm run build`.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"

const count = Number(process.argv[2] ?? 1000)
const data = join(import.meta.dirname, "data")
const capture = join(data, `ike-${count}.pcapng`)
const keysOf = (kind, order) => join(data, `ike-${count}-${kind}-${order}.json`)

if (!existsSync(capture)) await generate()
const runs = [
  ["dh_private", "random"],
  ["ike_sas", "random"],
  ["dh_shared", "capture"],
  ["skeyseed", "capture"],
  ["dh_shared", "random"],
  ["skeyseed", "random"],
]
for (const [kind, order] of runs) {
  const bin = join(import.meta.dirname, "../bin/ikedump.js")
  const started = performance.now()
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [bin, "report", capture, "--keys", keysOf(kind, order), "--format", "json"],
    { encoding: "utf8", maxBuffer: 1 << 30 },
  )
  const seconds = ((performance.now() - started) / 1000).toFixed(2)
  if (!stdout) throw new Error(stderr)
  const opened = JSON.parse(stdout).ike_sas.filter(sa => sa.keys.status !== "none").length
  console.log(`${kind.padEnd(10)} in ${order} order: ${seconds} s, ${opened} of ${count} SAs opened`)
}

/** The player is TypeScript of the tests: bundled, then run. */
async function generate() {
  mkdirSync(data, { recursive: true })
  const outfile = join(data, "play-many.mjs")
  const entryPoints = [join(import.meta.dirname, "lib/play-many.ts")]
  await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", packages: "external" })
  const { playMany } = await import(pathToFileURL(outfile).href)
  const many = playMany(count)
  writeFileSync(capture, many.capture)
  for (const [kind, list] of Object.entries(many.secrets)) {
    const shuffled = list.map((value, i) => [(i * 7919) % count, value]).sort((a, b) => a[0] - b[0])
    for (const [order, values] of [
      ["capture", list],
      ["random", shuffled.map(pair => pair[1])],
    ])
      writeFileSync(keysOf(kind, order), JSON.stringify({ ikedump_keys: 1, [kind]: values }))
  }
}
