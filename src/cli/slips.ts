/** Slips of the hand: a misspelt command, keys and capture swapped. */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs"
import { nearest } from "../bytes/nearest.ts"
import { isCaptureMagic } from "../capture/reader.ts"
import { CliError } from "./exit.ts"

/** Throws CliError for a first word that is no file and looks like a command. */
export function refuseMisspelt(word: string | undefined, commands: readonly string[]): void {
  if (word === undefined || !/^[a-z]+$/i.test(word) || existsSync(word)) return
  const near = nearest(word, commands)
  if (near === undefined) return
  throw new CliError(`no command and no file is named ${JSON.stringify(word)}`, undefined, [
    `did you mean ikedump ${near}?`,
  ])
}

/** Throws CliError where a capture was given for the keys. */
export function refuseSwapped(captures: readonly string[], keys: readonly string[]): void {
  const capture = keys.find(isCapture)
  if (capture === undefined) return
  const secrets = captures.find(path => path !== "-" && existsSync(path) && !isCapture(path))
  if (secrets === undefined) throw new CliError(`${capture} is a capture: --keys takes files of secrets`)
  throw new CliError(`${capture} is a capture and ${secrets} is none: they are swapped`, undefined, [
    `ikedump ${capture} --keys ${secrets}`,
  ])
}

/** Whether a file begins as a capture that is not compressed. */
function isCapture(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false
    const file = openSync(path, "r")
    try {
      const bytes = Buffer.alloc(4)
      return readSync(file, bytes, 0, 4, 0) === 4 && isCaptureMagic(bytes)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
