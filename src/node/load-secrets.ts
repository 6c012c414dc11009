/** Secrets from the file system: files, folders, tar and gzip bundles, `IKEDUMP_KEYS`; hints about files that others can read. */

import { existsSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs"
import { delimiter, dirname, join, resolve } from "node:path"
import { codeOf, messageOf } from "../bytes/errors.ts"
import { safeText } from "../bytes/safe-text.ts"
import { SecretsError } from "../secrets/errors.ts"
import type { PemReader } from "../secrets/formats/native.ts"
import { type Imported, SecretsImport } from "../secrets/import.ts"
import { utf16Of } from "../secrets/lines.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import { POOL_LIMITS } from "../secrets/pool.ts"
import type { SecretNote, Secrets } from "../secrets/secrets.ts"
import { isTar, tarEntries } from "../secrets/tar.ts"
import type { Chunk, ChunkSource } from "./chunk.ts"
import { decompressed, openRaw, peek } from "./chunk-source.ts"

export interface LoadedSecrets {
  readonly secrets: Secrets
  readonly notes: readonly SecretNote[]
  /** Each folder that was given. */
  readonly folders: readonly LoadedFolder[]
  /** Hints about files of secrets that others can read: none in a git work tree, none of public material alone. */
  readonly modes: readonly SecretNote[]
  /** Each file that held something, with the formats found in it. */
  readonly files: readonly { readonly file: string; readonly formats: readonly string[] }[]
}

export interface LoadedFolder {
  /** As given. */
  readonly folder: string
  readonly secrets: number
  /** Files that held something, of so many. */
  readonly read: number
  readonly files: number
  readonly formats: readonly string[]
}

/** Caps of what one `--keys` may be. What is kept of all is in `POOL_LIMITS`. */
export const SECRETS_LIMITS = {
  folderDepth: 8,
  bundleDepth: 3,
  folderFiles: 10_000,
  /** A compressed file may unpack to so many bytes, */
  unpackedBytes: 64 << 20,
  /** or to so many times its own. */
  unpackedRatio: 100,
  /** Bytes, and lines, of a pipe in which none is known, before it is given up: it may never end. */
  pipeBytes: 64 << 20,
  pipeLines: 1_000_000,
  pemBytes: 1 << 20,
}

/** Paths named by `IKEDUMP_KEYS`, separated as `PATH` is. */
export const keysFromEnvironment = (env: Readonly<Record<string, string | undefined>>): string[] =>
  (env.IKEDUMP_KEYS ?? "").split(delimiter).filter(path => path !== "")

/**
 * Reads all `paths` (`-` is standard input) into one pool; files are read in pieces, however large. Throws SecretsError, naming the file,
 * for one that cannot be read, is a broken keys file, or holds nothing that we know; inside folders and bundles the last is no error.
 */
export async function loadSecrets(paths: readonly string[]): Promise<LoadedSecrets> {
  const loader = new Loader()
  for (const path of paths) await loader.path(path)
  return {
    secrets: mergeSecrets(loader.secrets),
    notes: loader.notes,
    folders: loader.folders,
    modes: loader.modes,
    files: loader.files,
  }
}

class Loader {
  readonly secrets: Secrets[] = []
  readonly notes: SecretNote[] = []
  readonly folders: LoadedFolder[] = []
  readonly modes: SecretNote[] = []
  readonly files: { file: string; formats: readonly string[] }[] = []
  private seen = 0
  /** Bytes of secrets that may still be kept. */
  private room: number = POOL_LIMITS.bytes

  async path(path: string): Promise<void> {
    const stats = path === "-" ? undefined : stat(path)
    if (stats && (stats.isCharacterDevice() || stats.isBlockDevice()))
      throw new SecretsError("cannot be read: it is a device", path)
    if (stats?.isDirectory()) await this.folder(path)
    else if ((await this.file(path, dirname(path), false)) && stats) this.permissions(path, stats)
  }

  private async folder(path: string): Promise<void> {
    const [before, sets, seen] = [this.files.length, this.secrets.length, this.seen]
    await this.inFolder(path, 0)
    const found = this.files.slice(before)
    if (found.length === 0) throw new SecretsError("no file in the folder holds secrets that are known", path)
    this.folders.push({
      folder: path,
      secrets: this.secrets.slice(sets).reduce((n, secrets) => n + countOf(secrets), 0),
      read: found.length,
      files: this.seen - seen,
      formats: [...new Set(found.flatMap(f => f.formats))],
    })
  }

  private async inFolder(path: string, depth: number): Promise<void> {
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const inner = join(path, entry.name)
      if (!entry.isDirectory() && ++this.seen > SECRETS_LIMITS.folderFiles)
        throw new SecretsError("the folder holds too many files", path)
      if (entry.isDirectory() && depth < SECRETS_LIMITS.folderDepth) await this.inFolder(inner, depth + 1)
      else if (entry.isFile()) await this.fileInFolder(inner, path)
    }
  }

  private async fileInFolder(path: string, folder: string): Promise<void> {
    if (await this.file(path, folder, true)) this.permissions(path, statSync(path))
  }

  /** Reads one file; whether it held what others should not read. `lenient`: one that is not of secrets is no error. */
  private async file(path: string, folder: string, lenient: boolean): Promise<boolean> {
    let raw: ChunkSource | undefined
    try {
      raw = openRaw(path, BUFFER_BYTES)
      return await this.content(path, metered(raw, path), folder, lenient, 0)
    } catch (e) {
      const error = e instanceof SecretsError ? e : cannotRead(path, e)
      if (!lenient || !(error instanceof UnreadError)) throw error
      this.notes.push({ severity: "warning", file: path, message: error.reason })
      return false
    } finally {
      raw?.close()
    }
  }

  /** Reads one file's content, unpacking it first. */
  private async content(
    file: string,
    { raw, meter }: Metered,
    folder: string,
    lenient: boolean,
    depth: number,
  ): Promise<boolean> {
    const unpacked = await decompressed(raw)
    const { first, source } = await peek(unpacked, TEXT_BYTES)
    const next = meter(source)
    if (isTar(first)) return this.archive(file, { next, meter }, folder, lenient, depth)
    if (isBinary(first)) {
      if (lenient) return false
      throw new SecretsError("the file is binary, of no keys format that is known", file)
    }
    return this.text(file, next, folder, lenient, source.live)
  }

  private async text(file: string, next: Next, folder: string, lenient: boolean, live: boolean): Promise<boolean> {
    const reading = new SecretsImport({ file, readPem: pemReader(folder), room: this.room })
    let bytes = 0
    try {
      const fault = await drain(next, chunk => {
        bytes += chunk.length
        reading.feed(chunk)
        const { pipeBytes, pipeLines } = SECRETS_LIMITS
        if (live && !reading.recognised && (bytes > pipeBytes || reading.lines > pipeLines))
          throw new UnreadError(
            `none of its first ${reading.lines} lines is of a known format; it is not read further`,
            file,
          )
        return reading.wantsMore
      })
      const imported = this.end(reading, file, fault)
      this.secrets.push(imported.secrets)
      this.notes.push(...imported.notes)
      this.room = imported.left
      if (imported.formats.length > 0) this.files.push({ file, formats: imported.formats })
      if (fault) this.notes.push({ severity: "warning", file, message: `${fault}; what stands before is used` })
      return !isPublic(imported.secrets)
    } catch (e) {
      const others = e instanceof SecretsError && !(e instanceof UnreadError)
      if (lenient && others && (e.unrecognised || !reading.isKeysFile)) return false
      throw e
    }
  }

  /** What was read until the end, or until a fault of the file. */
  private end(reading: SecretsImport, file: string, fault: string | undefined): Imported {
    try {
      return reading.end()
    } catch (e) {
      if (fault && e instanceof SecretsError) throw new UnreadError(fault, file)
      throw e
    }
  }

  private async archive(
    file: string,
    { next, meter }: { next: Next; meter: Metered["meter"] },
    folder: string,
    lenient: boolean,
    depth: number,
  ): Promise<boolean> {
    if (depth >= SECRETS_LIMITS.bundleDepth) return false
    const before = this.files.length
    let found = false
    for await (const entry of tarEntries(next)) {
      const name = `${file}:${safeText(entry.name)}`
      const raw = { next: entry.next, close() {}, bytesRead: 0, totalBytes: undefined, compression: "", live: false }
      found = (await this.content(name, { raw, meter }, folder, true, depth + 1)) || found
    }
    if (this.files.length === before && !lenient)
      throw new SecretsError("no file in the bundle holds secrets that are known", file)
    return found
  }

  private permissions(path: string, stats: Stats): void {
    if (process.platform === "win32" || (stats.mode & 0o044) === 0 || isInGit(path)) return
    const who = stats.mode & 0o004 ? "everyone" : "its group"
    const mode = (stats.mode & 0o777).toString(8).padStart(4, "0")
    const message = `${who} can read this file of secrets (mode ${mode}): chmod 600 it`
    this.modes.push({ severity: "hint", file: path, message })
  }
}

