/** What a result table is: columns with types, and rows as lists of values in their order. */

/** `time` is microseconds since 1970 in UTC as a bigint; `int` a safe integer. */
export type ColumnType = "text" | "int" | "bool" | "time"

export interface Column {
  readonly name: string
  readonly type: ColumnType
}

/** A value of a row; null is unknown or not applicable. */
export type Value = string | number | boolean | bigint | null

export interface Table {
  readonly name: string
  /** Has many small rows, which as text would be most of a result: written as Parquet only. */
  readonly large: boolean
  readonly columns: readonly Column[]
}

/** A table whose rows come from `source`: each column says how it reads one. */
export interface TableOf<T> extends Table {
  row(source: T): Value[]
}

type Reader<T> = readonly [ColumnType, (source: T) => Value]

/** Declares a table: a column a line, with its type and where its value comes from. */
export function table<T>(
  name: string,
  columns: Readonly<Record<string, Reader<T>>>,
  { large = false }: { readonly large?: boolean } = {},
): TableOf<T> {
  const readers = Object.values(columns).map(([, read]) => read)
  return {
    name,
    large,
    columns: Object.entries(columns).map(([column, [type]]) => ({ name: column, type })),
    row: source => readers.map(read => read(source)),
  }
}

export const text = <T>(read: (source: T) => string | null): Reader<T> => ["text", read]
export const int = <T>(read: (source: T) => number | null): Reader<T> => ["int", read]
export const bool = <T>(read: (source: T) => boolean | null): Reader<T> => ["bool", read]
/** A time of the report: RFC 3339 with nanoseconds, cut to microseconds. */
export const time = <T>(read: (source: T) => string | null): Reader<T> => ["time", source => microseconds(read(source))]
/** A time as whole seconds since 1970. */
export const second = <T>(read: (source: T) => number): Reader<T> => [
  "time",
  source => BigInt(read(source)) * 1_000_000n,
]

/** Several values as one text, in order. */
export const list = (values: readonly string[]): string | null => (values.length > 0 ? values.join(", ") : null)

/** Bytes of the text up to whole seconds, `2023-11-14T22:13:20`. */
const TO_SECONDS = 19
/** The second, and the time, that was asked for last: times of one SA are close together. */
let lastText = ""
let lastSecond = 0n
let lastTime = ""
let lastMicros = 0n

function microseconds(rfc3339: string | null): bigint | null {
  if (rfc3339 === null) return null
  if (rfc3339 === lastTime) return lastMicros
  const text = rfc3339.slice(0, TO_SECONDS)
  if (text !== lastText) {
    lastSecond = BigInt(Date.parse(`${text}Z`)) * 1000n
    lastText = text
  }
  const fraction = rfc3339.slice(TO_SECONDS + 1, -1)
  lastTime = rfc3339
  lastMicros = lastSecond + BigInt(fraction.slice(0, 6).padEnd(6, "0"))
  return lastMicros
}
