/** Builds the commander program for one invocation: only the command that is called is loaded. */
import { Command, CommanderError } from "commander"
import { CliError, EXIT } from "./exit.ts"
import type { CommandSpec } from "./main.ts"
import { VERSION } from "./version.ts"

/** Runs one invocation; resolves to the exit code. */
export async function run(
  commands: readonly CommandSpec[],
  defaultCommand: string,
  argv: readonly string[],
): Promise<number> {
  // Help into `| head`: a reader that went away is no fault.
  if (process.stdout.listenerCount("error") === 0) process.stdout.on("error", ignoreClosedPipe)
  const program = new Command("ikedump")
  program
    .version(VERSION, "-V, --version", "print the version")
    .description("Dissects, decrypts and verifies IKE and IPsec captures.")
    .addHelpText("after", TOP_EXAMPLES)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "ikedump: ")) })
  const called = argv.find(a => !a.startsWith("-"))
  const known = commands.some(c => c.name === called) || called === "help"
  const full = !known && argv.length > 0 && !["-h", "--help"].includes(argv[0]) ? [defaultCommand, ...argv] : argv
  const active = full.find(a => !a.startsWith("-") && a !== "help")
  for (const spec of commands) {
    const command = program
      .command(`${spec.name} ${spec.args}`.trim(), { isDefault: false })
      .description(spec.summary)
      .exitOverride()
    if (spec.name === active) (await spec.load()).configure(command)
  }
  try {
    if (argv.length === 0) {
      process.stderr.write(program.helpInformation())
      return EXIT.USAGE
    }
    await program.parseAsync([...full], { from: "user" })
    return typeof process.exitCode === "number" ? process.exitCode : EXIT.DONE
  } catch (e) {
    return exitCodeOf(e)
  }
}

function ignoreClosedPipe(e: NodeJS.ErrnoException): void {
  if (e.code !== "EPIPE") throw e
}

function exitCodeOf(e: unknown): number {
  if (e instanceof CommanderError) return e.exitCode === 0 ? EXIT.DONE : EXIT.USAGE
  if (e instanceof CliError) {
    process.stderr.write(`ikedump: ${e.message}\n`)
    for (const hint of e.hints) process.stderr.write(`  hint: ${hint}\n`)
    return e.exitCode
  }
  throw e
}

const TOP_EXAMPLES = `
Examples:
  ikedump capture.pcap                        what happened, SA by SA
  ikedump capture.pcap --keys keys.json       the same, decrypted and verified
  ikedump packets capture.pcap                one line a frame
  tcpdump -U -w - port 500 | ikedump -        from a pipe
`
