/** What a command says beside its result, on standard error; `-q` leaves out all that is no error. */

let quiet = false

/** Says no more than errors from now on. */
export function beQuiet(on: boolean): void {
  quiet = on
}

export const isQuiet = (): boolean => quiet

/** Says something that is no error. */
export function printNote(text: string): void {
  if (!quiet) process.stderr.write(`ikedump: ${text}\n`)
}

/** Says something with its weight in front: only errors are said to everybody. */
export function printWeighed(severity: string, text: string): void {
  if (!quiet || severity === "error") process.stderr.write(`ikedump: ${severity}: ${text}\n`)
}
