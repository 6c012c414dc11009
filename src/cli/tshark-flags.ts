/** Habits of Wireshark's users: a command line in tshark's flags, written in ours. Run before the command line is parsed. */
import { CliError } from "./exit.ts"

/** Commands whose flags of the same letters mean something of their own. */
const OWN_FLAGS = new Set([
  "extcap",
  "mcp",
  "secrets",
  "keylog",
  "batch",
  "worker",
  "completion",
  "registry",
  "explain",
  "help",
])

interface Habits {
  /** The command that was named, undefined for none. */
  readonly command: string | undefined
  readonly files: string[]
  readonly flags: string[]
  /** `-T`. */
  output?: string
  tree?: boolean
  bytes?: boolean
  /** `-t` was given: a packet list is meant. */
  list?: boolean
  statistics?: boolean
}

/** The command line in our flags; the same one where it has no flag of tshark's. Throws CliError for a flag that has no counterpart. */
export function fromTshark(argv: readonly string[], commands: ReadonlySet<string>): readonly string[] {
  const command = argv[0] !== undefined && commands.has(argv[0]) ? argv[0] : undefined
  if (command !== undefined && OWN_FLAGS.has(command)) return argv
  const habits: Habits = { command, files: [], flags: [] }
  const rest = command === undefined ? [...argv] : argv.slice(1)
  let translated = false
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      habits.flags.push(word, ...rest.splice(0))
      break
    }
    const take = takerOf(word, rest, command === undefined)
    if (take) {
      translated = true
      take(habits, rest)
    } else habits.flags.push(word)
  }
  return translated ? ours(habits) : argv
}

function takerOf(word: string, rest: string[], alone: boolean): Take | undefined {
  const known = (flag: string): Take | undefined =>
    (Object.hasOwn(TAKE, flag) ? TAKE[flag] : undefined) ??
    (alone && Object.hasOwn(TAKE_ALONE, flag) ? TAKE_ALONE[flag] : undefined)
  return known(word) ?? known(glued(word, rest))
}

/** `-rFILE` is `-r FILE`: splits it, and puts the value in front of the rest. */
function glued(word: string, rest: string[]): string {
  const flag = word.slice(0, 2)
  if (word.length < 3 || !GLUED.has(flag)) return word
  rest.unshift(word.slice(2))
  return flag
}

const GLUED = new Set(["-r", "-T", "-t", "-z", "-R", "-e", "-E", "-O"])

/** Takes a flag, and its value from the words behind it. */
type Take = (habits: Habits, rest: string[]) => void

const nothing: Take = () => {}
const no =
  (what: string, ...hints: string[]): Take =>
  () => {
    throw new CliError(what, undefined, hints)
  }

const CAPTURES = [
  "ikedump reads captures, not interfaces",
  "tcpdump -U -w - 'port 500 or port 4500 or esp' | ikedump",
] as const
const CAPTURING = [
  "what is captured is said to the program that captures",
  "tcpdump -w ike.pcap 'port 500 or port 4500 or esp'",
] as const

const TAKE: Readonly<Record<string, Take>> = {
  "-r": (h, rest) => h.files.push(taken("-r", rest)),
  // Names are never resolved; output is written as it comes; a file is read as often as it takes.
  "-n": nothing,
  "-l": nothing,
  "-2": nothing,
  "-R": (h, rest) => h.flags.push("-Y", taken("-R", rest)),
  "-T": (h, rest) => {
    h.output = taken("-T", rest)
  },
  "-t": (h, rest) => {
    h.list = true
    h.flags.push("-t", taken("-t", rest))
  },
  "-V": h => {
    h.tree = true
  },
  "-x": h => {
    h.bytes = true
  },
  "-z": (h, rest) => {
    h.statistics = true
    h.flags.push("-z", taken("-z", rest))
  },
  "-d": (h, rest) => h.flags.push("--ike-port", portOf(taken("-d", rest))),
  "-P": nothing,
  "-Q": h => {
    h.flags.push("-q")
  },
  "-O": (h, rest) => {
    h.tree = true
    h.flags.push("-O", taken("-O", rest))
  },
  "-N": no("ikedump resolves no names"),
  "-H": no("ikedump resolves no names"),
  "-u": no("times are in seconds", "-t a, -t ad, -t d, -t e and -t r are the Time columns of packets"),
  "-K": no("secrets are given with --keys", "--keys FILE reads any format"),
  "-X": no("ikedump runs no scripts", "ikedump fields and --format json give other programs what they need"),
  "-C": no("ikedump has no profiles and no preferences"),
  "--disable-protocol": no("every protocol is dissected", "-Y 'isakmp' shows one alone"),
  "--enable-protocol": no("every protocol is dissected", "-Y 'isakmp' shows one alone"),
  "--enable-heuristic": no("IKE on other ports is asked for", "--any-port, or --ike-port 4501"),
  "--export-objects": no("ikedump exports keys and inner packets", "ikedump decrypt CAPTURE --keys FILE -w OUT.pcapng"),
  ...Object.fromEntries(["-i", "-I", "-p", "-y", "-D", "-L", "-B"].map(flag => [flag, no(...CAPTURES)])),
  ...Object.fromEntries(["-f", "-s", "-a", "-b"].map(flag => [flag, no(...CAPTURING)])),
  "-o": (h, rest) => {
    const value = taken("-o", rest)
    if (isPreference(value)) preference(value)
    h.flags.push("-o", value)
  },
}

