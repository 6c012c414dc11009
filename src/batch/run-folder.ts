/**
 * A run folder (docs/batch.md): the manifest, and what each task of each stage wrote. A task writes its own file beside and renames it, so
 * a file that is there is whole; its name says what it depends on, so a stage runs again only what is missing or changed.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { deserialize, serialize } from "node:v8"
import { codeOf } from "../bytes/errors.ts"
import { toHex } from "../bytes/hex.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { Answers, OpenJob, Segment } from "../node/segment-jobs.ts"
import type { CensusColumns } from "../track/census.ts"
import { type Manifest, RUN_VERSION, segmentKey, shortHash } from "./manifest.ts"

/** A run folder that is none, is damaged, or is of another version. */
export class RunFolderError extends Error {
  override readonly name = "RunFolderError"
}

/** What the fold hands to the tasks that open segments. */
export interface Fold {
  /** Keys of all data SAs; secret. */
  readonly keys: readonly DataSaKeys[]
  /** What there is to open under them; none without keys. */
  readonly jobs: readonly OpenJob[]
  /** Of very many IKE SAs without keys: when each speaks last. */
  readonly census?: CensusColumns
}

const OWNER_ONLY = 0o600

export class RunFolder {
  constructor(readonly path: string) {}

  /** Throws RunFolderError where there is none that we read. */
  manifest(): Manifest {
    const text = readIfThere(join(this.path, "manifest.json"))
    if (!text)
      throw new RunFolderError(`${this.path} is no run folder: ikedump batch plan PATH... -o ${this.path} makes one`)
    const manifest = parsed(text.toString(), this.path)
    if (manifest.ikedump_run !== RUN_VERSION)
      throw new RunFolderError(`${this.path} is of version ${manifest.ikedump_run}: this ikedump reads ${RUN_VERSION}`)
    const segments = manifest.segments.map(s => ({ ...s, head: s.head && fromBase64(s.head as unknown as string) }))
    return { ...manifest, segments }
  }

  writeManifest(manifest: Manifest): void {
    // Bytes are base64 in JSON.
    const segments = manifest.segments.map(s => ({ ...s, head: s.head && Buffer.from(s.head).toString("base64") }))
    writeWhole(join(this.path, "manifest.json"), `${JSON.stringify({ ...manifest, segments }, null, 1)}\n`)
  }

  /** Paths of the secrets that the fold reads, never the secrets; `@` is before a file of one pre-shared key. */
  get keysFiles(): readonly string[] {
    const text = readIfThere(join(this.path, "keys-files.json"))
    return text ? JSON.parse(text.toString()) : []
  }

  set keysFiles(paths: readonly string[]) {
    writeWhole(join(this.path, "keys-files.json"), `${JSON.stringify(paths)}\n`)
  }

  scanPath(manifest: Manifest, segment: Segment): string {
    return join(this.path, "scans", `${segmentKey(manifest, segment)}.bin`)
  }

  /** `keysDigest` of the keys that the job names. */
  openedPath(manifest: Manifest, { segment, framesBefore }: OpenJob, digest: string): string {
    return join(this.path, "opened", `${shortHash(segmentKey(manifest, segment), framesBefore, digest)}.bin`)
  }

  /** What a task wrote, undefined before it. Throws RunFolderError for a damaged file. */
  answer<K extends keyof Answers>(path: string): Answers[K] | undefined {
    return readRecord(path)
  }

  writeAnswer(path: string, answer: Answers[keyof Answers]): void {
    writeRecord(path, answer)
  }

  /** Undefined before the fold. */
  fold(): Fold | undefined {
    return readRecord(join(this.path, "fold.bin"))
  }

  writeFold(fold: Fold): void {
    writeRecord(join(this.path, "fold.bin"), fold)
  }

  get resultPath(): string {
    return join(this.path, "result")
  }

  /** Removes files of earlier plans and folds, and those that killed tasks left beside. */
  sweep(): void {
    const manifest = this.manifest()
    const fold = this.fold()
    const digest = keysDigest(fold?.keys ?? [])
    const wanted = new Set([
      ...manifest.segments.map(segment => this.scanPath(manifest, segment)),
      ...(fold?.jobs ?? []).flatMap(job => [
        this.scanPath(manifest, job.segment),
        this.openedPath(manifest, job, digest),
      ]),
    ])
    for (const stage of ["scans", "opened"]) {
      const folder = join(this.path, stage)
      if (!existsSync(folder)) continue
      for (const name of readdirSync(folder))
        if (!wanted.has(join(folder, name))) rmSync(join(folder, name), { force: true })
    }
    for (const name of readdirSync(this.resultPath))
      if (name.startsWith(".")) rmSync(join(this.resultPath, name), { force: true })
  }
}

/** Keys compare by what they open, whether they were derived just now or read from a file. */
export const keysDigest = (keys: readonly DataSaKeys[]): string =>
  shortHash(JSON.stringify(keys, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value)))

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"))

function parsed(text: string, path: string): Manifest {
  try {
    return JSON.parse(text)
  } catch {
    throw new RunFolderError(`the manifest of ${path} is damaged`)
  }
}

/** A record's file begins with this line; behind it stands a value as `node:v8` serializes it. */
const MAGIC = `ikedump run ${RUN_VERSION}\n`

function writeRecord(path: string, value: unknown): void {
  writeWhole(path, Buffer.concat([Buffer.from(MAGIC), serialize(value)]))
}

function readRecord<T>(path: string): T | undefined {
  const bytes = readIfThere(path)
  if (!bytes) return undefined
  if (bytes.subarray(0, MAGIC.length).toString() !== MAGIC)
    throw new RunFolderError(`${path} is damaged, or of another version: remove it`)
  try {
    return deserialize(bytes.subarray(MAGIC.length))
  } catch {
    throw new RunFolderError(`${path} is damaged: remove it`)
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (e) {
    if (codeOf(e) === "ENOENT") return undefined
    throw e
  }
}

/** Writes beside and renames. Files of a run are their owner's alone: frames and keys are in them. Throws node's error. */
function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.new`
  try {
    writeFileSync(beside, content, { mode: OWNER_ONLY })
    renameSync(beside, path)
  } catch (e) {
    rmSync(beside, { force: true })
    throw e
  }
}
