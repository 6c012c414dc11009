/** What the expressions of a rules file see, printed from the table that their compiler uses: text, Markdown or JSON. */
import { keysOf } from "../../bytes/typed.ts"
import { KINDS, type Kind, type Member, membersOf, TYPES, type TypeName } from "../../check/schema.ts"
import { type Column, renderTable } from "../table.ts"

export const SCHEMA_FORMATS = ["text", "markdown", "json"] as const
export type SchemaFormat = (typeof SCHEMA_FORMATS)[number]

/** The schema of expressions in one format. */
export function renderSchema(format: SchemaFormat): string {
  if (format === "json") return `${JSON.stringify(schemaJson(), null, 2)}\n`
  return format === "markdown" ? schemaMarkdown() : schemaText()
}

const NAMES = keysOf(TYPES)

/** Kinds first, in the order of the report; then the types that they are made of. */
const ORDER: readonly TypeName[] = [...new Set<TypeName>([...Object.values(KINDS), ...NAMES])]

const kindOf = (name: TypeName): Kind | undefined => keysOf(KINDS).find(k => KINDS[k] === name)

const typeText = ({ type, nullable }: Member): string => (nullable ? `${type}?` : type)

const COLUMNS: readonly Column[] = [{ title: "member" }, { title: "type" }, { title: "what it is", shrink: true }]

const INTRODUCTION = `An expression names the members of its object, "report" (the whole report), the object itself by its kind, and the variables of the
rules file. A type with "?" may be null. A member with "*" is not in the report's JSON: a parent, or worked out from others.`

function schemaText(): string {
  const parts = ORDER.map(name => {
    const rows = Object.entries(membersOf(name)).map(([m, member]) => [
      member.derived ? `${m} *` : m,
      typeText(member),
      member.about,
    ])
    return `${headline(name)}\n${renderTable(COLUMNS, rows, { indent: 2 })}`
  })
  return `${[INTRODUCTION, ...parts].join("\n\n")}\n`
}

function schemaMarkdown(): string {
  const parts = ORDER.map(name => {
    const rows = Object.entries(membersOf(name)).map(
      ([m, member]) => `| \`${m}\`${member.derived ? " *" : ""} | \`${typeText(member)}\` | ${member.about} |`,
    )
    return [`### ${headline(name)}`, "", "| member | type | what it is |", "| --- | --- | --- |", ...rows].join("\n")
  })
  return `${parts.join("\n\n")}\n`
}

function headline(name: TypeName): string {
  const kind = kindOf(name)
  return kind ? `for: ${kind} (${name})` : name
}

const schemaJson = () => ({
  schema: "ikedump/rules-environment/1",
  kinds: KINDS,
  globals: { report: "Report" },
  types: Object.fromEntries(
    ORDER.map(name => [
      name,
      Object.fromEntries(
        Object.entries(membersOf(name)).map(([m, { type, nullable, derived, about }]) => [
          m,
          { type, nullable, derived: derived === true, about },
        ]),
      ),
    ]),
  ),
})
