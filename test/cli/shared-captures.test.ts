/** The captures beside the checkout: what tshark said of each, and no command failing on malformed ones. Skipped without them. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { runCommand } from "../helpers/run-command.ts"
import { fieldArguments, missing, type OracleFrame, oracleNames } from "../helpers/tshark-fields.ts"

const shared = join(new URL("../..", import.meta.url).pathname, "../shared/captures")
const SUFFIX = ".tshark.json.gz"
const oracles = existsSync(shared)
  ? readdirSync(shared, { recursive: true, encoding: "utf8" }).filter(f => f.endsWith(SUFFIX))
  : []
if (oracles.length === 0) console.log("skipped: no shared captures beside the checkout")

interface Exclude {
  readonly captures: Readonly<Record<string, { readonly frames?: readonly number[]; readonly fields?: string }>>
}
const excludeFile = join(shared, "../tools/parity-exclude.json")
const exclude: Exclude = existsSync(excludeFile) ? JSON.parse(readFileSync(excludeFile, "utf8")) : { captures: {} }

/** What tshark gets wrong beside that: a part of the capture's name, and fields. */
const TSHARK_WRONG: readonly (readonly [RegExp, RegExp])[] = [
  // The high half of an extended sequence number is left out of the ICV.
  [/\/ls-ls-[^/]*\//, /^esp\.icv_/],
  // Each end has its own PSK: two key sets for one cookie, and noise out of one of them.
  [/\/f1-psk-mismatch\//, /^isakmp\./],
]

/** The oracle without what is known to be tshark's noise. */
function oracleOf(path: string, name: string): OracleFrame[] {
  const rules = Object.entries(exclude.captures).flatMap(([part, rule]) => (name.includes(part) ? [rule] : []))
  const frames: OracleFrame[] = JSON.parse(gunzipSync(readFileSync(path)).toString())
  return frames
    .filter(f => !rules.some(r => r.frames?.includes(f.frame)))
    .map(f => ({
      frame: f.frame,
      fields: Object.fromEntries(
        Object.entries(f.fields).filter(
          ([field]) =>
            !rules.some(r => r.fields && new RegExp(r.fields).test(field)) &&
            !TSHARK_WRONG.some(([part, fields]) => part.test(path) && fields.test(field)),
        ),
      ),
    }))
}

describe.skipIf(oracles.length === 0)("fields of shared captures", () => {
  it("are tshark's, but for what tshark makes of malformed messages", { timeout: 60_000 }, async () => {
    let matched = 0
    let total = 0
    const failed: string[] = []
    for (const file of oracles) {
      const capture = join(shared, file.slice(0, -SUFFIX.length))
      const tables = `${capture}.keys`
      const keys = existsSync(tables) ? readdirSync(tables).map(n => join(tables, n)) : []
      const oracle = oracleOf(join(shared, file), relative(shared, capture))
      const names = oracleNames(oracle)
      if (names.length === 0) continue
      const { out, code } = await runCommand(...fieldArguments(capture, names, keys))
      if (code !== 0 && code !== 3) failed.push(`${file}: exit code ${code}`)
      const held = missing(oracle, out)
      total += held.total
      matched += held.total - held.misses.length
    }
    expect(failed).toEqual([])
    expect(total).toBeGreaterThan(1000)
    expect(matched / total).toBeGreaterThan(0.999)
  })

  it("show draws the first frames of every capture", { timeout: 60_000 }, async () => {
    const failed: string[] = []
    for (const file of oracles) {
      const capture = join(shared, file.slice(0, -SUFFIX.length))
      const { code, out } = await runCommand("show", capture, "1-8", "--format", "ndjson")
      if ((code !== 0 && code !== 3) || !out.startsWith("{")) failed.push(`${file}: exit code ${code}`)
    }
    expect(failed).toEqual([])
  })
})
