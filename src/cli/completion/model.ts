/** What can be completed: commands, their flags and values, taken from the commands' own definitions. */
import { Command, type Option } from "commander"
import { fieldNames } from "../../dissect/field-names.ts"
import { REGISTRIES } from "../../registry/index.ts"
import { fitOut } from "../command.ts"
import type { CommandSpec, Program } from "../command-spec.ts"

/** What stands for a value: given words, field names, a filter of field names, files, or anything. */
export type Values = readonly string[] | "fields" | "filter" | "files" | "none"

export interface FlagModel {
  /** `--format`, `-Y`. */
  readonly short: string | undefined
  readonly long: string | undefined
  readonly description: string
  /** Undefined for a flag without a value. */
  readonly values: Values | undefined
  readonly repeatable: boolean
}

export interface CommandModel {
  readonly name: string
  readonly summary: string
  readonly flags: readonly FlagModel[]
  /** What stands behind the flags. */
  readonly values: Values
}

export interface CompletionModel {
  readonly commands: readonly CommandModel[]
  readonly defaultCommand: string
  readonly fields: readonly string[]
}

export const SHELLS = ["bash", "zsh", "fish"] as const

/** Loads every command to ask it for its flags. */
export async function completionModel(program: Program): Promise<CompletionModel> {
  const { defaultCommand } = program
  const commands = await Promise.all(program.commands.map(spec => commandModel(spec, program)))
  return { commands, defaultCommand, fields: fieldNames() }
}

async function commandModel(spec: CommandSpec, program: Program): Promise<CommandModel> {
  const command = await fitOut(new Command(spec.name), spec, program)
  const flags = [...command.options.filter(o => !o.hidden).map(flagModel), HELP]
  return { name: spec.name, summary: spec.summary, flags, values: ARGUMENTS[spec.name] ?? "files" }
}

const HELP: FlagModel = {
  short: "-h",
  long: "--help",
  description: "display help for command",
  values: undefined,
  repeatable: false,
}

/** Arguments that are not captures. */
const ARGUMENTS: Readonly<Record<string, Values>> = {
  registry: REGISTRIES.map(r => r.name),
  completion: SHELLS,
}

function flagModel(option: Option): FlagModel {
  const takesValue = option.required || option.optional
  return {
    short: option.short,
    long: option.long,
    description: option.description,
    values: takesValue ? valuesOf(option) : undefined,
    repeatable: option.variadic || /repeatable/.test(option.description),
  }
}

function valuesOf(option: Option): Values {
  if (option.argChoices) return option.argChoices
  if (option.long === "--filter") return "filter"
  if (option.long === "--field") return "fields"
  return /<(?:file|dir|path|out)[^>]*>|\[(?:file|dir|path)[^\]]*\]/i.test(option.flags) ? "files" : "none"
}
