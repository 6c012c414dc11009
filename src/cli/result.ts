/** Sends the result of a command to its file, its pager, or nowhere, as its flags say. */
import type { CommandSpec } from "./command-spec.ts"
import { fileDestination, sendNowhere, sendTo } from "./destination.ts"
import type { CommonOptions } from "./options.ts"
import { Pager, pagerOf } from "./pager.ts"
import { printLink, refuseInput } from "./targets.ts"

export interface ResultFlags extends Pick<CommonOptions, "keys" | "showKeys"> {
  readonly quiet?: boolean
  readonly output?: string
  readonly pager?: boolean
}

export function sendResult(spec: CommandSpec, args: readonly string[], flags: ResultFlags): void {
  if (flags.output !== undefined && flags.output !== "-") sendToFile(flags.output, args, flags)
  else if (spec.answers && flags.quiet) sendNowhere()
  else if (spec.result === "paged" && flags.pager && isPageable(args)) {
    const command = pagerOf(process.env)
    if (command) sendTo(new Pager(command))
  }
}

/** The file takes its place once the result is complete; keys in it are for its owner alone. Throws CliError. */
export function sendToFile(path: string, captures: readonly string[], flags: ResultFlags): void {
  refuseInput(path, captures, flags)
  sendTo(fileDestination(path, { onLink: printLink(path), ...(flags.showKeys ? { mode: 0o600 } : {}) }))
}

/** A live input is looked at as it comes. */
const isPageable = (args: readonly string[]): boolean =>
  process.stdout.isTTY && process.platform !== "win32" && !args.includes("-")
