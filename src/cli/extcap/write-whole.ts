/** Writes a small file whole or not at all: beside, then renamed. */
import { renameSync, rmSync, writeFileSync } from "node:fs"

/** Throws node's error; no partial file stays. */
export function writeWhole(path: string, text: string, mode: number): void {
  const beside = `${path}.${process.pid}.new`
  try {
    writeFileSync(beside, text, { mode })
    renameSync(beside, path)
  } catch (e) {
    rmSync(beside, { force: true })
    throw e
  }
}
