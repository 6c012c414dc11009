/** docs/limits.md says the numbers that the source has, and names every cap of the tables of limits. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"

const root = resolve(import.meta.dirname, "..")
const read = (path: string) => readFileSync(resolve(root, path), "utf8")

interface Row {
  readonly cap: string
  readonly value: number
  readonly file: string
  readonly name: string
  readonly happens: string
}

const rows: Row[] = read("docs/limits.md")
  .split("\n")
  .filter(line => /^\| .* \| [\d,]+ \| `/.test(line))
  .map(line => {
    const [, cap, value, where, happens] = line.split(" | ").join("|").split("|")
    const [file, name] = where.trim().replaceAll("`", "").split(" ")
    return { cap: cap.trim(), value: Number(value.replaceAll(",", "")), file, name, happens: happens.trim() }
  })

/** The number that a source gives a name: a product or a shift of literals. */
function valueIn(file: string, name: string): number | undefined {
  const text = read(file)
  const found =
    new RegExp(`\\b${name} = ([\\d_ *<]+)$`, "m").exec(text) ?? new RegExp(`\\b${name}: ([\\d_ *<]+)[,}\\s]`).exec(text)
  if (!found) return undefined
  const literal = found[1].replaceAll("_", "").trim()
  if (literal.includes("<<"))
    return literal
      .split("<<")
      .map(Number)
      .reduce((a, b) => a * 2 ** b)
  return literal
    .split("*")
    .map(Number)
    .reduce((a, b) => a * b)
}

describe("docs/limits.md", () => {
  it("has rows", () => expect(rows.length).toBeGreaterThan(25))

  it.each(rows.map(r => [`${r.file} ${r.name}`, r] as const))("%s", (_, { file, name, value, happens }) => {
    expect(valueIn(file, name)).toBe(value)
    expect(happens.length).toBeGreaterThan(10)
  })

  it.each([
    ["src/track/limits.ts", "TRACK_LIMITS"],
    ["src/net/limits.ts", "NET_LIMITS"],
  ])("names every member of %s", (file, table) => {
    const body = read(file).split(table)[1]
    const members = [...body.matchAll(/^ {2}(\w+): /gm)].map(m => m[1])
    expect(members.length).toBeGreaterThan(5)
    expect(members.filter(name => !rows.some(r => r.file === file && r.name === name))).toEqual([])
  })
})
