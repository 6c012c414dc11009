/** `ikedump registry [NAME] [VALUE]`: the number tables, one of them, or one entry by number or name. */
import type { Command } from "commander"
import { type CatalogueEntry, REGISTRIES } from "../registry/index.ts"
import type { Registry, RegistryEntry } from "../registry/registry.ts"
import { type Column, renderTable } from "../render/table.ts"
import { CliError } from "./exit.ts"
import { withFormat } from "./options.ts"
import { print as write } from "./print.ts"

interface RegistryOptions {
  format: string
}

export function configure(command: Command): void {
  withFormat(command, "text", "json")
    .addHelpText("after", EXAMPLES)
    .action((name: string | undefined, value: string | undefined, options: RegistryOptions) => {
      const print = PRINTERS[options.format]
      write([`${answer(print, name, value)}\n`])
    })
}

const EXAMPLES = `
NAME is a table or part of its name, VALUE a number or part of an entry's name.

Examples:
  ikedump registry                            which tables there are
  ikedump registry ikev2-encr                 one table
  ikedump registry encr 20                    one number, in every table whose name has "encr"
  ikedump registry notify no_proposal_chosen  one name
`

/** A table of the catalogue with those of its entries that were asked for. */
interface Answer extends CatalogueEntry {
  readonly entries: readonly RegistryEntry[]
  /** The number that was asked for, when no entry has it. */
  readonly unknown?: number
}

interface Printer {
  tables(all: readonly CatalogueEntry[]): string
  entries(found: readonly Answer[]): string
}

function answer(print: Printer, name?: string, value?: string): string {
  if (name === undefined) return print.tables(REGISTRIES)
  const tables = tablesNamed(name)
  if (value === undefined) {
    if (tables.length > 1) return print.tables(tables)
    return print.entries(tables.map(t => ({ ...t, entries: [...t.registry.entries.values()] })))
  }
  return print.entries(lookUp(tables, value))
}

/** The table of that name, or all whose name contains it. */
function tablesNamed(name: string): readonly CatalogueEntry[] {
  const wanted = name.toLowerCase()
  const exact = REGISTRIES.find(t => t.name === wanted)
  if (exact) return [exact]
  const words = wanted.split(/[-_ ]+/)
  const some = REGISTRIES.filter(t => words.every(w => t.name.includes(w)))
  if (some.length === 0)
    throw new CliError(`no table is named "${name}"`, undefined, ['"ikedump registry" lists all tables'])
  return some
}

function lookUp(tables: readonly CatalogueEntry[], value: string): readonly Answer[] {
  const n = /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : undefined
  if (n !== undefined)
    return tables.map(t => {
      const entry = t.registry.get(n)
      return entry ? { ...t, entries: [entry] } : { ...t, entries: [], unknown: n }
    })
  const wanted = squeeze(value)
  const found = tables
    .map(t => ({ ...t, entries: [...t.registry.entries.values()].filter(e => matches(e, wanted)) }))
    .filter(t => t.entries.length > 0)
  if (found.length === 0) throw new CliError(`no entry is named "${value}" in ${tables.map(t => t.name).join(", ")}`)
  return found
}

const squeeze = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "")

const matches = (e: RegistryEntry, wanted: string): boolean =>
  squeeze(e.name).includes(wanted) || squeeze(e.alias ?? "").includes(wanted)

const text: Printer = {
  tables: all =>
    renderTable(
      TABLE_COLUMNS,
      all.map(t => [t.name, String(t.registry.entries.size), t.registry.title]),
    ),
  entries: found => found.map(entriesText).join("\n\n"),
}

const TABLE_COLUMNS: readonly Column[] = [
  { title: "table" },
  { title: "entries", align: "right" },
  { title: "title", shrink: true },
]

function entriesText({ name, registry, entries, unknown }: Answer): string {
  const heading = `${name}  ${registry.title}`
  if (unknown !== undefined) return `${heading}\n  ${registry.label(unknown)}`
  const rows = entries.map(e => [String(e.value), e.name, e.alias ?? "", e.rfc, e.status ?? ""])
  const table = renderTable(ENTRY_COLUMNS, rows, { indent: 2 })
  const ranges = entries.length === 1 ? [] : registry.ranges.map(([a, b, n]) => `  ${a}-${b}  ${n}`)
  return [heading, table, ...ranges].join("\n")
}

const ENTRY_COLUMNS: readonly Column[] = [
  { title: "value", align: "right" },
  { title: "name", shrink: true },
  { title: "in reports" },
  { title: "reference" },
  { title: "status" },
]

const json: Printer = {
  tables: all => stringify(all.map(t => ({ name: t.name, title: t.registry.title, entries: t.registry.entries.size }))),
  entries: found => stringify(found.map(entriesJson)),
}

const entriesJson = ({ name, registry, entries, unknown }: Answer) => ({
  name,
  title: registry.title,
  entries:
    unknown === undefined
      ? entries.map(e => entryJson(registry, e))
      : [{ value: unknown, name: null, report_name: registry.alias(unknown), reference: null, status: null }],
  ranges: registry.ranges.map(([first, last, rangeName]) => ({ first, last, name: rangeName })),
})

const entryJson = (registry: Registry, e: RegistryEntry) => ({
  value: e.value,
  name: e.name,
  report_name: registry.alias(e.value),
  reference: e.rfc,
  status: e.status ?? null,
})

const stringify = (value: unknown): string => JSON.stringify(value, null, 2)

const PRINTERS: Readonly<Record<string, Printer>> = { text, json }
