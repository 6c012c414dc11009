/** Secrets from the file system: files, folders, tar and gzip bundles, `IKEDUMP_KEYS`; hints about files that others can read. */
import { readdirSync, readFileSync, type Stats, statSync } from "node:fs"
import { delimiter, dirname, join, resolve } from "node:path"
import { gunzipSync } from "node:zlib"
import { safeText } from "../bytes/safe-text.ts"
import { SecretsError } from "../secrets/errors.ts"
import type { PemReader } from "../secrets/formats/native.ts"
import { importSecrets } from "../secrets/import.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import type { SecretNote, Secrets } from "../secrets/secrets.ts"
import { isTar, tarEntries } from "../secrets/tar.ts"

export interface LoadedSecrets {
  readonly secrets: Secrets
  readonly notes: readonly SecretNote[]
  /** Hints about files of secrets that others can read. */
  readonly modes: readonly SecretNote[]
  /** Each file that held something, with the formats found in it. */
  readonly files: readonly { readonly file: string; readonly formats: readonly string[] }[]
}

/** Caps of what one `--keys` may be. */
export const SECRETS_LIMITS = { unpackedBytes: 1 << 30, folderDepth: 8, bundleDepth: 3, folderFiles: 10_000 }

/** Paths named by `IKEDUMP_KEYS`, separated as `PATH` is. */
export const keysFromEnvironment = (env: Readonly<Record<string, string | undefined>>): string[] =>
  (env.IKEDUMP_KEYS ?? "").split(delimiter).filter(path => path !== "")

/**
 * Reads all `paths` (`-` is standard input) into one pool. Throws SecretsError, naming the file, for one that cannot be read, is a
 * broken keys file, or holds nothing that we know; inside folders and bundles the last is no error.
 */
export function loadSecrets(paths: readonly string[]): LoadedSecrets {
  const loader = new Loader()
  for (const path of paths) loader.path(path)
  return { secrets: mergeSecrets(loader.secrets), notes: loader.notes, modes: loader.modes, files: loader.files }
}

class Loader {
  readonly secrets: Secrets[] = []
  readonly notes: SecretNote[] = []
  readonly modes: SecretNote[] = []
  readonly files: { file: string; formats: readonly string[] }[] = []
  private seen = 0

  path(path: string): void {
    const stats = path === "-" ? undefined : stat(path)
    if (stats && (stats.isCharacterDevice() || stats.isBlockDevice()))
      throw new SecretsError("cannot be read: it is a device", path)
    if (stats?.isDirectory()) this.folder(path)
    else if (this.bytes(path, readAll(path), dirname(path), false) && stats) this.permissions(path, stats)
  }

  private folder(path: string): void {
    const before = this.files.length
    this.inFolder(path, 0)
    if (this.files.length === before) throw new SecretsError("no file in the folder holds secrets that are known", path)
  }

  private inFolder(path: string, depth: number): void {
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const inner = join(path, entry.name)
      if (++this.seen > SECRETS_LIMITS.folderFiles) throw new SecretsError("the folder holds too many files", path)
      if (entry.isDirectory() && depth < SECRETS_LIMITS.folderDepth) this.inFolder(inner, depth + 1)
      else if (entry.isFile()) this.fileInFolder(inner, path)
    }
  }

  private fileInFolder(path: string, folder: string): void {
    let bytes: Uint8Array
    try {
      bytes = readAll(path)
    } catch (e) {
      this.notes.push({ severity: "warning", file: path, message: (e as SecretsError).message })
      return
    }
    if (this.bytes(path, bytes, folder, true)) this.permissions(path, statSync(path))
  }

  /** Reads one file's content, unpacking it first; whether it held a secret. */
  private bytes(file: string, bytes: Uint8Array, folder: string, lenient: boolean, depth = 0): boolean {
    const plain = unpack(bytes)
    if (plain && isTar(plain)) return this.archive(file, plain, folder, lenient, depth)
    if (!plain) {
      if (lenient) return false
      throw new SecretsError("the gzip data is damaged, or unpacks to more than 1 GiB", file)
    }
    if (isBinary(plain)) {
      if (lenient) return false
      throw new SecretsError("the file is binary, of no keys format that is known", file)
    }
    try {
      const imported = importSecrets(plain, { file, readPem: pemReader(folder) })
      this.secrets.push(imported.secrets)
      this.notes.push(...imported.notes)
      if (imported.formats.length > 0) this.files.push({ file, formats: imported.formats })
      return Object.values(imported.secrets).some(list => list.length > 0)
    } catch (e) {
      if (lenient && e instanceof SecretsError && (e.unrecognised || !isKeysFile(plain))) return false
      throw e
    }
  }

  private archive(file: string, bytes: Uint8Array, folder: string, lenient: boolean, depth: number): boolean {
    if (depth >= SECRETS_LIMITS.bundleDepth) return false
    const before = this.files.length
    let found = false
    for (const { name, bytes: inner } of tarEntries(bytes))
      found = this.bytes(`${file}:${safeText(name)}`, inner, folder, true, depth + 1) || found
    if (this.files.length === before && !lenient)
      throw new SecretsError("no file in the bundle holds secrets that are known", file)
    return found
  }

  private permissions(path: string, stats: Stats): void {
    if (process.platform === "win32" || (stats.mode & 0o044) === 0) return
    const who = stats.mode & 0o004 ? "everyone" : "its group"
    const mode = (stats.mode & 0o777).toString(8).padStart(4, "0")
    const message = `${who} can read this file of secrets (mode ${mode}): chmod 600 it`
    this.modes.push({ severity: "hint", file: path, message })
  }
}

/** A JSON file that is meant for us: others in a folder are none of our business. */
const isKeysFile = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 1 << 20)).includes('"ikedump_keys"')

/** Text has no NUL bytes, but UTF-16 does, which its byte order mark tells. */
function isBinary(bytes: Uint8Array): boolean {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  return !utf16 && bytes.subarray(0, 8192).includes(0)
}

/** Bytes without their gzip; undefined when that is damaged or too large. */
function unpack(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: SECRETS_LIMITS.unpackedBytes })
  } catch {
    return undefined
  }
}

/** Reads what a keys file names, beside that file; DER is made PEM. */
const pemReader =
  (folder: string): PemReader =>
  (path, what) => {
    try {
      const bytes = readFileSync(resolve(folder, path))
      return bytes[0] === 0x30 ? derToPem(bytes, what) : bytes.toString("utf8")
    } catch {
      return undefined
    }
  }

/** A private key is PKCS#8 when the algorithm's SEQUENCE follows the version, PKCS#1 when another INTEGER does. RFC 5208, RFC 8017. */
function derToPem(der: Buffer, what: "PRIVATE KEY" | "CERTIFICATE"): string {
  const content = der[1] < 0x80 ? 2 : 2 + (der[1] & 0x7f)
  const label = what === "PRIVATE KEY" && der[content + 3] === 0x02 ? "RSA PRIVATE KEY" : what
  const lines = der.toString("base64").match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`
}

function stat(path: string): Stats {
  try {
    return statSync(path)
  } catch (e) {
    throw cannotRead(path, e)
  }
}

function readAll(path: string): Uint8Array {
  try {
    return readFileSync(path === "-" ? 0 : path)
  } catch (e) {
    throw cannotRead(path, e)
  }
}

function cannotRead(path: string, e: unknown): SecretsError {
  const code = (e as NodeJS.ErrnoException).code
  const why =
    code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "permission denied" : (code ?? "unknown error")
  return new SecretsError(`cannot be read: ${why}`, path)
}
