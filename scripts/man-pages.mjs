// Writes man/: a manual page of ikedump and one a command, from the commands' own definitions. Run by `npm run build`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { Command } from "commander"
import { fitOut } from "../dist/cli/command.js"
import { groupOf } from "../dist/cli/help.js"
import { COMMANDS } from "../dist/cli/main.js"

const { version, description } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
const out = new URL("../man/", import.meta.url)

const EXIT_CODES = [
  ["0", "done"],
  ["1", "a rule, golden file or --fail-on failed; or decrypt or keys --export opened nothing"],
  ["2", "wrong usage; a path that does not exist; a rules or keys file at fault"],
  ["3", "a capture could not be read to its end; what was read is printed"],
  ["70", "an error of ikedump itself"],
  ["74", "the output could not be written"],
]
const ENVIRONMENT = [
  ["IKEDUMP_KEYS", "files of secrets, as --keys"],
  ["IKEDUMP_DEBUG", "1 prints the stack of an internal error"],
  ["NODE_DISABLE_COMPILE_CACHE", "1 keeps nothing of what was compiled for the next start (dist/bin/cache)"],
  ["NODE_COMPILE_CACHE", "a folder to keep it in instead"],
  ["PAGER", "the pager of long results in a terminal; less without it, none for cat"],
  ["NO_COLOR, FORCE_COLOR", "no colours; colours also into a pipe"],
  ["COLUMNS", "the width of the output where it is no terminal"],
]

/** Text in roff: a backslash, a leading dot or quote, and a hyphen have meanings of their own. */
const roff = text =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1")
const heading = (name, summary) =>
  `.TH "${name.toUpperCase()}" 1 "" "ikedump ${version}" "User Commands"\n.SH NAME\n${name} \\- ${roff(summary)}\n`
const section = (title, body) => (body === "" ? "" : `.SH ${title}\n${body}`)
const list = rows => rows.map(([term, text]) => `.TP\n.B ${roff(term)}\n${roff(text)}\n`).join("")
const verbatim = text => `.nf\n${roff(text.replace(/\n+$/, ""))}\n.fi\n`

/** The text behind a command's own help: what else it says, and its examples. */
function afterHelp(command) {
  let text = ""
  command.configureOutput({ writeOut: piece => (text += piece) })
  command.outputHelp()
  const [notes, examples = ""] = text.slice(command.helpInformation().length).split(/^Examples:\n/m)
  return { notes: notes.trim(), examples }
}

async function commandOf(spec) {
  const command = new Command("ikedump").command(`${spec.name} ${spec.args}`.trim()).description(spec.summary)
  return fitOut(command, spec, { commands: COMMANDS, defaultCommand: "report" })
}

const optionText = option => {
  const notes = []
  if (option.argChoices) notes.push(`one of ${option.argChoices.join(", ")}`)
  if (option.defaultValue !== undefined && option.defaultValue !== false) notes.push(`default: ${option.defaultValue}`)
  return notes.length > 0 ? `${option.description} (${notes.join("; ")})` : option.description
}

function commandPage(spec, command) {
  const name = `ikedump-${spec.name}`
  const { notes, examples } = afterHelp(command)
  const shown = command.options.filter(o => !o.hidden)
  const options = [...new Set(shown.map(groupOf))]
    .map(group => {
      const rows = shown.filter(o => groupOf(o) === group).map(o => [o.flags, optionText(o)])
      return `.SS ${group.replace(":", "")}\n${list(rows)}`
    })
    .join("")
  return (
    heading(name, spec.summary) +
    section("SYNOPSIS", `.B ikedump ${spec.name}\n[options] ${roff(spec.args)}\n`) +
    (notes === "" ? "" : section("DESCRIPTION", `${roff(notes)}\n`)) +
    section("OPTIONS", options) +
    section("EXAMPLES", verbatim(examples)) +
    section("ENVIRONMENT", list(ENVIRONMENT)) +
    section("EXIT STATUS", list(EXIT_CODES)) +
    section("SEE ALSO", ".BR ikedump (1)\n")
  )
}

function topPage() {
  const rows = COMMANDS.map(({ name, args, summary }) => [`ikedump ${name} ${args}`.trim(), summary])
  return (
    heading("ikedump", description) +
    section("SYNOPSIS", ".B ikedump\n[command] [options] capture...\n") +
    section(
      "DESCRIPTION",
      `${roff("Without a command it is report. A capture is pcap or pcapng, plain, gzip or zstd; a folder; or - for standard input, which is read by itself where something is piped into it.")}\n`,
    ) +
    section("COMMANDS", list(rows)) +
    section("ENVIRONMENT", list(ENVIRONMENT)) +
    section("EXIT STATUS", list(EXIT_CODES)) +
    section("SEE ALSO", COMMANDS.map(({ name }) => `.BR ikedump\\-${name} (1)`).join(",\n") + "\n")
  )
}

rmSync(out, { recursive: true, force: true })
mkdirSync(out)
writeFileSync(new URL("ikedump.1", out), topPage())
for (const spec of COMMANDS)
  writeFileSync(new URL(`ikedump-${spec.name}.1`, out), commandPage(spec, await commandOf(spec)))
