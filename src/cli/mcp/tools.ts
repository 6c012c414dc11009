/** The tools of the MCP server: each is a command of ikedump with its arguments checked. None prints secrets. */
import { type CommandResult, runIkedump } from "./command.ts"
import { type McpFolder, McpPathError } from "./folder.ts"

/** The arguments of a call, as they came. */
type Arguments = Readonly<Record<string, unknown>>

export interface McpTool {
  readonly name: string
  readonly description: string
  readonly inputSchema: { readonly type: "object"; readonly properties: object; readonly required: string[] }
  /** The command line; paths by `folder`. Throws McpArgumentError or McpPathError. */
  args(call: Arguments, folder: McpFolder): string[]
}

/** An argument of a call is missing or of the wrong kind; the message is for the agent. */
class McpArgumentError extends Error {
  override readonly name = "McpArgumentError"
}

const TEXT = { type: "string" }
const TEXTS = { type: "array", items: TEXT, minItems: 1 }
const CAPTURE = { capture: { ...TEXT, description: "path of a pcap or pcapng in the folder" } }
const KEYS = { keys: { ...TEXTS, description: "paths of keys files or daemon logs in the folder" } }
const FILTER = { filter: { ...TEXT, description: "display filter in Wireshark's syntax" } }

export const TOOLS: readonly McpTool[] = [
  {
    name: "triage",
    description: "One line a capture, the worst first: which of these failed, and why. Takes files and folders.",
    inputSchema: schema({ paths: { ...TEXTS, description: "captures or folders" }, ...KEYS }, ["paths"]),
    args: (call, folder) => [
      "triage",
      ...textsOf(call, "paths").map(p => folder.path(p)),
      ...keysOf(call, folder),
      "--format",
      "ndjson",
    ],
  },
  {
    name: "verdict",
    description:
      "The story of a capture: each IKE SA with its verdict (outcome, certainty, cause, why, remedy), suite, exchanges as a ladder, Child SAs, checks.",
    inputSchema: schema({ ...CAPTURE, ...KEYS }, ["capture"]),
    args: (call, folder) => ["report", captureOf(call, folder), ...keysOf(call, folder)],
  },
  {
    name: "show",
    description: "The field tree of frames, decrypted payloads included.",
    inputSchema: schema(
      { ...CAPTURE, ...KEYS, ...FILTER, frames: { ...TEXT, description: "numbers and ranges, as 3 or 3-7,12" } },
      ["capture"],
    ),
    args: (call, folder) => [
      "show",
      captureOf(call, folder),
      ...framesOf(call),
      ...keysOf(call, folder),
      ...filterOf(call),
    ],
  },
  {
    name: "fields",
    description: "Values of fields by Wireshark's names, a line of JSON a frame.",
    inputSchema: schema(
      { ...CAPTURE, ...KEYS, ...FILTER, names: { ...TEXTS, description: "as isakmp.exchangetype" } },
      ["capture", "names"],
    ),
    args: (call, folder) => [
      "fields",
      captureOf(call, folder),
      ...textsOf(call, "names").flatMap(name => ["-e", name]),
      ...keysOf(call, folder),
      ...filterOf(call),
      "--format",
      "ndjson",
    ],
  },
  {
    name: "check",
    description: "Holds a capture against a rules file; says which rules fail, on which object and frame.",
    inputSchema: schema(
      { ...CAPTURE, ...KEYS, rules: { ...TEXT, description: "path of a rules file in the folder" } },
      ["capture", "rules"],
    ),
    args: (call, folder) => [
      "check",
      captureOf(call, folder),
      "--rules",
      folder.path(textOf(call, "rules")),
      ...keysOf(call, folder),
      "--format",
      "json",
    ],
  },
  {
    name: "audit",
    description:
      "A security reviewer's findings under a profile (rfc, nist, cnsa2, bsi …), and what could not be observed.",
    inputSchema: schema(
      { ...CAPTURE, ...KEYS, profile: { ...TEXT, description: "a profile's name; rfc when left out" } },
      ["capture"],
    ),
    args: (call, folder) => [
      "audit",
      captureOf(call, folder),
      ...(call.profile === undefined ? [] : ["--profile", textOf(call, "profile")]),
      ...keysOf(call, folder),
      "--format",
      "json",
    ],
  },
]

export interface ToolAnswer {
  /** What the command prints, then what it says beside it. */
  readonly texts: readonly string[]
  readonly failed: boolean
}

/** Runs one call. `failed` where it could not be answered; a rule that fails is an answer. */
export async function callTool(
  name: string,
  call: Arguments,
  folder: McpFolder,
  signal?: AbortSignal,
): Promise<ToolAnswer> {
  const tool = TOOLS.find(t => t.name === name)
  if (!tool) return { texts: [`no tool ${name}; there are ${TOOLS.map(t => t.name).join(", ")}`], failed: true }
  try {
    const args = [...tool.args(call, folder), ...folder.keys.flatMap(key => ["--keys", key])]
    return answer(await runIkedump(args, folder.root, signal), folder)
  } catch (e) {
    if (e instanceof McpPathError || e instanceof McpArgumentError) return { texts: [e.message], failed: true }
    throw e
  }
}

/** Exit codes 0, 1 and 3 come with a result (docs: a rule failed; a capture was not read to its end). */
const WITH_RESULT = new Set<number | null>([0, 1, 3])

function answer({ out, err, code, cut }: CommandResult, folder: McpFolder): ToolAnswer {
  const notes = [err.trim()]
  if (cut) notes.push("the output is cut here: narrow it with a filter, frames, or fewer fields")
  else if (code === null) notes.push("stopped: the call took too long")
  const texts = [out, ...notes].filter(text => text !== "").map(text => folder.hide(text))
  return { texts, failed: !cut && !WITH_RESULT.has(code) }
}

function schema(properties: object, required: string[]): McpTool["inputSchema"] {
  return { type: "object", properties, required }
}

/** A text that no command line takes for a flag. */
function textOf(call: Arguments, name: string): string {
  return plain(call[name], name)
}

function textsOf(call: Arguments, name: string): string[] {
  const value = call[name]
  if (!Array.isArray(value) || value.length === 0) throw new McpArgumentError(`${name}: a list of texts is needed`)
  return value.map(text => plain(text, name))
}

function plain(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw new McpArgumentError(`${name}: a text is needed`)
  if (value.startsWith("-")) throw new McpArgumentError(`${name}: ${JSON.stringify(value)} begins with -`)
  return value
}

const captureOf = (call: Arguments, folder: McpFolder): string => folder.path(textOf(call, "capture"))

const keysOf = (call: Arguments, folder: McpFolder): string[] =>
  call.keys === undefined ? [] : textsOf(call, "keys").flatMap(key => ["--keys", folder.path(key)])

const filterOf = (call: Arguments): string[] =>
  call.filter === undefined ? [] : [`--filter=${textOf(call, "filter")}`]

function framesOf(call: Arguments): string[] {
  if (call.frames === undefined) return []
  const frames = textOf(call, "frames").split(/[\s,]+/)
  const odd = frames.find(text => !/^\d+(-\d*)?$/.test(text))
  if (odd !== undefined) throw new McpArgumentError(`frames: ${JSON.stringify(odd)} is no number or range`)
  return frames
}
