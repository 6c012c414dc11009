/** Files that hold secrets or what they opened: for their owner alone. */
import { existsSync, readFileSync, realpathSync, renameSync, statSync } from "node:fs"
import { sep } from "node:path"
import { WholeFile, type WholeFileOptions, writeWhole } from "./whole-file.ts"

const OWNER_ONLY = 0o600

/** A file for its owner alone (mode 0600), whole or not at all. Throws node's error. */
export const secretFile = (path: string, onLink?: WholeFileOptions["onLink"]): WholeFile =>
  new WholeFile(path, { mode: OWNER_ONLY, onLink })

/** Writes a text file with mode 0600. Throws node's error. */
export const writeSecretFile = (path: string, text: string, onLink?: WholeFileOptions["onLink"]): void =>
  writeWhole(path, text, { mode: OWNER_ONLY, onLink })

/** Renames a file that does not begin with our `mark`: it is somebody's own. Its new path, or undefined when nothing was in the way. */
export function keepForeign(path: string, mark: string): string | undefined {
  if (!existsSync(path) || readFileSync(path, "utf8").startsWith(mark)) return undefined
  const names = Array.from({ length: 100 }, (_, n) => `${path}.before-ikedump${n === 0 ? "" : `-${n + 1}`}`)
  const free = names.find(name => !existsSync(name))
  if (free) renameSync(path, free)
  return free
}

/** Whether both paths lead to one file. */
export function isSameFile(a: string, b: string): boolean {
  try {
    const [one, two] = [statSync(a), statSync(b)]
    return (one.ino === two.ino && one.dev === two.dev && one.ino !== 0) || realpathSync(a) === realpathSync(b)
  } catch {
    return false
  }
}

/** Whether an existing file stands in a folder, at any depth. */
export function isWithin(folder: string, path: string): boolean {
  try {
    return statSync(folder).isDirectory() && realpathSync(path).startsWith(`${realpathSync(folder)}${sep}`)
  } catch {
    return false
  }
}
