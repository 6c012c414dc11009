/** Files that hold secrets or what they opened: for their owner alone. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs"

const OWNER_ONLY = 0o600

/** Creates a file, or empties it, with mode 0600; the descriptor. Throws node's error. */
export function openSecretFile(path: string): number {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, OWNER_ONLY)
  // A file that was there keeps its mode when it is opened; pipes and devices have none to set.
  try {
    fchmodSync(fd, OWNER_ONLY)
  } catch {}
  return fd
}

/** Writes a text file with mode 0600. Throws node's error. */
export function writeSecretFile(path: string, text: string): void {
  const fd = openSecretFile(path)
  try {
    const bytes = Buffer.from(text, "utf8")
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
  } finally {
    closeSync(fd)
  }
}

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
