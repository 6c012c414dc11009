/** `--limit-…`: the memory caps of long captures. */
import { type Command, InvalidArgumentError } from "commander"
import type { AnalyzeOptions } from "../analyze-options.ts"
import type { TrackLimits } from "../track/limits.ts"
import { TRACK_LIMITS } from "../track/limits.ts"

/** Flag (without `--limit-`), the cap that it sets, what is capped. */
const FLAGS: readonly (readonly [flag: string, cap: keyof TrackLimits, what: string])[] = [
  ["live-sas", "sas", "answered IKE SAs followed at once"],
  ["unanswered", "unanswered", "IKE SAs without an answer followed at once"],
  ["exchanges", "exchanges", "exchanges kept of one IKE SA"],
  ["data-sas", "dataSas", "ESP and AH SAs followed at once"],
  ["sequence-runs", "runs", "runs of sequence numbers kept of one ESP or AH SA"],
  ["pending", "pending", "encrypted messages of one IKE SA that wait for a key"],
  ["pending-bytes", "pendingBytes", "bytes of such messages, for IKEv1 and for IKEv2"],
  ["sample-bytes", "sampleBytes", "bytes of ESP and AH packets that wait for a key"],
  ["fragment-bytes", "fragmentBytes", "bytes of IKE fragments held of one message"],
  ["checks", "checks", "checks kept of one IKE SA"],
]

const property = (flag: string): string =>
  `limit${flag.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}`

/** Adds the flags to a command that analyzes. */
export function withLimits(command: Command): Command {
  command.option("--limit-sas <n>", "IKE and ESP SAs kept for the report (not with ndjson)", count)
  for (const [flag, cap, what] of FLAGS)
    command.option(`--limit-${flag} <n>`, `${what} (default ${TRACK_LIMITS[cap]})`, count)
  return command
}

/** What the flags of an invocation say. */
export function limitsOf(options: object): Pick<AnalyzeOptions, "limits" | "keepSas"> {
  const given = new Map<string, number | undefined>(Object.entries(options))
  const limits = Object.fromEntries(
    FLAGS.flatMap(([flag, cap]) => {
      const n = given.get(property(flag))
      return n === undefined ? [] : [[cap, n]]
    }),
  )
  return { limits, keepSas: given.get("limitSas") }
}

function count(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError("a whole number from 1 on")
  return n
}
