/** The result tables: what is written is read again, by a Parquet reader that is not the writer, and holds what the report holds. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { TABLES } from "../../src/batch/tables/definitions.ts"
import { TableFiles } from "../../src/batch/tables/files.ts"
import { writeRows } from "../../src/batch/tables/rows.ts"
import { analyzeFiles, loadSecrets } from "../../src/node/index.ts"
import type { Report } from "../../src/report/types.ts"

const fixtures = resolve(import.meta.dirname, "../../fixtures")
const folder = mkdtempSync(join(tmpdir(), "ikedump-tables-"))
afterAll(() => rmSync(folder, { recursive: true }))

let report: Report
const rates = [
  {
    espSa: "esp/0",
    start: 1_767_323_045,
    seconds: 10,
    packets: 3,
    bytes: 400,
    firstSequence: 1,
    lastSequence: 4,
  },
]

beforeAll(async () => {
  const captures = ["v2-psk-modp2048", "v2-no-proposal", "v1-main-psk"].map(name =>
    join(fixtures, name, "capture.pcap"),
  )
  const { secrets } = await loadSecrets([join(fixtures, "v2-psk-modp2048/keys.json")])
  ;({ report } = await analyzeFiles(captures, { secrets }))
  const files = new TableFiles(folder, TABLES)
  writeRows("run-1", report, rates, (table, row) => files.row(table, row))
  files.finish()
})

/** Rows of a query over the Parquet files, as objects. */
async function query(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create()).connect()
  try {
    return (await connection.runAndReadAll(sql.replace(/\{(\w+)\}/g, `'${folder}/$1.parquet'`))).getRowObjectsJson()
  } finally {
    connection.closeSync()
  }
}

const ndjson = (name: string) =>
  readFileSync(join(folder, `${name}.ndjson`), "utf8")
    .trim()
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line))

describe("the tables", () => {
  it.each(TABLES.filter(t => !t.large).map(t => [t.name, t] as const))(
    "%s is the same in Parquet and NDJSON, with the declared types",
    async (name, table) => {
      const columns = await query(`describe select * from {${name}}`)
      const types = { text: "VARCHAR", int: "BIGINT", bool: "BOOLEAN", time: "TIMESTAMP WITH TIME ZONE" }
      expect(columns.map(c => [c.column_name, c.column_type])).toEqual(table.columns.map(c => [c.name, types[c.type]]))
      const numbers = table.columns.filter(c => c.type !== "time").map(c => c.name)
      const rows = await query(`select ${numbers.join(", ")} from {${name}}`)
      const plain = ndjson(name).map(row =>
        Object.fromEntries(numbers.map(n => [n, typeof row[n] === "number" ? String(row[n]) : row[n]])),
      )
      expect(rows).toEqual(plain)
      expect(rows.length).toBeGreaterThan(0)
    },
  )

  it("esp_rates is in Parquet only", async () => {
    expect(existsSync(join(folder, "esp_rates.ndjson"))).toBe(false)
    const [row, ...others] = await query("select *, epoch_us(time) as us from {esp_rates}")
    expect([others, row.esp_sa, row.us, row.seconds]).toEqual([[], "esp/0", "1767323045000000", "10"])
    expect([row.packets, row.bytes, row.first_sequence, row.last_sequence]).toEqual(["3", "400", "1", "4"])
  })

  it("hold what the report holds", async () => {
    expect(ndjson("ike_sas").map(r => r.ike_sa)).toEqual(report.ike_sas.map(sa => sa.id))
    expect(ndjson("checks")).toHaveLength(report.ike_sas.reduce((n, sa) => n + sa.checks.length, 0))
    expect(ndjson("findings").map(r => r.code)).toEqual(report.diagnostics.map(d => d.code))
    const [first] = await query("select epoch_us(first_time) as us from {captures}")
    const { first_time } = report.captures[0]
    expect(BigInt(first.us as string)).toBe(
      BigInt(Date.parse(first_time ?? "")) * 1000n + BigInt((first_time ?? "").slice(23, 26)),
    )
  })

  it("join by their keys", async () => {
    const joined = await query(
      "select e.spi, c.encr, s.initiator from {esp_sas} e join {child_sas} c using (run, child_sa) join {ike_sas} s on s.run = c.run and s.ike_sa = c.ike_sa",
    )
    expect(joined.length).toBe(report.esp_sas.filter(sa => sa.child_sa !== null).length)
    expect(joined.length).toBeGreaterThan(0)
  })

  it("leave nothing behind when they are abandoned", () => {
    const other = join(folder, "abandoned")
    const files = new TableFiles(other, TABLES)
    writeRows("run-1", report, [], (table, row) => files.row(table, row))
    files.abandon()
    expect(TABLES.filter(t => existsSync(join(other, `${t.name}.parquet`)))).toEqual([])
  })
})
