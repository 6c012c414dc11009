/** Writes the result tables as Parquet and, but for large ones, NDJSON, row group by row group; a file appears under its name when it is whole. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import { fileWriter, ParquetWriter } from "hyparquet-writer"
import { safeJson } from "../../bytes/safe-json.ts"
import type { Column, ColumnType, Table, Value } from "./table.ts"

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number]

/** Rows held of one table before they are written. */
const GROUP_ROWS = 8000
/** Characters of JSON held. */
const TEXT_LENGTH = 1 << 20

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
  readonly #beside: { readonly ndjson?: string; readonly parquet: string }
  readonly #lines: JsonLines | undefined
  readonly #parquet: ParquetWriter
  /** Values that were not written yet, a list for each column. */
  #columns: Value[][]

  constructor(
    readonly folder: string,
    readonly table: Table,
  ) {
    this.#columns = table.columns.map(() => [])
    const beside = (end: string) => join(folder, `.${table.name}.${process.pid}.${end}`)
    const parquet = beside("parquet")
    const ndjson = table.large ? undefined : beside("ndjson")
    this.#beside = ndjson === undefined ? { parquet } : { ndjson, parquet }
    this.#lines = ndjson === undefined ? undefined : new JsonLines(ndjson, table)
    const writer = fileWriter(parquet)
    this.#parquet = new ParquetWriter({ writer, schema: schemaOf(table), createdBy: "ikedump" })
  }

  row(row: Value[]): void {
    this.#lines?.add(row)
    const columns = this.#columns
    for (let i = 0; i < columns.length; i++) columns[i].push(stored(this.table.columns[i].type, row[i]))
    if (columns[0].length >= GROUP_ROWS) this.#flush()
  }

  finish(): void {
    this.#flush()
    this.#lines?.close()
    this.#parquet.finish()
  }

  rename(): void {
    for (const [end, path] of Object.entries(this.#beside))
      renameSync(path, join(this.folder, `${this.table.name}.${end}`))
  }

  abandon(): void {
    for (const path of Object.values(this.#beside)) rmSync(path, { force: true })
  }

  #flush(): void {
    const columns = this.#columns
    if (columns[0].length === 0) return
    this.#columns = columns.map(() => [])
    this.#lines?.flush()
    // The lowest and the highest text of a group lead no query past it.
    const columnData = this.table.columns.map(({ name, type }, i) => {
      return { name, data: columns[i], statistics: type !== "text" }
    })
    this.#parquet.write({ columnData, rowGroupSize: GROUP_ROWS })
  }
}

const stored = (type: ColumnType, value: Value): Value =>
  type === "int" && typeof value === "number" ? BigInt(value) : value

/** Rows as JSON, a line each. */
class JsonLines {
  readonly #fd: number
  /** What stands in front of each value. */
  readonly #names: readonly string[]
  #text = ""
  /** The row before, and its JSON: most values come again. */
  readonly #last: Value[]
  readonly #lastJson: string[]
  /** The second that was written last, and its text. */
  #second = 0n
  #secondText = "1970-01-01T00:00:00"

  constructor(
    path: string,
    readonly table: Table,
  ) {
    this.#fd = openSync(path, "w")
    this.#names = table.columns.map(({ name }, i) => `${i === 0 ? "{" : ","}${JSON.stringify(name)}:`)
    this.#last = table.columns.map(() => null)
    this.#lastJson = table.columns.map(() => "null")
  }

  add(row: readonly Value[]): void {
    for (let i = 0; i < row.length; i++) {
      if (row[i] !== this.#last[i]) {
        this.#last[i] = row[i]
        this.#lastJson[i] = this.#json(row[i])
      }
      this.#text += this.#names[i] + this.#lastJson[i]
    }
    this.#text += "}\n"
    if (this.#text.length > TEXT_LENGTH) this.flush()
  }

  flush(): void {
    const bytes = Buffer.from(this.#text, "utf8")
    this.#text = ""
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at)
  }

  close(): void {
    this.flush()
    closeSync(this.#fd)
  }

  #json(value: Value): string {
    if (typeof value === "string") return safeJson(value)
    return typeof value === "bigint" ? `"${this.#timeText(value)}"` : String(value)
  }

  /** RFC 3339 with microseconds. */
  #timeText(micros: bigint): string {
    const second = micros / 1_000_000n
    if (second !== this.#second) {
      this.#second = second
      this.#secondText = new Date(Number(second) * 1000).toISOString().slice(0, 19)
    }
    return `${this.#secondText}.${String(micros - second * 1_000_000n).padStart(6, "0")}Z`
  }
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
