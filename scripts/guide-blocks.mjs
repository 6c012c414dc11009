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

/**
 * The same text with the output of every command as it is now. Blocks that need tshark stay as they are where it is absent. `run`, where it
 * is given, stands for the program: it gets the arguments of a command that writes no file, and gives what was printed and the exit code.
 */
export async function renewed(text, run) {
  const folder = mkdtempSync(join(tmpdir(), "ikedump-guide-"))
  symlinkSync(join(root, "fixtures"), join(folder, "fixtures"))
  symlinkSync(join(root, "examples"), join(folder, "examples"))
  const tshark = spawnSync("tshark", ["-v"]).status === 0
  try {
    const blocks = []
    for (const [whole, needs = "", body] of text.matchAll(BLOCK))
      blocks.push(needs && !tshark ? whole : `\`\`\`console${needs}\n${await runBlock(body, folder, run)}\`\`\``)
    return text.replace(BLOCK, () => blocks.shift())
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Commands run one after the other in one folder, so that one can use what another wrote. */
async function runBlock(body, folder, run) {
  let text = ""
  for (const line of body.split("\n").filter(line => line.startsWith("$ "))) {
    const command = line.slice(2)
    const args = run && readingArguments(command)
    text += `${line}\n${args ? await outputHere(args, folder, run) : outputOf(command, folder)}`
  }
  return text
}

/** The arguments of `ikedump ARGS | REST` that only reads what is here, and the rest; undefined for any other command. */
function readingArguments(command) {
  const [, args, rest] = command.match(/^ikedump ((?:'[^']*'|[\w./=@ -])+?)(?: \| (.*))?$/) ?? []
  if (!args || !/fixtures\/|^explain /.test(args) || / (-w|-o|--export) /.test(args)) return undefined
  return { words: [...args.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word), rest }
}

async function outputHere({ words, rest }, folder, run) {
  const { out, err, code } = await run(...words)
  return rest ? ended(err) + outputOf(rest, folder, out) : shown(err, out, code)
}

function outputOf(command, folder, input) {
  const bin = join(root, "bin/ikedump.js")
  // What a guide writes is secret, so for its owner alone.
  const script = `umask 077\nikedump() { '${process.execPath}' '${bin}' "$@"; }\n${command}\n`
  const env = { ...process.env, COLUMNS: "100", NO_COLOR: "1", IKEDUMP_KEYS: "", LC_ALL: "C.UTF-8" }
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", env, input })
  return shown(stderr.replace(/^Running as user "root".*\n/m, ""), stdout, status ?? 0)
}

/** What a person sees in a terminal: notes first, since they come while the command runs. */
const shown = (err, out, status) => `${ended(err)}${ended(out)}${status === 0 ? "" : `(exit code ${status})\n`}`

const ended = text => (text === "" || text.endsWith("\n") ? text : `${text}\n`)

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of documents()) {
    const before = readDocument(name)
    const after = await renewed(before)
    if (after !== before) writeFileSync(join(root, name), after)
    process.stdout.write(`${after === before ? "same   " : "written"} ${name}\n`)
  }
