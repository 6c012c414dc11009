/** The `-E` options of `ikedump fields`, as tshark has them, and a row of values put together by them. */
import { CliError } from "./exit.ts"

/** Where rows go. */
export interface TextOutput {
  /** Nobody reads any more. */
  readonly closed: boolean
  write(text: string): void
  flush(): void
}

export interface FieldOutput {
  readonly bom: boolean
  readonly header: boolean
  readonly separator: string
  /** Of several values in a frame the first, the last, or all. */
  readonly occurrence: "f" | "l" | "a"
  readonly aggregator: string
  /** Around each column that has a value. */
  readonly quote: string
}

const QUOTES: Readonly<Record<string, string>> = { d: '"', s: "'", n: "" }
const YES: Readonly<Record<string, boolean>> = { y: true, Y: true, n: false, N: false }
const SEPARATORS: Readonly<Record<string, string>> = { "/t": "\t", "/s": " " }

const OPTIONS = [
  "bom=y|n",
  "header=y|n",
  "separator=/t|/s|<character>",
  "occurrence=f|l|a",
  "aggregator=,|/s|<character>",
  "quote=d|s|n",
]

/** Reads `-E name=value` options. Throws CliError for one that tshark would not know either. */
export function fieldOutput(options: readonly string[]): FieldOutput {
  const read = new Map<string, string>()
  for (const option of options) {
    const at = option.indexOf("=")
    read.set(option.slice(0, at), option.slice(at + 1))
    if (at < 0 || !OPTIONS.some(o => o.startsWith(`${option.slice(0, at)}=`))) throw badOption(option)
  }
  const pick = <T>(name: string, otherwise: string, values: (value: string) => T | undefined): T => {
    const value = read.get(name) ?? otherwise
    const found = values(value)
    if (found === undefined) throw badOption(`${name}=${value}`)
    return found
  }
  return {
    bom: pick("bom", "n", v => YES[v]),
    header: pick("header", "n", v => YES[v]),
    separator: pick("separator", "/t", separatorOf),
    occurrence: pick("occurrence", "a", v => (v === "f" || v === "l" || v === "a" ? v : undefined)),
    aggregator: pick("aggregator", ",", separatorOf),
    quote: pick("quote", "n", v => QUOTES[v]),
  }
}

/** As in tshark only the first character of a longer text counts. */
const separatorOf = (value: string): string | undefined => SEPARATORS[value] ?? ([...value][0] || undefined)

const badOption = (option: string): CliError =>
  new CliError(`${JSON.stringify(option)} is not an output option of fields`, undefined, [
    `known: ${OPTIONS.join(", ")}`,
  ])

/** Writes one column of a row: the first `count` of `values`. Piece by piece: a text put together costs more than its bytes. */
export function writeColumn(to: TextOutput, values: readonly string[], count: number, format: FieldOutput): void {
  if (count === 0) return
  const { occurrence, aggregator, quote } = format
  if (quote !== "") to.write(quote)
  to.write(values[occurrence === "l" ? count - 1 : 0])
  if (occurrence === "a")
    for (let i = 1; i < count; i++) {
      to.write(aggregator)
      to.write(values[i])
    }
  if (quote !== "") to.write(quote)
}

/** The values that count. */
export function occurring(values: readonly string[], count: number, { occurrence }: FieldOutput): readonly string[] {
  if (occurrence === "a") return values.slice(0, count)
  return [values[occurrence === "f" ? 0 : count - 1]]
}
