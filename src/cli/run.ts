/** Builds the commander program for one invocation: only the command that is called is loaded. */
import { Command, CommanderError } from "commander"
import { safeText } from "../bytes/safe-text.ts"
import type { CommandSpec } from "./command-spec.ts"
import { EXIT, exitSoFar, worseExit } from "./exit.ts"
import { tellError } from "./internal-error.ts"
import { print } from "./print.ts"
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
    .configureOutput({
      writeOut: text => print([text]),
      outputError: (text, write) => write(safeLines(text.replace(/^error: /, "ikedump: "))),
    })
  const called = argv.find(a => !a.startsWith("-"))
  const known = commands.some(c => c.name === called) || called === "help"
  const full = !known && argv.length > 0 && !["-h", "--help"].includes(argv[0]) ? [defaultCommand, ...argv] : argv
  const active = full.find(a => !a.startsWith("-") && a !== "help")
  for (const spec of commands) {
    const command = program
      .command(`${spec.name} ${spec.args}`.trim(), { isDefault: false })
      .description(spec.summary)
      .exitOverride()
    if (spec.name === active) (await spec.load()).configure(command, { commands, defaultCommand })
  }
  program.hook("preAction", (_, action) => expandFolders(action, commands))
  try {
    if (argv.length === 0) {
      process.stderr.write(program.helpInformation())
      return EXIT.USAGE
    }
    await program.parseAsync([...full], { from: "user" })
    return exitSoFar()
  } catch (e) {
    return exitCodeOf(e)
  }
}

/** A folder given for a capture is its captures: an argument that is one becomes a list. */
async function expandFolders(action: Command, commands: readonly CommandSpec[]): Promise<void> {
  const names = commands.find(c => c.name === action.name())?.args.match(/[\w.]+/g) ?? []
  const { capturesOf } = await import("./captures.ts")
  const args: unknown[] = action.processedArgs
  for (const [i, name] of names.entries()) {
    if (name === "capture...") args[i] = await capturesOf(args[i] as string[])
    else if (CAPTURE_ARGUMENTS.has(name)) args[i] = await capturesOf([args[i] as string])
  }
}

/** Arguments that are one capture each. */
const CAPTURE_ARGUMENTS = new Set(["capture", "before", "after"])

/** The text with everything but its line ends made safe: it quotes arguments. */
const safeLines = (text: string): string => text.split("\n").map(safeText).join("\n")

function exitCodeOf(e: unknown): number {
  if (!(e instanceof CommanderError)) return worseExit(tellError(e), exitSoFar())
  return e.exitCode === 0 ? EXIT.DONE : EXIT.USAGE
}

const TOP_EXAMPLES = `
Examples:
  ikedump capture.pcap                        what happened, SA by SA
  ikedump capture.pcap --keys keys.json       the same, decrypted and verified
  ikedump packets capture.pcap                one line a frame
  tcpdump -U -w - port 500 | ikedump -        from a pipe
`
