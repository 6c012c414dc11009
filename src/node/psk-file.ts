/** `--psk @FILE|-|TEXT`: one pre-shared key from a file, from standard input, or from the command line, where others see it. */
import { statSync } from "node:fs"
import { concat } from "../bytes/bytes.ts"
import { codeOf, messageOf } from "../bytes/errors.ts"
import { secretOctets } from "../secrets/secret-text.ts"
import { NO_SECRETS, type Psk, type SecretNote, type Secrets } from "../secrets/secrets.ts"
import { openRaw } from "./chunk-source.ts"

/** No pre-shared key is longer, bytes. */
const MAX_PSK_BYTES = 64 << 10

/** A `--psk` that cannot be taken; the key is never in it. */
export class PskError extends Error {
  override readonly name = "PskError"
  constructor(
    message: string,
    readonly hints: readonly string[] = [],
  ) {
    super(message)
  }
}

/** The keys of all `--psk`. Throws PskError for one that is empty, malformed, not a single line, or in a file that cannot be read. */
export async function pskSecrets(values: readonly string[], report: (note: SecretNote) => void): Promise<Secrets> {
  const psks: Psk[] = []
  for (const [index, value] of values.entries()) {
    const file = value.startsWith("@") ? value.slice(1) : value === "-" ? "-" : undefined
    const text = file === undefined ? value : lineOf(await readable(file), file)
    psks.push({ value: octetsOf(text), origin: { file: file ?? "--psk", kind: "psks", index } })
  }
  if (values.some(value => value !== "-" && !value.startsWith("@")))
    report({
      severity: "hint",
      file: "--psk",
      message:
        "a key on the command line shows in process lists and in the shell's history: --psk @FILE or --psk - does not",
    })
  return { ...NO_SECRETS, psks }
}

async function readable(file: string): Promise<Uint8Array> {
  try {
    return await contentOf(file)
  } catch (e) {
    if (e instanceof PskError) throw e
    const code = codeOf(e)
    const why = code === "ENOENT" ? "no such file" : code === "EACCES" ? "permission denied" : (code ?? messageOf(e))
    throw new PskError(`cannot read ${file}: ${why}`)
  }
}

async function contentOf(file: string): Promise<Uint8Array> {
  const stats = file === "-" ? undefined : statSync(file)
  if (stats && !stats.isFile() && !stats.isFIFO()) throw new PskError(`--psk @${file}: it is no file`)
  const source = openRaw(file, MAX_PSK_BYTES)
  const pieces: Uint8Array[] = []
  try {
    let bytes = 0
    // What is typed or piped in ends with its line.
    for (let piece = await source.next(); piece; piece = await source.next()) {
      pieces.push(piece.slice())
      bytes += piece.length
      if (bytes > MAX_PSK_BYTES) throw new PskError(`--psk: ${file} holds no key: it is longer than 64 KiB`)
      if (source.live && piece.includes(LF)) break
    }
  } finally {
    source.close()
  }
  return concat(...pieces)
}

const LF = 10

/** The one line of a file. */
function lineOf(bytes: Uint8Array, file: string): string {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
  if (lines.at(-1) === "") lines.pop()
  if (lines.length > 1)
    throw new PskError(`--psk: ${file} has ${lines.length} lines and a key is one`, [
      `a keys file, ipsec.secrets or a log is given with --keys ${file}`,
    ])
  return lines[0] ?? ""
}

/** `0x…` is hexadecimal and `0s…` Base64, as in ipsec.secrets; all else is the key's text, quote marks included. */
function octetsOf(text: string): Uint8Array {
  if (text === "") throw new PskError("--psk: the key is empty")
  const coded = /^0[xs]/i.test(text)
  const octets = coded ? secretOctets(text) : new TextEncoder().encode(text)
  if (!octets)
    throw new PskError(
      `--psk: the key begins with ${text.slice(0, 2)} and is not ${/^0x/i.test(text) ? "hexadecimal" : "Base64"}`,
      ['a text that begins so is given in a keys file: {"psks": ["…"]}'],
    )
  return octets
}
