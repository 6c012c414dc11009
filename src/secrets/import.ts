/** Secrets out of any file we know, told by content: the keys file, or every line-oriented format at once, however mixed. */
import { utf8 } from "../bytes/bytes.ts"
import { cleanLine } from "./clean-line.ts"
import { SecretsError } from "./errors.ts"
import { FORMATS } from "./formats/index.ts"
import { looksNative, type PemReader, readNative } from "./formats/native.ts"
import { asUtf8, linesOf } from "./lines.ts"
import { Pool } from "./pool.ts"
import type { SecretNote, Secrets } from "./secrets.ts"

export { SecretsError } from "./errors.ts"
export { mergeSecrets } from "./merge.ts"

export interface ImportOptions {
  /** Display name of the file. */
  readonly file: string
  /** Reads the files that `private_keys` and `certificates` of a keys file name. */
  readonly readPem?: PemReader
}

export interface Imported {
  readonly secrets: Secrets
  readonly notes: readonly SecretNote[]
  /** Names of the formats found, in the order in which they first appeared. */
  readonly formats: readonly string[]
}

/**
 * Reads the secrets of one file. Throws SecretsError for a keys file that is broken, and for a file in which nothing is
 * recognised; one of comments and blank lines is an empty keys file, with a hint.
 */
export function importSecrets(input: string | Uint8Array, options: ImportOptions): Imported {
  const bytes = typeof input === "string" ? utf8(input) : asUtf8(input)
  if (!isNative(bytes)) return importLines(bytes, options)
  const text = new TextDecoder().decode(bytes)
  if (looksNative(text)) return importNative(text, options)
  // A log of JSON lines begins like a keys file, and may have a daemon's messages in it.
  try {
    return importLines(bytes, options)
  } catch (e) {
    if (!(e instanceof SecretsError)) throw e
    return importNative(text, options)
  }
}

/** Whether the first character that is no white space begins a JSON object. */
function isNative(bytes: Uint8Array): boolean {
  const first = bytes.findIndex(b => b !== 0x20 && b !== 0x09 && b !== 0x0a && b !== 0x0d)
  return bytes[first] === 0x7b
}

function importNative(text: string, options: ImportOptions): Imported {
  const pool = new Pool(options.file, true)
  readNative(text, pool, options.readPem)
  if (pool.size === 0) pool.note("hint", "the keys file holds no secret")
  return { secrets: pool.secrets, notes: pool.notes(), formats: ["ikedump keys"] }
}

function importLines(bytes: Uint8Array, { file }: ImportOptions): Imported {
  const pool = new Pool(file)
  const readers = FORMATS.map(format => ({ name: format.name, reader: format.open(pool) }))
  const found = new Set<string>()
  let content = false
  for (const { text: raw, number, cut } of linesOf(bytes)) {
    const text = cleanLine(raw)
    if (cut) pool.note("warning", "a line is longer than 1 MiB and was cut", number)
    if (/^\s*(?:#.*)?$/.test(text)) {
      for (const { reader } of readers) reader.blank?.()
      continue
    }
    content = true
    const taken = readers.find(({ reader }) => reader.line(text, number))
    if (taken) found.add(taken.name)
  }
  for (const { name, reader } of readers) {
    const before = pool.size
    reader.end?.()
    if (pool.size > before) found.add(name)
  }
  if (found.size === 0 && content)
    throw new SecretsError("no secrets in any known format were found", file, undefined, undefined, true)
  if (!content) pool.note("hint", "the file has comments and blank lines only: an empty keys file")
  else if (pool.size === 0) pool.note("hint", `${[...found].join(", ")}: no secrets in it`)
  return { secrets: pool.secrets, notes: pool.notes(), formats: [...found] }
}
