/** Programs of others that tests run where they are installed. */
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** Whether all of these are in the search path; says what is not. To ask them by a start takes tshark half a second. */
export function havePrograms(...names: readonly string[]): boolean {
  const missing = names.filter(name => !(process.env.PATH ?? "").split(delimiter).some(folder => runs(folder, name)))
  for (const name of missing) console.log(`skipped: no ${name} here`)
  return missing.length === 0
}

const runs = (folder: string, name: string): boolean =>
  ["", ".exe"].some(ending => {
    try {
      accessSync(join(folder, name + ending), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
