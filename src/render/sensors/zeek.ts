/**
 * Zeek's ipsec.log, as the analyzer of corelight/zeek-spicy-ipsec writes it: one line a message, tab-separated, with the columns of its
 * record `IPSEC::Info`; behind them `community_id` and what ikedump concluded. What a report does not have is unset (`-`).
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { utf8 } from "../../bytes/bytes.ts"
import { KE_METHOD } from "../../registry/ikev2/ke-methods.ts"
import { majorOf, minorOf, responderSpi, type SensorInput, type SensorMessage, sensorMessages } from "./messages.ts"

const UNSET = "-"
const EMPTY = "(empty)"

interface Column {
  readonly name: string
  readonly type: string
  readonly of: (m: SensorMessage) => string | number | boolean | null | readonly (string | number)[]
}

const ikev1 = (m: SensorMessage): boolean => majorOf(m.sa) === 1

const COLUMNS: readonly Column[] = [
  { name: "ts", type: "time", of: m => epoch(m.message.time) },
  { name: "uid", type: "string", of: uidOf },
  { name: "id.orig_h", type: "addr", of: m => starts(m).address },
  { name: "id.orig_p", type: "port", of: m => starts(m).port },
  { name: "id.resp_h", type: "addr", of: m => answers(m).address },
  { name: "id.resp_p", type: "port", of: m => answers(m).port },
  { name: "is_orig", type: "bool", of: m => m.message.from === "initiator" },
  { name: "initiator_spi", type: "string", of: m => m.sa.spi_i },
  { name: "responder_spi", type: "string", of: responderSpi },
  { name: "maj_ver", type: "count", of: m => majorOf(m.sa) },
  { name: "min_ver", type: "count", of: m => minorOf(m.sa) },
  { name: "exchange_type", type: "count", of: m => m.exchangeType },
  { name: "flag_e", type: "bool", of: m => ikev1(m) && m.message.encrypted },
  { name: "flag_c", type: "bool", of: () => null },
  { name: "flag_a", type: "bool", of: () => null },
  { name: "flag_i", type: "bool", of: m => !ikev1(m) && m.message.from === "initiator" },
  { name: "flag_v", type: "bool", of: () => null },
  { name: "flag_r", type: "bool", of: m => !ikev1(m) && m.message.from !== m.exchange.started_by },
  { name: "message_id", type: "count", of: m => m.exchange.message_id },
  { name: "vendor_ids", type: "vector[string]", of: () => null },
  { name: "notify_messages", type: "vector[string]", of: m => m.message.notifies },
  { name: "transforms", type: "vector[string]", of: () => null },
  { name: "ke_dh_groups", type: "vector[count]", of: groupsOf },
  { name: "proposals", type: "vector[count]", of: proposalsOf },
  { name: "protocol_id", type: "count", of: () => null },
  { name: "certificates", type: "vector[string]", of: () => null },
  { name: "transform_attributes", type: "vector[string]", of: () => null },
  { name: "length", type: "count", of: m => m.bytes },
  { name: "hash", type: "string", of: () => null },
  { name: "doi", type: "count", of: () => null },
  { name: "situation", type: "string", of: () => null },
  { name: "community_id", type: "string", of: m => m.communityId },
  { name: "sa", type: "string", of: m => m.sa.id },
  { name: "outcome", type: "string", of: m => m.sa.verdict.outcome },
  { name: "certainty", type: "string", of: m => m.sa.verdict.certainty },
  { name: "cause", type: "string", of: m => m.sa.verdict.cause },
  { name: "headline", type: "string", of: m => m.sa.verdict.headline },
]

/** The log, its header first. */
export function* zeek(input: SensorInput): Generator<string> {
  yield [
    "#separator \\x09",
    "#set_separator\t,",
    `#empty_field\t${EMPTY}`,
    `#unset_field\t${UNSET}`,
    "#path\tipsec",
    `#fields\t${COLUMNS.map(c => c.name).join("\t")}`,
    `#types\t${COLUMNS.map(c => c.type).join("\t")}`,
    "",
  ].join("\n")
  for (const m of sensorMessages(input)) yield `${COLUMNS.map(c => cell(c.of(m))).join("\t")}\n`
}

type Cell = ReturnType<Column["of"]>

function cell(value: Cell): string {
  if (value === null) return UNSET
  if (typeof value === "boolean") return value ? "T" : "F"
  if (typeof value === "number") return String(value)
  if (typeof value === "string") return escaped(value) || EMPTY
  return value.length === 0 ? EMPTY : value.map(v => escaped(String(v)).replaceAll(",", "\\x2c")).join(",")
}

/** Separators and control characters as Zeek writes them: `\x09`. A text that looks like a mark of the log is not one. */
const escaped = (text: string): string =>
  text === UNSET || text === EMPTY
    ? `\\x${text.charCodeAt(0).toString(16)}${text.slice(1)}`
    : text.replace(/[\0-\x1f\x7f\\]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`)

/** `1763683504.913248`: microseconds, as text, so that no digit is lost. */
function epoch(time: string): string {
  const seconds = Math.floor(Date.parse(time.replace(/\.\d+/, "")) / 1000)
  return `${seconds}.${(/\.(\d{6})/.exec(time)?.[1] ?? "000000").padEnd(6, "0")}`
}

/** The connection's originator is the initiator of the IKE SA. */
const starts = (m: SensorMessage) => (m.message.from === "initiator" ? m.from : m.to)
const answers = (m: SensorMessage) => (m.message.from === "initiator" ? m.to : m.from)

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** `C` and 17 characters, as Zeek makes them; the same for one flow in every run. */
function uidOf(m: SensorMessage): string {
  const [a, b] = [starts(m), answers(m)]
  const hash = sha256(utf8(`${m.transport} ${a.address} ${a.port} ${b.address} ${b.port}`))
  return `C${[...hash.subarray(0, 17)].map(x => DIGITS[x % DIGITS.length]).join("")}`
}

/** The group of a KE payload: the one that was chosen. A first try in another group is not known. */
function groupsOf(m: SensorMessage): readonly number[] {
  const group = KE_METHOD.value(m.sa.suite.ke[0] ?? "")
  const has = !ikev1(m) && m.message.payloads.includes("KE") && isFirstExchange(m) && m.exchange.complete
  return has && group !== undefined ? [group] : []
}

function proposalsOf(m: SensorMessage): readonly number[] {
  const offers = m.message.payloads.includes("SA") && isFirstExchange(m) && m.message.from === "initiator"
  return offers ? m.sa.offered.map(o => o.number) : []
}

const isFirstExchange = ({ sa, exchange }: SensorMessage): boolean => sa.exchanges[0] === exchange
