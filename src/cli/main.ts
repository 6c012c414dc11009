/** The command line: which commands there are. What a command needs is loaded when it runs. */

import type { CommandSpec } from "./command-spec.ts"
import { fromTshark } from "./tshark-flags.ts"

const SEE = "See what happened:"
const JUDGE = "Hold it against something:"
const KEYS = "Keys and what they open:"
const MANY = "Many, large and live captures:"
const BESIDE = "Beside other programs:"
const HELP = "Look up:"

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "report",
    args: "<capture...>",
    summary: "the default: every SA with its story, its checks, and what went wrong",
    group: SEE,
    result: "paged",
    load: () => import("./report.ts"),
  },
  {
    name: "packets",
    args: "<capture...>",
    summary: "one line a frame, as in Wireshark's packet list",
    group: SEE,
    result: "paged",
    load: () => import("./packets.ts"),
  },
  {
    name: "show",
    args: "<capture> [frame...]",
    summary: "the field tree and the bytes of frames, decrypted payloads included",
    group: SEE,
    result: "paged",
    load: () => import("./show.ts"),
  },
  {
    name: "fields",
    args: "[capture...]",
    summary: "values of fields, a line a frame, as tshark -T fields prints them",
    group: SEE,
    result: "paged",
    load: () => import("./fields.ts"),
  },
  {
    name: "flow",
    args: "<capture...>",
    summary: "ladder diagrams: one an IKE SA, or one of all frames; text, Mermaid, SVG",
    group: SEE,
    result: "paged",
    load: () => import("./flow.ts"),
  },
  {
    name: "statistics",
    args: "<capture...>",
    summary: "conversations and rates of IKE, ESP and AH, as tshark -z prints them",
    group: SEE,
    result: "paged",
    load: () => import("./statistics.ts"),
  },
  {
    name: "view",
    args: "<capture...>",
    summary: "the page in a browser, over captures of any size; nothing leaves the computer",
    group: SEE,
    result: "none",
    load: () => import("./view.ts"),
  },
  {
    name: "check",
    args: "[capture...]",
    summary: "CI assertions: rules files and golden files",
    group: JUDGE,
    result: "paged",
    answers: true,
    load: () => import("./check.ts"),
  },
  {
    name: "audit",
    args: "[capture...]",
    summary: "a security reviewer's findings: weak algorithms, reuse, downgrade, post-quantum posture",
    group: JUDGE,
    result: "paged",
    answers: true,
    load: () => import("./audit.ts"),
  },
  {
    name: "diff",
    args: "<before> <after>",
    summary: "what two captures negotiated differently",
    group: JUDGE,
    result: "paged",
    answers: true,
    load: () => import("./diff.ts"),
  },
  {
    name: "keys",
    args: "[capture...]",
    summary: "how every key came to be and what proves it; keys for other tools",
    group: KEYS,
    result: "paged",
    load: () => import("./keys.ts"),
  },
  {
    name: "decrypt",
    args: "<capture...>",
    summary: "the inner packets, and the IKE messages, as a capture that Wireshark opens",
    group: KEYS,
    result: "none",
    load: () => import("./decrypt.ts"),
  },
  {
    name: "sad",
    args: "<capture...>",
    summary: "the Security Association Database and the policies, as ip xfrm shows them",
    group: KEYS,
    result: "paged",
    load: () => import("./sad.ts"),
  },
  {
    name: "secrets",
    args: "<file...>",
    summary: "what files of secrets hold and lack, and their keys in other formats",
    group: KEYS,
    result: "paged",
    load: () => import("./secrets.ts"),
  },
  {
    name: "keylog",
    args: "[log]",
    summary: "follows a daemon's log or ip xfrm, and appends its secrets to a keylog",
    group: KEYS,
    result: "none",
    load: () => import("./keylog.ts"),
  },
  {
    name: "triage",
    args: "<path...>",
    summary: "which of many captures failed, and why: a line each, the worst first",
    group: MANY,
    result: "paged",
    answers: true,
    load: () => import("./triage.ts"),
  },
  {
    name: "brief",
    args: "<capture...>",
    summary: "frames by kind and SPIs, quickly",
    group: MANY,
    result: "paged",
    load: () => import("./brief.ts"),
  },
  {
    name: "watch",
    args: "[file...]",
    summary: "one line an event, as it happens: up, refused, rekeyed, silent, moved, stopped",
    group: MANY,
    result: "stream",
    load: () => import("./watch.ts"),
  },
  {
    name: "batch",
    args: "",
    summary: "many and large captures, over all cores, a queue or a cluster; results as Parquet",
    group: MANY,
    result: "none",
    load: () => import("./batch.ts"),
  },
  {
    name: "worker",
    args: "",
    summary: "takes tasks of batch runs from a queue",
    group: MANY,
    result: "none",
    load: () => import("./worker.ts"),
  },
  {
    name: "extcap",
    args: "",
    summary: "an interface for Wireshark: inner packets and IKE in the clear, of a capture or a live pipe",
    group: BESIDE,
    result: "none",
    load: () => import("./extcap.ts"),
  },
  {
    name: "mcp",
    args: "",
    summary: "a Model Context Protocol server: an agent reads the captures of one folder",
    group: BESIDE,
    result: "none",
    load: () => import("./mcp.ts"),
  },
  {
    name: "explain",
    args: "[code]",
    summary: "what a diagnostic code means, and what to do",
    group: HELP,
    result: "paged",
    load: () => import("./explain.ts"),
  },
  {
    name: "registry",
    args: "[name] [value]",
    summary: "the number tables",
    group: HELP,
    result: "paged",
    load: () => import("./registry.ts"),
  },
  {
    name: "completion",
    args: "<shell>",
    summary: "a script that completes commands, flags and field names in bash, zsh or fish",
    group: HELP,
    result: "stream",
    load: () => import("./completion.ts"),
  },
]

const NAMES = new Set(COMMANDS.map(c => c.name))

/** Commands that `ikedump CAPTURE...` may not be mistaken for. */
export const DEFAULT_COMMAND = "report"

/** Runs the command line without the program's name; resolves to the exit code, whatever is thrown. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    if (argv.length === 1 && ["--version", "-V", "-v"].includes(argv[0])) {
      const { VERSION } = await import("./version.ts")
      const { print } = await import("./print.ts")
      print([`${VERSION}\n`])
      return 0
    }
    const { run } = await import("./run.ts")
    return await run(COMMANDS, DEFAULT_COMMAND, fromTshark(argv, NAMES))
  } catch (error) {
    const { printError } = await import("./internal-error.ts")
    return printError(error)
  }
}

/** Runs the command line of this process and sets its exit code. What is thrown outside the command's own run ends in one line too. */
export async function start(argv: readonly string[]): Promise<void> {
  const end = async (error: unknown): Promise<never> => {
    const { printError } = await import("./internal-error.ts")
    process.exit(printError(error))
  }
  process.on("uncaughtException", end).on("unhandledRejection", end)
  // No one can learn that standard error cannot be written.
  process.stderr.on("error", () => {})
  process.exitCode = await main(argv)
}
