/** Numbers by their names: those of our registries, and as Wireshark spells them. */
import type { Field } from "../bytes/field.ts"
import { Registry } from "../registry/registry.ts"

/** Numbers that a field's table calls by this name; letter case and punctuation do not matter. */
export function numbersNamed(field: Field, name: string): readonly number[] {
  if (field.kind === "bool") return booleanNamed(field, name)
  if (!field.names) return []
  const wanted = new Set([squeeze(name), ...wiresharkSpellings(name)])
  return tableOf(field).flatMap(([value, names]) => (names.some(n => wanted.has(squeeze(n))) ? [value] : []))
}

/** Whether values of the field have names at all. */
export const hasNames = (field: Field): boolean => field.names !== undefined || field.kind === "bool"

/** All names of a field's values, for completion and for "did you mean". */
export const namesOf = (field: Field): readonly string[] =>
  field.kind === "bool" ? ["True", "False"] : tableOf(field).flatMap(([, names]) => names)

const squeeze = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "")

/** Tables without a list of their entries are asked for each number that they can have. */
const MAX_ASKED = 65_536

function tableOf({ names }: Field): readonly (readonly [number, readonly string[]])[] {
  if (!names) return []
  if (names instanceof Registry)
    return [...names.entries.values()].map(e => [e.value, e.alias === undefined ? [e.name] : [e.name, e.alias]])
  const table: [number, string[]][] = []
  for (let n = 0; n < MAX_ASKED; n++) {
    const name = names.name(n)
    if (name !== undefined) table.push([n, [name]])
  }
  return table
}

/** How registries may call what Wireshark calls `name`, squeezed. */
function wiresharkSpellings(name: string): readonly string[] {
  const [, inside] = /\(([^)]+)\)/.exec(name) ?? []
  const squeezed = squeeze(name)
  const spelled = SPELLING_RULES.flatMap(([pattern, ...ours]) => {
    const found = pattern.exec(squeezed)
    return found ? ours.map(our => squeezed.replace(pattern, our)) : []
  })
  // "Generic Token Card EAP (EAP-GTC)"
  return inside === undefined ? spelled : [...spelled, squeeze(inside), squeeze(inside).replace(/^eap/, "")]
}

/** Wireshark's words, squeezed, and ours for the same. */
const SPELLING_RULES: readonly (readonly [RegExp, ...string[]])[] = [
  [/^(?:default|alternate)?(\d+)bitmodpgroup$/, "modp$1", "$1modp", "$1bitmodp"],
  [/^(\d+)bitmodpgroupwith(\d+)bitprimeordersubgroup$/, "modp$1$2"],
  [/^(\d+)bitrandomecpgroup$/, "ecp$1", "randomecp$1"],
  [/^(?:encr)?(aesgcm|aesccm|camelliaccm)withan?(\d+)octeticv$/, "$1$2", "encr$1$2"],
  [/^ipsec(ah|esp)$/, "$1"],
  [/^encapsecuritypayload$/, "esp"],
  [/^authenticationheader$/, "ah"],
  [/^noextendedsequencenumbers$/, "noesn"],
  [/^extendedsequencenumbers$/, "esn"],
]

/** Both words of a flag, by Wireshark's name of the field; others are true or false, set or not set. */
const FLAG_WORDS: Readonly<Record<string, readonly [no: string, yes: string]>> = {
  "isakmp.flag_e": ["notencrypted", "encrypted"],
  "isakmp.flag_c": ["nocommit", "commit"],
  "isakmp.flag_a": ["noauthentication", "authentication"],
  "isakmp.flag_i": ["responder", "initiator"],
  "isakmp.flag_v": ["nohigherversion", "higherversion"],
  "isakmp.flag_r": ["request", "response"],
}

function booleanNamed(field: Field, name: string): readonly number[] {
  const word = squeeze(name)
  const [no, yes] = FLAG_WORDS[field.name] ?? []
  if (word === yes || word === "true" || word === "set" || word === "yes") return [1]
  return word === no || word === "false" || word === "notset" || word === "no" ? [0] : []
}
