/** Files that a command writes: never one that it reads, never behind a symbolic link without saying so. */
import { safeText } from "../bytes/safe-text.ts"
import { keysFromEnvironment } from "../node/load-secrets.ts"
import { isSameFile, isWithin } from "../node/secret-file.ts"
import { type WholeFileOptions, writeWhole } from "../node/whole-file.ts"
import { CliError, cannotWrite } from "./exit.ts"
import { printNote } from "./notes.ts"
import type { CommonOptions } from "./options.ts"

/** Throws CliError when `target` is one of the captures, or is or stands in what `--keys` and IKEDUMP_KEYS name. */
export function refuseInput(
  target: string,
  captures: readonly string[],
  { keys = [], psk = [] }: Pick<CommonOptions, "keys" | "psk">,
): void {
  if (target === "-") return
  if (captures.some(path => isSameFile(path, target))) throw new CliError(`${target} is the capture itself`)
  const files = psk.filter(key => key.startsWith("@")).map(key => key.slice(1))
  const secrets = [...keysFromEnvironment(process.env), ...keys, ...files].find(
    path => isSameFile(path, target) || isWithin(path, target),
  )
  if (secrets !== undefined) throw new CliError(`${target} holds the keys that are read (${secrets})`)
}

/** Says which file is written in place of a symbolic link. */
export const printLink =
  (path: string): WholeFileOptions["onLink"] =>
  target =>
    printNote(`${safeText(path)} is a symbolic link: ${safeText(target)} is written`)

/** Writes a result that is no secret, whole. Throws CliError (74). */
export function writeResult(path: string, text: string): void {
  try {
    writeWhole(path, text, { onLink: printLink(path) })
  } catch (error) {
    throw cannotWrite(path, error)
  }
}
