/** Builds the commander program for one invocation: only the command that is called is loaded. */
import { Command, CommanderError } from "commander"
import { safeText } from "../bytes/safe-text.ts"
import { argumentsOf, isStdinGiven, readArguments } from "./arguments.ts"
import { fitOut } from "./command.ts"
import type { CommandSpec } from "./command-spec.ts"
import { destination, sendTo } from "./destination.ts"
import { EXIT, exitSoFar, worseExit } from "./exit.ts"
import { hideLimits } from "./help.ts"
import { printError } from "./internal-error.ts"
import { beQuiet } from "./notes.ts"
import { print } from "./print.ts"
import { type ResultFlags, sendResult } from "./result.ts"
import { refuseMisspelt } from "./slips.ts"
import { VERSION } from "./version.ts"

/** Runs one invocation; resolves to the exit code. */
export async function run(
  commands: readonly CommandSpec[],
  defaultCommand: string,
  argv: readonly string[],
): Promise<number> {
  const program = new Command("ikedump")
  program
    .version(VERSION, "-V, --version", "print the version")
    .description("Dissects, decrypts and verifies IKE and IPsec captures.")
    .addHelpText("after", TOP_EXAMPLES)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ subcommandTerm: c => `${c.name()} ${argsOf.get(c.name()) ?? "[command]"}`.trim() })
    .configureOutput({
      writeOut: text => print([text]),
      outputError: (text, write) =>
        write(
          safeLines(
            text.replace(/^error: /, "ikedump: ").replace(/^\(Did you mean (.*)\?\)$/m, "  hint: did you mean $1?"),
          ),
        ),
    })
  const argsOf = new Map(commands.map(c => [c.name, c.args]))
  let whole = false
  try {
    const alone = argv.length === 0 && !isStdinGiven()
    const called = argv.find(a => !a.startsWith("-"))
    const names = commands.map(c => c.name)
    const known = called !== undefined && (names.includes(called) || called === "help")
    if (!known && !alone) refuseMisspelt(argv[0], names)
    const helps = argv.includes("--help") || argv.includes("-h")
    const full = alone || known || (helps && argv[0].startsWith("-")) ? argv : [defaultCommand, ...argv]
    const active = full.find(a => !a.startsWith("-") && a !== "help")
    for (const spec of commands) {
      const command = program
        .command(`${spec.name} ${argumentsOf(spec)}`.trim(), { isDefault: false })
        .usage(`[options] ${spec.args}`.trim())
        .helpGroup(spec.group)
        .summary(spec.summary)
        .description(sentence(spec.summary))
        .exitOverride()
      if (spec.name !== active) continue
      await fitOut(command, spec, { commands, defaultCommand })
      if (!argv.includes("--all")) hideLimits(command)
    }
    if (alone) {
      program.outputHelp({ error: true })
      return EXIT.USAGE
    }
    program.hook("preAction", async (_, action) => {
      const spec = commands.find(c => c.name === action.name())
      if (spec) await prepare(action, spec)
    })
    await program.parseAsync([...full], { from: "user" })
    whole = true
    return await ended(exitSoFar(), whole)
  } catch (e) {
    return await ended(exitCodeOf(e), whole)
  }
}

/** What comes before the command itself: its captures found, its result sent where it belongs. */
async function prepare(action: Command, spec: CommandSpec): Promise<void> {
  const flags = action.opts<ResultFlags>()
  beQuiet(flags.quiet ?? false)
  await readArguments(action, spec)
  sendResult(
    spec,
    action.processedArgs.flat().filter(a => typeof a === "string"),
    flags,
  )
}

/** Ends the file or the pager that the result went to. */
async function ended(code: number, whole: boolean): Promise<number> {
  try {
    await destination().end(whole)
    return code
  } catch (e) {
    return worseExit(printError(e), code)
  } finally {
    sendTo(undefined)
    beQuiet(false)
  }
}

const sentence = (summary: string): string => `${summary[0].toUpperCase()}${summary.slice(1)}.`

/** The text with everything but its line ends made safe: it quotes arguments. */
const safeLines = (text: string): string => text.split("\n").map(safeText).join("\n")

function exitCodeOf(e: unknown): number {
  if (!(e instanceof CommanderError)) return worseExit(printError(e), exitSoFar())
  return e.exitCode === 0 ? EXIT.DONE : EXIT.USAGE
}

const TOP_EXAMPLES = `
Examples:
  ikedump capture.pcap                        what happened, SA by SA
  ikedump capture.pcap --keys keys.json       the same, decrypted and verified
  ikedump packets capture.pcap                one line a frame
  tcpdump -U -w - port 500 | ikedump          from a pipe
`
