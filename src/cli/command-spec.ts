/** What a command is to the command line. */
import type { Command } from "commander"

export interface CommandSpec {
  readonly name: string
  readonly args: string
  readonly summary: string
  /** The heading it stands under in `--help`. */
  readonly group: string
  /** How its result is printed: `paged` in a terminal, as it comes, or not as a text at all. */
  readonly result: "paged" | "stream" | "none"
  /** Its exit code is the answer: `-q` prints nothing else. */
  readonly answers?: boolean
  /** The module that adds the command's options and action to a commander command. */
  readonly load: () => Promise<{ configure(command: Command, program: Program): void }>
}

/** All commands, for those that speak of the others. */
export interface Program {
  readonly commands: readonly CommandSpec[]
  readonly defaultCommand: string
}