const countOf = (secrets: Secrets): number =>
  Object.values(secrets).reduce((n, list: readonly unknown[]) => n + list.length, 0)

/** Whether there is nothing in it but certificates: anybody may read those. */
const isPublic = (secrets: Secrets): boolean => countOf(secrets) === secrets.certificates.length

/** Whether a file stands in a git work tree: who has the repository has the file, and git keeps no modes. */
function isInGit(path: string): boolean {
  let folder = dirname(realpathSync(path))
  for (;;) {
    if (existsSync(join(folder, ".git"))) return true
    const above = dirname(folder)
    if (above === folder) return false
    folder = above
  }
}

type Next = () => Promise<Chunk>

/** A file as it is stored, and how what is unpacked of it is counted, whatever wraps it. */
interface Metered {
  readonly raw: ChunkSource
  /** The pieces of a source that was unpacked. They throw SecretsError where they are too many for the file. */
  readonly meter: (unpacked: ChunkSource) => Next
}

function metered(raw: ChunkSource, file: string): Metered {
  let out = 0
  const { unpackedBytes, unpackedRatio } = SECRETS_LIMITS
  const meter = (unpacked: ChunkSource): Next => {
    if (unpacked.compression === "") return async () => unpacked.next()
    return async () => {
      const chunk = await unpacked.next()
      out += chunk?.length ?? 0
      if (out > unpackedBytes && out > unpackedRatio * raw.bytesRead)
        throw new UnreadError(`unpacks to more than ${unpackedRatio} times its size; it is not read further`, file)
      return chunk
    }
  }
  return { raw, meter }
}