/** Letters that commands of ours use for something of their own. */
const TAKE_ALONE: Readonly<Record<string, Take>> = {
  "--color": (h, rest) => {
    h.flags.push("--color", /^(?:auto|always|never)$/.test(rest[0] ?? "") ? taken("--color", rest) : "always")
  },
  "-e": (h, rest) => {
    h.output ??= "fields"
    h.flags.push("-e", taken("-e", rest))
  },
  "-E": (h, rest) => {
    h.output ??= "fields"
    h.flags.push("-E", taken("-E", rest))
  },
  "-w": no(
    "ikedump copies no packets",
    "ikedump decrypt CAPTURE --keys FILE -w OUT.pcapng writes what is inside, -o FILE what is printed",
  ),
  "-F": no("captures are written as pcapng", "ikedump decrypt CAPTURE --keys FILE -w OUT.pcapng"),
  "-G": no("ikedump has its own lists", "ikedump fields --list, ikedump registry"),
  "-j": no("layers are not left out of JSON", "ikedump fields -e FIELD --format json"),
  "-J": no("layers are not left out of JSON", "ikedump fields -e FIELD --format json"),
  "-S": no("frames are set apart by an empty line", "ikedump show"),
}

function taken(flag: string, rest: string[]): string {
  const value = rest.shift()
  if (value === undefined) throw new CliError(`${flag} needs a value`)
  return value
}

/** `udp.port==4501,isakmp`. */
function portOf(text: string): string {
  const port = /^(?:udp|tcp)\.port\s*==\s*(\d+)\s*,\s*(?:isakmp|udpencap|esp)$/.exec(text)?.[1]
  if (port) return port
  throw new CliError(`-d ${text}: only ports can be taken for IKE`, undefined, [
    "-d udp.port==4501,isakmp, or --ike-port 4501",
  ])
}

/** `name:value` of Wireshark's preferences; ours are a file, or FORMAT=FILE. */
const isPreference = (value: string): boolean =>
  /^(?:uat|esp|isakmp|udpencap|tcp|ip|gui|nameres|[a-z]+\.[a-z_]+)[.:]/.test(value) && value.includes(":")

function preference(value: string): void {
  const table = /^uat:(ikev[12]_decryption_table|esp_sa)/.exec(value)?.[1]
  if (table)
    throw new CliError("secrets are given with --keys", undefined, [
      `--keys FILE reads Wireshark's ${table}, and any other format`,
    ])
  if (value.startsWith("esp."))
    throw new CliError("ESP is decrypted and verified wherever a key fits: no preference is needed", undefined, [
      "--keys FILE",
    ])
  throw new CliError(`ikedump has no preferences: ${value.split(":")[0]}`, undefined, [
    "-o FILE writes the output there",
  ])
}

/** What `-T` asks for, as a command and its flags. */
const OUTPUT: Readonly<Record<string, { readonly command: string; readonly flags: readonly string[] }>> = {
  fields: { command: "fields", flags: [] },
  json: { command: "show", flags: ["--format", "json"] },
  jsonraw: { command: "show", flags: ["--format", "json"] },
  ek: { command: "show", flags: ["--format", "ndjson"] },
  pdml: { command: "show", flags: ["--format", "pdml"] },
  text: { command: "packets", flags: [] },
  tabs: { command: "packets", flags: [] },
}

/** What stands for the forms that are not written. */
const INSTEAD: Readonly<Record<string, string>> = {
  psml: "ikedump packets CAPTURE --format json has the packet list",
  ps: "ikedump report CAPTURE --format html -o FILE can be printed",
}

/** With `-e`, every form is one of `fields`. */
function outputOf(output: string, flags: readonly string[]): (typeof OUTPUT)[string] | undefined {
  const wanted = Object.hasOwn(OUTPUT, output) ? OUTPUT[output] : undefined
  return wanted?.command === "show" && flags.includes("-e") ? { ...wanted, command: "fields" } : wanted
}

function ours(habits: Habits): string[] {
  const { files, flags, output } = habits
  const wanted = output === undefined ? undefined : outputOf(output, flags)
  if (output !== undefined && !wanted)
    throw new CliError(`-T ${output} is not written`, undefined, [
      `known: -T ${Object.keys(OUTPUT).join(", -T ")}`,
      INSTEAD[output] ?? "ikedump show CAPTURE 1- --format json has the whole tree",
    ])
  const shown = habits.tree || habits.bytes
  const command =
    habits.command ??
    (habits.statistics ? "statistics" : shown ? "show" : (wanted?.command ?? (habits.list ? "packets" : undefined)))
  const formats = wanted && (command === wanted.command || habits.command !== undefined) ? wanted.flags : []
  const extra = command === "show" ? showFlags(habits) : []
  // Statistics print nothing else anyway.
  const kept = habits.statistics ? flags.filter(f => f !== "-q") : flags
  return [...(command === undefined ? [] : [command]), ...files, ...extra, ...kept, ...formats]
}

/** `show` names frames: all of them, unless a filter says which. */
function showFlags({ flags, bytes, tree, command }: Habits): string[] {
  const filtered = flags.some(f => f.startsWith("-Y") || f.startsWith("--filter"))
  const only = flags.includes("-O")
  return [
    ...(filtered || command === "show" ? [] : ["1-"]),
    ...(tree && !only ? ["--verbose"] : []),
    ...(bytes && !tree ? ["--bytes"] : []),
  ]
}
