/** How `--help` looks: flags in groups, what every command has in the same place; limits are shown with `--help --all` only. */
import { type Command, Option } from "commander"

const OWN = "Options:"
const LIMITS = "Limits:"

/** Flags that several commands have, in their groups, in order; others are the command's own. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "Reading:": ["--count", "--from", "--to", "--ike-port", "--any-port", "--threads"],
  "Narrowing:": ["--filter", "--sa", "--failed"],
  "Secrets:": ["--keys", "--psk", "--show-keys"],
  "Output:": [
    ...["--format", "--json", "--output", "--write", "--out"],
    ...["--color", "--ascii", "--verbose", "--quiet", "--no-pager"],
  ],
}

const ORDER = [OWN, ...Object.keys(GROUPS), LIMITS]

export function groupOf({ long = "" }: Option): string {
  if (long.startsWith("--limit-")) return LIMITS
  return Object.keys(GROUPS).find(group => GROUPS[group].includes(long)) ?? OWN
}

/** Puts the flags of a command, all of them defined, into their groups. */
export function groupFlags(command: Command): void {
  // Alone, --help would make a group of its own behind all others.
  if (!command.options.some(o => groupOf(o) === OWN) && command.options.length > 0)
    command.addHelpOption(new Option("-h, --help", "display help for command").helpGroup("Output:"))
  // Commander shows groups and flags in the order of this list.
  const options = command.options as Option[]
  const place = (o: Option) => ORDER.indexOf(groupOf(o)) * 100 + (GROUPS[groupOf(o)]?.indexOf(o.long ?? "") ?? 0)
  options.sort((a, b) => place(a) - place(b))
  for (const option of options) option.helpGroup(groupOf(option))
}

/** Leaves limits out of a command's help, and says how to see them. */
export function hideLimits(command: Command): void {
  const limits = command.options.filter(o => groupOf(o) === LIMITS)
  if (limits.length === 0) return
  for (const limit of limits) limit.hideHelp()
  command.addHelpText(
    "after",
    `${limits.length} limits of what is kept in memory: ikedump ${command.name()} --help --all\n`,
  )
}
