/** A command of the command line with all its flags: its own, and those that every command has. */
import type { Command } from "commander"
import type { CommandSpec, Program } from "./command-spec.ts"
import { groupFlags } from "./help.ts"

/** Loads what a command is and adds its flags, in groups. */
export async function fitOut(command: Command, spec: CommandSpec, program: Program): Promise<Command> {
  ;(await spec.load()).configure(command, program)
  if (spec.result !== "none") addCommonFlags(command, spec)
  groupFlags(command)
  return command
}

function addCommonFlags(command: Command, { result, answers }: CommandSpec): void {
  const free = (short: string) => !command.options.some(o => o.short === short)
  if (free("-o") && result === "paged") command.option("-o, --output <file>", "write the result there")
  if (result === "paged") command.option("--no-pager", "straight to the terminal (also PAGER=cat)")
  command.option(
    "-q, --quiet",
    answers ? "nothing but errors: the exit code says it" : "no progress, hints or warnings",
  )
}
