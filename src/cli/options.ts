/** Flags that several commands share, spelled once. */
import { type Command, InvalidArgumentError, Option } from "commander"
import { nearest } from "../bytes/nearest.ts"
import { CliError } from "./exit.ts"
import { type PointInTime, readTime } from "./time-range.ts"

export interface CommonOptions {
  keys?: string[]
  psk?: string[]
  format: string
  color: "auto" | "always" | "never"
  showKeys?: boolean
  filter?: string
  ikePort?: number[]
  anyPort?: boolean
  threads?: number
  verbose?: boolean
  sa?: string[]
  failed?: boolean
  from?: PointInTime
  to?: PointInTime
  count?: number
}

export const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value]

export const withKeys = (c: Command): Command =>
  c
    .option("--keys <file>", "secrets: the keys file or any format we know; repeatable (also IKEDUMP_KEYS)", collect)
    .option("--psk <key>", "a pre-shared key: @FILE, - for standard input, or its text; repeatable", collect)
    .option("--show-keys", "print secrets in the output")

export const withFilter = (c: Command): Command => c.option("-Y, --filter <expr>", "display filter, as in Wireshark")

export const withColor = (c: Command): Command =>
  c.addOption(oneOf("--color <when>", "colours (also NO_COLOR, FORCE_COLOR)", ["auto", "always", "never"]))

export function withFormat(c: Command, ...formats: readonly string[]): Command {
  c.addOption(oneOf("--format <name>", "how to print", formats))
  if (formats.includes("json"))
    c.addOption(new Option("--json", "the same as --format json").implies({ format: "json" }))
  return c
}

/** A flag for one of some words, the first by default; others are refused with the nearest. */
export function oneOf(flags: string, description: string, words: readonly string[]): Option {
  const option = new Option(flags, description).default(words[0])
  option.argChoices = [...words]
  return option.argParser(word => {
    if (words.includes(word)) return word
    throw unknownWord(option.name(), word, words)
  })
}

/** The error for a word that is none of the known ones. */
export function unknownWord(what: string, word: string, known: readonly string[]): CliError {
  const near = nearest(word, known)
  return new CliError(`unknown ${what} ${JSON.stringify(word)}`, undefined, [
    ...(near === undefined ? [] : [`did you mean ${near}?`]),
    `known: ${known.join(", ")}`,
  ])
}

/** Flags of every command that reads captures. */
export const withIkePorts = (c: Command): Command => withPorts(withRange(c))

/** Where IKE is looked for. */
export const withPorts = (c: Command): Command =>
  c
    .option("--ike-port <port>", "take a UDP or TCP port for IKE, beside 500 and 4500; repeatable", portNumber)
    .option("--any-port", "find IKE on every port by the shape of its messages")

/** Which IKE SAs: for every command that knows them. */
export const withSas = (c: Command): Command =>
  c
    .option("--sa <id>", "only this IKE SA, as report names it (ike/0); repeatable", collect)
    .option("--failed", "only IKE SAs where something went wrong")

/** Which packets are read: for every command that reads captures. */
const withRange = (c: Command): Command =>
  c
    .option(
      "--from <time>",
      "packets from this time on: RFC 3339, or seconds since the first frame or since 1970",
      readTime,
    )
    .option("--to <time>", "packets up to this time", readTime)
    .option("-c, --count <n>", "the first n frames, before any filter", frameCount)

function frameCount(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError("a whole number from 1 on")
  return n
}

export const withThreads = (c: Command): Command =>
  c.option(
    "--threads <n>",
    "threads that read and open; 1 for this one alone (default: all cores where the captures are worth it)",
    threadCount,
  )

/** Flags of commands that read whole captures and print in colours. */
export const withReading = (c: Command): Command => withThreads(withIkePorts(withColor(c)))

/** Flags of commands that print of chosen SAs and packets, in one of some formats. */
export const withNarrowing = (c: Command, ...formats: readonly string[]): Command =>
  withSas(withFilter(withFormat(withKeys(c), ...formats)))

function threadCount(text: string): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1 || n > 64) throw new InvalidArgumentError("a number from 1 to 64")
  return n
}

function portNumber(text: string, all: number[] | undefined): number[] {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new InvalidArgumentError("a port is a number from 1 to 65535")
  return [...(all ?? []), port]
}
