/** Secrets out of any file we know, recognized by content: the keys file, or every line-oriented format at once, however mixed. */
import { concat, utf8 } from "../bytes/bytes.ts"
import { SecretsError } from "./errors.ts"
import { looksNative, type PemReader, readNative } from "./formats/native.ts"
import { utf16Of } from "./lines.ts"
import { Pool } from "./pool.ts"
import { SecretStream } from "./secret-stream.ts"
import type { SecretNote, Secrets } from "./secrets.ts"

export { SecretsError } from "./errors.ts"
export { mergeSecrets } from "./merge.ts"

export interface ImportOptions {
  /** Display name of the file. */
  readonly file: string
  /** Reads the files that `private_keys` and `certificates` of a keys file name. */
  readonly readPem?: PemReader
  /** Bytes of secrets that may be kept (64 MiB), where other files have taken some. */
  readonly room?: number
}

/** Cap of a keys file, for JSON is read as a whole; and of what it must begin with to be taken for one. */
const IMPORT_LIMITS = { keysFileBytes: 64 << 20, headBytes: 1 << 20 }

export interface Imported {
  readonly secrets: Secrets
  readonly notes: readonly SecretNote[]
  /** Names of the formats found, in the order in which they first appeared. */
  readonly formats: readonly string[]
  /** Bytes of secrets that may still be kept. */
  readonly left: number
}

/**
 * Reads the secrets of one file. Throws SecretsError for a keys file that is broken, and for a file in which nothing is
 * recognised; one of comments and blank lines is an empty keys file, with a hint.
 */
export function importSecrets(input: string | Uint8Array, options: ImportOptions): Imported {
  const reading = new SecretsImport(options)
  reading.feed(typeof input === "string" ? utf8(input) : input)
  return reading.end()
}

/** Reads one file that comes in pieces. Of a text in lines no more than a line is held; a keys file is held whole. */
export class SecretsImport {
  readonly #lines: SecretStream
  /** What may be a keys file: a text that begins a JSON object. Undefined once it is known to be none. */
  #native: Uint8Array[] | undefined = []
  #bytes = 0
  /** What its head says, once that is there. */
  #isNative: boolean | undefined

  constructor(private readonly options: ImportOptions) {
    this.#lines = new SecretStream(options.file, options.room)
  }

  /** Whether more is of use: what is kept has not reached its cap. */
  get wantsMore(): boolean {
    return !this.#lines.full
  }

  /** Lines read so far. */
  get lines(): number {
    return this.#lines.lines
  }

  /** Whether something was recognised. */
  get recognised(): boolean {
    return this.#lines.formats.length > 0 || this.#native !== undefined
  }

  /** Whether it says that it is a keys file: a JSON file of others is none of our business. */
  get isKeysFile(): boolean {
    return this.#native !== undefined && this.#text().includes('"ikedump_keys"')
  }

  /** Takes the next piece, which is valid until the next. Throws SecretsError for a keys file that is too large. */
  feed(bytes: Uint8Array): void {
    if (!this.#native) {
      this.#lines.feed(bytes)
      return
    }
    this.#native.push(bytes.slice())
    this.#bytes += bytes.length
    const may = beginsObject(this.#native)
    if (may && this.#bytes < IMPORT_LIMITS.headBytes) return
    this.#isNative ??= may && looksNative(this.#text())
    if (!this.#isNative) this.#notNative()
    else if (this.#bytes > IMPORT_LIMITS.keysFileBytes)
      throw new SecretsError("the keys file is larger than 64 MiB", this.options.file)
  }

  /** After the last piece. Throws SecretsError. */
  end(): Imported {
    if (!this.#native) return this.#endLines()
    const text = this.#text()
    if (looksNative(text)) return importNative(text, this.options)
    const begun = this.#bytes > 0 && beginsObject(this.#native)
    this.#notNative()
    // A log of JSON lines begins like a keys file, and may have a daemon's messages in it.
    try {
      return this.#endLines()
    } catch (e) {
      if (!begun || !(e instanceof SecretsError)) throw e
      return importNative(text, this.options)
    }
  }

  #notNative(): void {
    const pieces = this.#native ?? []
    this.#native = undefined
    for (const piece of pieces) this.#lines.feed(piece)
  }

  #text(): string {
    return new TextDecoder(utf16Of(this.#native?.[0])).decode(concat(...(this.#native ?? [])))
  }

  #endLines(): Imported {
    const lines = this.#lines
    lines.end()
    if (lines.formats.length === 0 && lines.content)
      throw new SecretsError("no secrets in any known format were found", this.options.file, undefined, undefined, true)
    if (!lines.content) lines.note("hint", "the file has comments and blank lines only: an empty keys file")
    else if (lines.size === 0) lines.note("hint", `${lines.formats.join(", ")}: no secrets in it`)
    return { secrets: lines.secrets, notes: lines.notes(), formats: lines.formats, left: lines.left }
  }
}

/** Whether the first character that is no white space, zero or byte order mark begins a JSON object; true while there is none. */
function beginsObject(pieces: readonly Uint8Array[]): boolean {
  for (const piece of pieces) {
    const first = piece.find(b => !BEFORE_OBJECT.has(b))
    if (first !== undefined) return first === 0x7b
  }
  return true
}

/** White space, and the bytes of UTF-16 and of byte order marks. */
const BEFORE_OBJECT = new Set([0x20, 0x09, 0x0a, 0x0d, 0x00, 0xff, 0xfe, 0xef, 0xbb, 0xbf])

function importNative(text: string, { file, readPem, room }: ImportOptions): Imported {
  const pool = new Pool(file, { keepTwins: true, room })
  readNative(text, pool, readPem)
  if (pool.size === 0) pool.note("hint", "the keys file holds no secret")
  return { secrets: pool.secrets, notes: pool.notes(), formats: ["ikedump keys"], left: pool.left }
}
