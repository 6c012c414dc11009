/** The captures that a path means: itself, or those in a folder, recognized by content. */
import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs"
import { join } from "node:path"
import { isCaptureMagic } from "../capture/reader.ts"
import { openSource } from "./chunk-source.ts"

export interface FolderCaptures {
  readonly captures: readonly string[]
  /** Files that are no captures. */
  readonly skipped: number
}

/** Caps of one folder: files looked at, folders within folders. */
const FOLDER_LIMITS = { files: 1_000_000, depth: 32 }

const SNIFFED_BYTES = 16 * 1024

export const isFolder = (path: string): boolean =>
  path !== "-" && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)

/** Whether a capture can be read once only: standard input, a named pipe, anything but a file. One that is not there is left to the reading. */
export function isReadOnce(path: string): boolean {
  const stat = path === "-" ? undefined : statSync(path, { throwIfNoEntry: false })
  return path === "-" || (stat !== undefined && !stat.isFile() && !stat.isDirectory())
}

/** The captures of a folder, recursively, in the order of their names. Links to folders are not followed: they may lead back. */
export async function folderCaptures(folder: string): Promise<FolderCaptures> {
  const captures: string[] = []
  let skipped = 0
  for (const path of filesOf(folder))
    if (await isCapture(path)) captures.push(path)
    else skipped++
  return { captures, skipped }
}

/** The first path of each file that is named more than once. */
export function givenTwice(paths: readonly string[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const path of paths) {
    const real = realPath(path)
    if (seen.has(real)) twice.add(path)
    seen.add(real)
  }
  return [...twice]
}

function realPath(path: string): string {
  try {
    return path === "-" ? path : realpathSync(path)
  } catch {
    return path
  }
}

function filesOf(folder: string): string[] {
  const files: string[] = []
  const folders: { path: string; depth: number }[] = [{ path: folder, depth: 0 }]
  for (let next = folders.pop(); next && files.length < FOLDER_LIMITS.files; next = folders.pop()) {
    const { path, depth } = next
    for (const entry of entriesOf(path)) {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) {
        if (depth < FOLDER_LIMITS.depth) folders.push({ path: inner, depth: depth + 1 })
      } else if (entry.isFile() || (entry.isSymbolicLink() && isFile(inner))) files.push(inner)
    }
  }
  return files.sort((a, b) => (a < b ? -1 : 1))
}

/** A folder that may not be read has no files for us. */
function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** Whether a file begins as a capture does, once it is unpacked. One that cannot be read does not. */
async function isCapture(path: string): Promise<boolean> {
  try {
    const source = await openSource(path, SNIFFED_BYTES)
    try {
      const chunk = await source.next()
      return chunk !== undefined && isCaptureMagic(chunk)
    } finally {
      source.close()
    }
  } catch {
    return false
  }
}
