// The commands of the guides: each ```console block holds lines that begin with "$ " and, below each, what it prints.
// `node scripts/guide-blocks.mjs` runs them all and writes the output into the guides; a test compares it.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const BLOCK = /^```console( tshark)?\n([\s\S]*?)^```$/gm

/** Documents with commands: the guides and the README. */
export const documents = () => [
  "README.md",
  ...readdirSync(join(root, "docs/guide"))
    .filter(name => name.endsWith(".md"))
    .sort()
    .map(name => `docs/guide/${name}`),
]

export const readDocument = name => readFileSync(join(root, name), "utf8")

/** The same text with the output of every command as it is now. Blocks that need tshark stay as they are where it is absent. */
export function renewed(text) {
  const folder = mkdtempSync(join(tmpdir(), "ikedump-guide-"))
  symlinkSync(join(root, "fixtures"), join(folder, "fixtures"))
  symlinkSync(join(root, "examples"), join(folder, "examples"))
  const tshark = spawnSync("tshark", ["-v"]).status === 0
  try {
    return text.replace(BLOCK, (whole, needs = "", body) =>
      needs && !tshark ? whole : `\`\`\`console${needs}\n${runBlock(body, folder)}\`\`\``,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Commands run one after the other in one folder, so that one can use what another wrote. */
function runBlock(body, folder) {
  const commands = body.split("\n").filter(line => line.startsWith("$ "))
  return commands.map(line => `${line}\n${outputOf(line.slice(2), folder)}`).join("")
}

function outputOf(command, folder) {
  const bin = join(root, "bin/ikedump.js")
  // What a guide writes is secret, so for its owner alone.
  const script = `umask 077\nikedump() { '${process.execPath}' '${bin}' "$@"; }\n${command}\n`
  const env = { ...process.env, COLUMNS: "100", NO_COLOR: "1", IKEDUMP_KEYS: "", LC_ALL: "C.UTF-8" }
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", env })
  // What a person sees in a terminal: notes first, since they come while the command runs.
  const code = status === 0 || status === null ? "" : `(exit code ${status})\n`
  return `${ended(stderr.replace(/^Running as user "root".*\n/m, ""))}${ended(stdout)}${code}`
}

const ended = text => (text === "" || text.endsWith("\n") ? text : `${text}\n`)

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of documents()) {
    const before = readDocument(name)
    const after = renewed(before)
    if (after !== before) writeFileSync(join(root, name), after)
    process.stdout.write(`${after === before ? "same   " : "written"} ${name}\n`)
  }
