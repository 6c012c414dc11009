/** What stands behind a command: folders are their captures, and standard input is read by itself when somebody pipes into it. */
import { existsSync, fstatSync } from "node:fs"
import type { Command } from "commander"
import { capturesOf } from "./captures.ts"
import type { CommandSpec } from "./command-spec.ts"
import { CliError } from "./exit.ts"
import { refuseSwapped } from "./slips.ts"

const STDIN = 0

/** Whether standard input is something to read: a pipe, or a file behind `<`. */
export function isStdinGiven(): boolean {
  try {
    const stat = fstatSync(STDIN)
    return stat.isFIFO() || stat.isFile() || stat.isSocket()
  } catch {
    return false
  }
}

/** The given paths, or standard input where there are none. Throws CliError where that is a terminal. */
export function orStdin(paths: readonly string[], command: string): readonly string[] {
  if (paths.length > 0) return paths
  if (isStdinGiven()) return ["-"]
  throw new CliError("no capture given", undefined, [
    `ikedump ${command} CAPTURE..., or tcpdump -U -w - | ikedump ${command}`,
  ])
}

/** Arguments that are one capture each. */
const CAPTURE_ARGUMENTS = new Set(["capture", "before", "after"])

/** The arguments as commander takes them: a capture may be left out where it is piped. */
export const argumentsOf = ({ args }: CommandSpec): string => args.replace(/<(capture(?:\.\.\.)?|file\.\.\.)>/g, "[$1]")

/** One argument as commander gives it, or several behind `...`. */
type Argument = string | string[] | undefined

/** Puts the captures that are meant into the arguments of a command that is about to run. */
export async function readArguments(action: Command, { name, args: declared }: CommandSpec): Promise<void> {
  const args: Argument[] = action.processedArgs
  if (name === "show") framesOfStdin(args)
  const captures: string[] = []
  for (const [i, [, open, argument]] of [...declared.matchAll(/([<[])([\w.]+)/g)].entries()) {
    const given = [args[i] ?? []].flat()
    const needed = open === "<" ? orStdin(given, name) : given
    if (argument === "capture..." || CAPTURE_ARGUMENTS.has(argument))
      captures.push(...(args[i] = [...(await capturesOf(needed))]))
    else if (argument === "file...") args[i] = [...needed]
  }
  refuseSwapped(captures, action.opts<{ keys?: string[] }>().keys ?? [])
}

/** `tcpdump … | ikedump show 3`: what would be the capture is a frame. */
function framesOfStdin(args: Argument[]): void {
  const [first, frames = []] = args
  if (typeof first !== "string" || !/^[\d,-]*\d[\d,-]*$/.test(first) || existsSync(first) || !isStdinGiven()) return
  args[0] = "-"
  args[1] = [first, frames].flat()
}