/** Hands over all pieces while `take` wants more; the fault of the file that ended them, in words. */
async function drain(next: Next, take: (chunk: Uint8Array) => boolean): Promise<string | undefined> {
  for (;;) {
    let chunk: Chunk
    try {
      chunk = await next()
    } catch (e) {
      if (e instanceof SecretsError) throw e
      return faultOf(e)
    }
    if (!chunk || !take(chunk)) return undefined
  }
}

/** What is read to know text from a bundle and from other files. */
const TEXT_BYTES = 8192
const BUFFER_BYTES = 256 * 1024

/** Text has no NUL bytes, but UTF-16 does. */
const isBinary = (first: Uint8Array): boolean => !utf16Of(first) && first.subarray(0, TEXT_BYTES).includes(0)

/** Reads what a keys file names, beside that file; DER is made PEM. */
const pemReader =
  (folder: string): PemReader =>
  (path, what) => {
    try {
      const place = resolve(folder, path)
      const stats = statSync(place)
      if (!stats.isFile() || stats.size > SECRETS_LIMITS.pemBytes) return undefined
      const bytes = readFileSync(place)
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

/** The file could not be read to its end: it says nothing of what is in it. */
class UnreadError extends SecretsError {
  constructor(
    readonly reason: string,
    file: string,
  ) {
    super(reason, file)
  }
}

const cannotRead = (path: string, e: unknown): UnreadError => new UnreadError(faultOf(e), path)

/** Errors of the system have a code of letters; those of a decompressor `Z_…` or none. */
function faultOf(e: unknown): string {
  const [code, message] = [codeOf(e), messageOf(e)]
  if (typeof code !== "string" || code.startsWith("Z_"))
    return `the compressed data are damaged or cut off (${message})`
  const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "permission denied" : code
  return `cannot be read: ${why}`
}
