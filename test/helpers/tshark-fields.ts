/** What tshark printed of a capture, held against `ikedump fields`: values by frame and field, as multisets. */

/** One frame as the oracle files have it. */
export interface OracleFrame {
  readonly frame: number
  readonly fields: Readonly<Record<string, readonly string[]>>
}

export const oracleNames = (oracle: readonly OracleFrame[]): string[] => [
  ...new Set(oracle.flatMap(f => Object.keys(f.fields))),
]

/** Arguments of `fields` for these names, with the output as JSON lines. */
export const fieldArguments = (capture: string, names: readonly string[], keys: readonly string[] = []): string[] => [
  "fields",
  capture,
  ...names.flatMap(name => ["-e", name]),
  ...keys.flatMap(file => ["--keys", file]),
  "--format",
  "ndjson",
]

/** Values of the oracle that are not in the output: `frame 3 isakmp.spi: 0102, not 0304`. */
export function missing(oracle: readonly OracleFrame[], output: string): { misses: string[]; total: number } {
  const lines = output.split("\n").filter(line => line !== "")
  const ours = new Map(lines.map(line => JSON.parse(line) as OracleFrame).map(f => [f.frame, f.fields]))
  const misses: string[] = []
  let total = 0
  for (const { frame, fields } of oracle)
    for (const [name, wanted] of Object.entries(fields)) {
      const left = [...(ours.get(frame)?.[name] ?? [])]
      total += wanted.length
      for (const value of wanted) {
        const at = left.indexOf(value)
        if (at >= 0) left.splice(at, 1)
        else misses.push(`frame ${frame} ${name}: ${value}, not ${ours.get(frame)?.[name]?.join(" ") ?? "nothing"}`)
      }
    }
  return { misses, total }
}
