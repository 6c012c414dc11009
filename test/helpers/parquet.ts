/** Rows of a result table that is written as Parquet only, by a reader that is not the writer. */
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"

/** Every row of the table of a run as JSON, without the name of the run, in a fixed order. */
export async function parquetRows(result: string, table: string): Promise<string[]> {
  const connection = await (await DuckDBInstance.create()).connect()
  try {
    const sql = `select * exclude (run) from '${join(result, `${table}.parquet`)}'`
    const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson()
    return rows.map(row => JSON.stringify(row)).sort()
  } finally {
    connection.closeSync()
  }
}
