// Writes docs/api.md: every export of the package's entries with its docstring and its type, out of the declaration files.
// `npm run docs` after a build; a test compares.
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const ENTRIES = [
  ["ikedump", "index", "Runs in Node and in browsers."],
  ["ikedump/node", "node/index", "Everything of `ikedump`, and what only Node has."],
  [
    "ikedump/session",
    "session/index",
    "Captures that were read once, and what views ask of them. Runs in Node and in browsers.",
  ],
  ["ikedump/vitest", "vitest", "Matchers over a report."],
]

/** Declarations of one module: name to { doc, code }, and what it passes on from others. */
function parse(module) {
  const text = readFileSync(join(root, "dist", `${module}.d.ts`), "utf8")
  const own = new Map()
  const from = []
  const statement =
    /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*)?export (?:declare )?(?:abstract )?(async function|function|const|class|interface|type|enum) (\w+)([\s\S]*?)(?=\n(?:export |\/\*\*|declare |import |const |interface |type |function |class )|$)/g
  for (const m of text.matchAll(statement)) own.set(m[3], { doc: m[1] ?? "", code: `${m[2]} ${m[3]}${m[4]}`.trim() })
  for (const m of text.matchAll(/export (?:type )?(\*|\{[^}]*\}) from "([^"]+)"/g)) {
    const target = join(dirname(module), m[2]).replace(/\.(ts|js)$/, "")
    const names =
      m[1] === "*"
        ? null
        : m[1]
            .slice(1, -1)
            .split(",")
            .map(n => n.trim().replace(/^type /, ""))
            .filter(Boolean)
    from.push({ target, names })
  }
  return { own, from }
}

function exportsOf(module, seen = new Set()) {
  if (seen.has(module)) return new Map()
  seen.add(module)
  const { own, from } = parse(module)
  const all = new Map(own)
  for (const { target, names } of from) {
    const theirs = exportsOf(target, new Set(seen))
    for (const [name, value] of theirs) if (names === null || names.includes(name)) all.set(name, value)
  }
  return all
}

const words = doc =>
  doc
    .trim()
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map(l => l.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim()

/** The page as it should be. */
export function apiDocs() {
  let out = "# API\n\nMade from the docstrings by `npm run docs`.\n"
  const shown = new Set()
  for (const [name, module, intro] of ENTRIES) {
    out += `\n## \`${name}\`\n\n${intro}\n`
    for (const [symbol, { doc, code }] of [...exportsOf(module)].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (shown.has(symbol)) continue
      shown.add(symbol)
      out += `\n### ${symbol}\n\n${doc ? `${words(doc)}\n\n` : ""}\`\`\`ts\n${code}\n\`\`\`\n`
    }
  }
  return out
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(join(root, "docs/api.md"), apiDocs())
