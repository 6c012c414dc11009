/** Every query of examples/queries.sql, run by DuckDB over the tables of real captures, against what their reports say. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { afterAll, beforeAll, expect, it } from "vitest"
import { TABLES } from "../../src/batch/tables/definitions.ts"
import { TableFiles } from "../../src/batch/tables/files.ts"
import { rateBins } from "../../src/batch/tables/rates.ts"
import { writeRows } from "../../src/batch/tables/rows.ts"
import { analyzeFiles, loadSecrets } from "../../src/node/index.ts"
import type { Report } from "../../src/report/types.ts"

const root = resolve(import.meta.dirname, "../..")
const NAMES = ["v2-psk-modp2048", "v2-no-proposal", "v2-retrans", "v2-auth-failed", "v2-collision", "v1-main-psk"]
const folder = mkdtempSync(join(tmpdir(), "ikedump-queries-"))
afterAll(() => rmSync(folder, { recursive: true }))

type Rows = Record<string, string | number | null>[]
const queries = readFileSync(join(root, "examples/queries.sql"), "utf8")
  .split(/^-- (?=\d+\. )/m)
  .slice(1)
let report: Report
let answers: Rows[]

/** A capture of which every third ESP packet is lost, in its own time; its path. */
function lossy(): string {
  const bytes = readFileSync(join(root, "fixtures/v2-nat/capture.pcap"))
  const parts = [bytes.subarray(0, 24)]
  let esp = 0
  for (let at = 24; at < bytes.length; ) {
    const record = bytes.subarray(at, at + 16 + bytes.readUInt32LE(at + 8))
    const isEsp = record.length > 16 + 50 && record.readUInt16BE(16 + 36) === 4500 && record.readUInt32BE(16 + 42) !== 0
    if (!isEsp || esp++ % 3 !== 1) parts.push(record)
    at += record.length
  }
  const path = join(folder, "lossy.pcap")
  writeFileSync(path, Buffer.concat(parts))
  return path
}

beforeAll(async () => {
  const captures = NAMES.map(name => join(root, "fixtures", name, "capture.pcap"))
  const { secrets } = await loadSecrets(
    ["v2-psk-modp2048", "v2-collision", "v2-auth-failed"].map(n => join(root, "fixtures", n, "keys.json")),
  )
  const analysis = await analyzeFiles([...captures, lossy()], { secrets, rates: true })
  report = analysis.report
  const files = new TableFiles(join(folder, "result"), TABLES)
  writeRows("run", report, rateBins(analysis.dataSas), (table, row) => files.row(table, row))
  files.finish()
  const connection = await (await DuckDBInstance.create()).connect()
  answers = []
  for (const sql of queries) {
    const placed = sql.slice(sql.indexOf("\n")).replaceAll("'result/", `'${folder}/result/`)
    answers.push((await connection.runAndReadAll(placed)).getRowObjectsJson() as Rows)
  }
  connection.closeSync()
})

const sum = (rows: Rows, column: string) => rows.reduce((n, row) => n + Number(row[column]), 0)
const children = () => report.ike_sas.flatMap(sa => sa.child_sas)

it("there are ten", () => expect(answers).toHaveLength(10))

it("1: Child SAs without PFS", () => {
  const rekeys = children().filter(c => c.rekeys !== null)
  expect(sum(answers[0], "child_sas")).toBe(rekeys.length)
  expect(sum(answers[0], "without_pfs")).toBe(rekeys.filter(c => !c.pfs).length)
  expect(rekeys.length).toBeGreaterThan(0)
})

it("2: failures by cause and hour", () => {
  const bad = report.ike_sas.filter(sa => ["failed", "no-answer", "no-tunnel", "lost"].includes(sa.verdict.outcome))
  expect(sum(answers[1], "sas")).toBeGreaterThanOrEqual(bad.length)
  expect(answers[1].map(row => row.cause)).toEqual(expect.arrayContaining(bad.map(sa => sa.verdict.cause)))
  expect(bad.length).toBeGreaterThan(0)
})

it("3: peers that offer MODP-1024", () => {
  const offering = report.ike_sas.filter(sa => sa.offered.some(o => o.ke.includes("MODP-1024")))
  expect(sum(answers[2], "ike_sas")).toBe(offering.length)
})

it("4: rekeys that lost packets", () => {
  const rekeyed = new Set(children().flatMap(c => (c.rekeys === null ? [] : [c.id])))
  const lost = report.esp_sas.filter(sa => sa.child_sa !== null && rekeyed.has(sa.child_sa))
  expect(sum(answers[3], "missing")).toBe(lost.reduce((n, sa) => n + sa.sequence.missing, 0))
})

it("5: ESP loss over time", () => {
  const esp = report.esp_sas.filter(sa => sa.sequence.duplicate === 0)
  expect(esp).toHaveLength(report.esp_sas.length)
  expect(sum(answers[4], "packets")).toBe(esp.reduce((n, sa) => n + sa.packets, 0))
  const missing = esp.reduce((n, sa) => n + sa.sequence.missing, 0)
  expect(sum(answers[4], "sent") - sum(answers[4], "packets")).toBe(missing)
  expect(missing).toBeGreaterThan(0)
  const lost = answers[4].filter(row => Number(row.lost_percent) > 0)
  // In the minutes of one capture only.
  const { first_time, last_time } = report.captures.find(c => c.path.endsWith("lossy.pcap"))!
  expect(lost.length).toBeGreaterThan(0)
  for (const { minute } of lost) {
    expect(String(minute) <= last_time!.replace("T", " ")).toBe(true)
    expect(String(minute).slice(0, 16) >= first_time!.replace("T", " ").slice(0, 16)).toBe(true)
  }
})

it("6: post-quantum readiness by site", () => {
  expect(sum(answers[5], "ike_sas")).toBe(report.ike_sas.length)
  const hybrid = report.ike_sas.filter(sa => sa.suite.ke.some(ke => ke.startsWith("ML-KEM")))
  expect(sum(answers[5], "negotiated")).toBe(hybrid.length)
})

it("7: which algorithms carry traffic", () => {
  expect(sum(answers[6], "bytes")).toBe(report.esp_sas.reduce((n, sa) => n + sa.bytes, 0))
})

it("8: exchanges that needed retransmissions", () => {
  const repeats = report.ike_sas.flatMap(sa => sa.exchanges).reduce((n, x) => n + x.retransmissions, 0)
  expect(sum(answers[7], "retransmissions")).toBe(repeats)
  expect(repeats).toBeGreaterThan(0)
})

it("9: checks that failed", () => {
  const failed = report.ike_sas.flatMap(sa => sa.checks).filter(c => c.status === "fail")
  expect(sum(answers[8], "failed")).toBe(failed.length)
})

it("10: the captures to look at first", () => {
  const bad = report.ike_sas.filter(sa => !["up", "closed", "partial"].includes(sa.verdict.outcome))
  expect(sum(answers[9], "sas")).toBeGreaterThanOrEqual(bad.length)
  const paths = bad.map(sa => report.captures[sa.captures[0]].path)
  expect(answers[9].map(row => row.capture)).toEqual(expect.arrayContaining(paths))
})
