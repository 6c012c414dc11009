/** Writes the result tables as NDJSON and Parquet, row group by row group; a file appears under its name when it is whole. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import { fileWriter, ParquetWriter } from "hyparquet-writer"
import { safeJson } from "../../bytes/safe-json.ts"
import type { Column, ColumnType, Table, Value } from "./table.ts"

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number]

/** Rows held of one table before they are written. */
const GROUP_ROWS = 20_000

export class TableFiles {
  readonly #tables = new Map<Table, TableFile>()

  /** Throws node's error when the folder cannot be made. */
  constructor(
    readonly folder: string,
    tables: readonly Table[],
  ) {
    mkdirSync(folder, { recursive: true })
    for (const table of tables) this.#tables.set(table, new TableFile(folder, table))
  }

  row(table: Table, row: Value[]): void {
    const file = this.#tables.get(table)
    if (!file) throw new TypeError(`no table ${table.name} here`)
    file.row(row)
  }

  /** Writes the rest and gives every file its name. */
  finish(): void {
    for (const file of this.#tables.values()) file.finish()
    for (const file of this.#tables.values()) file.rename()
  }

  /** Removes what was written so far. */
  abandon(): void {
    for (const file of this.#tables.values()) file.abandon()
  }
}

class TableFile {
  readonly #beside: { readonly ndjson: string; readonly parquet: string }
  readonly #ndjson: number
  readonly #parquet: ParquetWriter
  #rows: Value[][] = []

  constructor(
    readonly folder: string,
    readonly table: Table,
  ) {
    const beside = (end: string) => join(folder, `.${table.name}.${process.pid}.${end}`)
    this.#beside = { ndjson: beside("ndjson"), parquet: beside("parquet") }
    this.#ndjson = openSync(this.#beside.ndjson, "w")
    const writer = fileWriter(this.#beside.parquet)
    this.#parquet = new ParquetWriter({ writer, schema: schemaOf(table), createdBy: "ikedump" })
  }

  row(row: Value[]): void {
    this.#rows.push(row)
    if (this.#rows.length >= GROUP_ROWS) this.#flush()
  }

  finish(): void {
    this.#flush()
    closeSync(this.#ndjson)
    this.#parquet.finish()
  }

  rename(): void {
    for (const end of ["ndjson", "parquet"] as const)
      renameSync(this.#beside[end], join(this.folder, `${this.table.name}.${end}`))
  }

  abandon(): void {
    for (const path of Object.values(this.#beside)) rmSync(path, { force: true })
  }

  #flush(): void {
    const rows = this.#rows
    if (rows.length === 0) return
    this.#rows = []
    writeAll(this.#ndjson, rows.map(row => jsonLine(this.table, row)).join(""))
    const columnData = this.table.columns.map(({ name, type }, i) => ({
      name,
      data: rows.map(row => stored(type, row[i])),
    }))
    this.#parquet.write({ columnData, rowGroupSize: GROUP_ROWS })
  }
}

const stored = (type: ColumnType, value: Value): Value =>
  type === "int" && typeof value === "number" ? BigInt(value) : value

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, "utf8")
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

function jsonLine({ columns }: Table, row: readonly Value[]): string {
  const members = columns.map(({ name, type }, i) => [name, type === "time" ? timeText(row[i]) : row[i]])
  return `${safeJson(Object.fromEntries(members))}\n`
}

/** RFC 3339 with microseconds. */
function timeText(value: Value): string | null {
  if (typeof value !== "bigint") return null
  const seconds = new Date(Number(value / 1000n)).toISOString().slice(0, 19)
  return `${seconds}.${String(value % 1_000_000n).padStart(6, "0")}Z`
}

/** Parquet's types of ours. A text is UTF-8; a time a timestamp in UTC of microseconds. */
const PARQUET: Readonly<Record<ColumnType, Omit<SchemaElement, "name">>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  int: { type: "INT64" },
  bool: { type: "BOOLEAN" },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
}

const schemaOf = ({ columns }: Table): SchemaElement[] => [
  { name: "root", num_children: columns.length },
  ...columns.map(({ name, type }: Column): SchemaElement => ({ name, repetition_type: "OPTIONAL", ...PARQUET[type] })),
]
