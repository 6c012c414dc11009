/** A run of very many IKE SAs without keys holds none of them: the same rows, written as each closes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { RunFolder } from "../../src/batch/run-folder.ts"
import { fold, merge, plan } from "../../src/batch/stages.ts"
import type { SegmentWorkers } from "../../src/node/segment-jobs.ts"
import { SegmentWork } from "../../src/node/segment-work.ts"
import { parquetRows } from "../helpers/parquet.ts"
import { rotated } from "./captures.ts"

const base = mkdtempSync(join(tmpdir(), "ikedump-stream-"))
afterAll(() => rmSync(base, { recursive: true }))

function inline(): SegmentWorkers {
  const work = new SegmentWork()
  return { threads: 2, run: async job => structuredClone(await work.run(job)) as never, share: () => 0 }
}

const TABLES = ["captures", "ike_sas", "exchanges", "child_sas", "esp_sas", "checks", "findings", "verdicts"]

/** The tables of a run, sorted: SAs are written in the order in which they close. */
async function run(name: string, captures: readonly string[], mostSas?: number) {
  const folder = new RunFolder(join(base, name))
  plan(folder, captures)
  await fold(folder, inline(), mostSas)
  const held = folder.fold()?.census === undefined
  const outcomes = await merge(folder, inline())
  const rows = TABLES.map(table =>
    readFileSync(join(folder.resultPath, `${table}.ndjson`), "utf8")
      .replaceAll(folder.path, "")
      .split("\n")
      .sort(),
  )
  const rates = (await parquetRows(folder.resultPath, "esp_rates")).map(row => row.replaceAll(folder.path, ""))
  return { held, outcomes, rates, rows: Object.fromEntries(TABLES.map((table, i) => [table, rows[i]])) }
}

it.each(["v2-nat", "v2-retrans", "v1-main-psk", "v2-no-proposal"])("%s", async fixture => {
  const folder = join(base, fixture)
  mkdirSync(folder)
  const captures = rotated(fixture, folder, 3)
  const held = await run(`${fixture}-held`, captures)
  const streamed = await run(`${fixture}-streamed`, captures, 0)
  expect([held.held, streamed.held]).toEqual([true, false])
  expect(streamed.rows).toEqual(held.rows)
  expect(streamed.rates).toEqual(held.rates)
  expect(streamed.outcomes).toEqual(held.outcomes)
  expect(held.rows.ike_sas.length).toBeGreaterThan(1)
})
