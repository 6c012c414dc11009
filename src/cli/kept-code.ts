/**
 * Runs a script of the command with what V8 made of it before, and keeps what V8 made of it for the next start: two thirds of a start are compiling.
 * `scripts/join-chunks.mjs` writes the scripts and the modules that call this. Node's own cache (`module.enableCompileCache`, from 22.8 on) takes less of it: it
 * is made before the functions were called for the first time.
 *
 * The cache lies beside the script, so a program that can write to it can change the script as well; or where `NODE_COMPILE_CACHE` says.
 * `NODE_DISABLE_COMPILE_CACHE` turns it off, and a folder that cannot be written leaves every start as slow as the first.
 */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { cachedDataVersionTag, getHeapCodeStatistics } from "node:v8"
import { Script } from "node:vm"

/** Longer runs throw away code that they no longer use. */
const SHORT_RUN_SECONDS = 3
/** How much more was compiled than when the cache was written, for it to be written again: once for each command or so, and never for ever. */
const GROWN = 1.1

const off = process.env.NODE_DISABLE_COMPILE_CACHE !== undefined
const version = cachedDataVersionTag()
/** The scripts of this process, and how much bytecode there was when what is kept of each was written. */
const started: { script: Script; path: string; before: number }[] = []

/**
 * What the script at `url` returns: its text is a function of `require`, `load` (which imports, as a script may not), `given` and its own address.
 * `digest` names its content, since V8 looks at the length of a text only.
 */
export function runKept(
  url: string,
  digest: string,
  load: (file: string) => unknown,
  given: object,
): Record<string, never> {
  const filename = fileURLToPath(url)
  const path = cachePath(filename, digest)
  const [cachedData, bytecode] = off ? [undefined, 0] : readCache(path)
  const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData })
  if (!off && started.push({ script, path, before: script.cachedDataRejected ? 0 : bytecode }) === 1)
    process.on("exit", keepAll)
  return script.runInThisContext()(createRequire(url), load, given, url)
}

const cachePath = (script: string, digest: string): string =>
  join(
    process.env.NODE_COMPILE_CACHE || join(dirname(script), "cache"),
    `ikedump-${digest}-${version.toString(16)}.bin`,
  )

/** What a cache holds, and how much bytecode there was when it was written. */
function readCache(path: string): [data: Buffer | undefined, bytecode: number] {
  try {
    const bytes = readFileSync(path)
    const data = bytes.subarray(0, -TAIL)
    const tail = bytes.subarray(-TAIL)
    if (tail.equals(tailOf(data, tail.readUInt32LE(0)))) return [data, tail.readUInt32LE(0)]
  } catch {
    // There is none, or it cannot be read.
  }
  return [undefined, 0]
}

/** What stands behind the data: the bytecode, and a digest, since V8 runs into damaged data without a look. */
function tailOf(data: Buffer, bytecode: number): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytecode)
  return Buffer.concat([size, createHash("sha1").update(data).update(size).digest()])
}
const TAIL = 24

/** Writes the caches that there were not, or that lack much of what ran. */
function keepAll(): void {
  // Flags of V8 that are not those of the start would be part of it.
  if (process.uptime() > SHORT_RUN_SECONDS || cachedDataVersionTag() !== version) return
  const bytecode = getHeapCodeStatistics().bytecode_and_metadata_size
  for (const { script, path, before } of started) if (bytecode > GROWN * before) keep(script, path, bytecode)
}

function keep(script: Script, path: string, bytecode: number): void {
  const own = `${path}.${process.pid}`
  const data = script.createCachedData()
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(own, Buffer.concat([data, tailOf(data, bytecode)]), { flag: "wx" })
    renameSync(own, path)
  } catch {
    rmSync(own, { force: true })
  }
}
