// Writes the tables of docs/batch.md from their definitions. Run by `npm run docs`.
import { readFileSync, writeFileSync } from "node:fs"
import { TABLES } from "../dist/batch/tables/definitions.js"

const path = new URL("../docs/batch.md", import.meta.url)

/** docs/batch.md with the tables as they are. */
export function batchDocs() {
  const tables = TABLES.map(
    ({ name, columns }) =>
      `- \`${name}\`: ${columns.map(c => `\`${c.name}\`${c.type === "text" ? "" : ` (${c.type})`}`).join(", ")}`,
  )
  return readFileSync(path, "utf8").replace(
    /(<!-- tables -->\n)[\s\S]*(<!-- end -->)/,
    `$1\n${tables.join("\n")}\n\n$2`,
  )
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(path, batchDocs())
