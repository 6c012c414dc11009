/** A constant read as the kind of value that it is compared with. */
import type { Field } from "../bytes/field.ts"
import { nearest } from "../bytes/nearest.ts"
import { type FieldNames, unknownField } from "./field-names.ts"
import { wrong } from "./filter-error.ts"
import { parseBytes, parseDecimal, parseInteger, parseIpv4, parseIpv6, parseTime } from "./literal-text.ts"
import { hasNames, namesOf, numbersNamed } from "./names-of-values.ts"
import type { LiteralNode } from "./syntax.ts"
import { KIND_WORDS, type Value, type ValueKind } from "./value.ts"

/** What a constant is compared with. */
export interface Target {
  readonly kinds: ReadonlySet<ValueKind>
  /** The fields whose tables give names to numbers. */
  readonly fields: readonly Field[]
}

const utf8 = new TextEncoder()

/** The values that a constant can mean beside the target; several where a name is in several tables. Throws FilterError when none. */
export function literalValues(node: LiteralNode, target: Target, names: FieldNames): readonly Value[] {
  const values = [...target.kinds].flatMap(kind => READERS[kind](node, target))
  if (values.length > 0) return values
  throw notReadable(node, target, names)
}

type Reader = (node: LiteralNode, target: Target) => readonly Value[]

const one = (kind: ValueKind, v: Value["v"] | undefined): readonly Value[] => (v === undefined ? [] : [{ kind, v }])

const READERS: Readonly<Record<ValueKind, Reader>> = {
  number: readNumber,
  bytes: ({ form, text }) =>
    one("bytes", form === "word" ? parseBytes(text) : form === "char" ? latin1(text) : utf8.encode(text)),
  text: ({ text }) => one("text", text),
  ipv4: node => readAddress("ipv4", node, parseIpv4, 32),
  ipv6: node => readAddress("ipv6", node, parseIpv6, 128),
  time: ({ text }) => one("time", parseTime(text)),
  nothing: () => [],
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, c => c.charCodeAt(0))

function readNumber({ form, text }: LiteralNode, { fields }: Target): readonly Value[] {
  if (form === "char") return one("number", text.charCodeAt(0))
  if (form === "word") {
    const decimal = fields.some(f => f.kind === "text") ? parseDecimal(text) : undefined
    const n = decimal ?? parseInteger(text)
    // A flag is on or off, whatever bit of the wire it was.
    if (n !== undefined && fields.length > 0 && fields.every(f => f.kind === "bool")) return one("number", n ? 1 : 0)
    if (n !== undefined) return one("number", n)
  }
  return fields.flatMap(table => numbersNamed(table, text).map(v => ({ kind: "number" as const, v, table })))
}

function readAddress(
  kind: "ipv4" | "ipv6",
  node: LiteralNode,
  parse: (text: string) => Uint8Array | undefined,
  bits: number,
): readonly Value[] {
  const [address, prefix] = node.text.split("/")
  const v = parse(address)
  if (!v) return []
  if (prefix === undefined) return [{ kind, v }]
  const prefixBits = Number(prefix)
  if (prefixBits > bits) throw wrong(`a prefix of ${KIND_WORDS[kind]} has at most ${bits} bits`, node)
  return [{ kind, v, prefixBits }]
}

/** The name with the fewest edits, else the one that begins with what was written. */
function nearestName(text: string, names: ReadonlySet<string>): string | undefined {
  const wanted = text.toLowerCase()
  const begun = wanted.length > 2 ? [...names].find(name => name.toLowerCase().startsWith(wanted)) : undefined
  return begun ?? nearest(text, names)
}

/** A word like this may be meant for a field. */
const FIELD_LIKE = /^[A-Za-z_][\w-]*(?:\.[\w-]+)+$/

function notReadable(node: LiteralNode, { kinds, fields }: Target, names: FieldNames): Error {
  if (node.form === "word" && FIELD_LIKE.test(node.text) && names.nearest(node.text) !== undefined)
    return unknownField(node.text, node, names)
  const shown = JSON.stringify(node.text)
  const named = fields.filter(hasNames)
  if (named.length > 0) {
    const near = nearestName(node.text, new Set(named.flatMap(namesOf)))
    const hints = near === undefined ? [] : [`did you mean ${JSON.stringify(near)}?`]
    return wrong(`${shown} is no value of ${named[0].name}`, node, ...hints)
  }
  const wanted = [...kinds].map(k => KIND_WORDS[k]).join(" or ")
  const unquoted = node.form === "string" && kinds.has("number") && parseInteger(node.text) !== undefined
  return wrong(`${shown} is not ${wanted}`, node, ...(unquoted ? ["write the number without quotes"] : []))
}
