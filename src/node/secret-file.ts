/** Files that hold secrets or what they opened: for their owner alone. */
import { closeSync, constants, fchmodSync, openSync, realpathSync, statSync, writeSync } from "node:fs"

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

/** Whether both paths lead to one file. */
export function isSameFile(a: string, b: string): boolean {
  try {
    const [one, two] = [statSync(a), statSync(b)]
    return (one.ino === two.ino && one.dev === two.dev && one.ino !== 0) || realpathSync(a) === realpathSync(b)
  } catch {
    return false
  }
}
