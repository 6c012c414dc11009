/** Where results go: standard output, a pager in front of it, or the file of `-o`. One for each run of a command. */
import { WholeFile, type WholeFileOptions } from "../node/whole-file.ts"
import { writeBytes } from "../node/write-bytes.ts"
import { cannotWrite } from "./exit.ts"

export interface Destination {
  /** As messages call it. */
  readonly name: string
  /** False once nobody reads any more. Throws node's error. */
  write(bytes: Uint8Array): boolean
  /** Ends it; `whole`: the command did what it should. */
  end(whole: boolean): void | Promise<void>
  /** What is known of the terminal behind it: none behind a file. */
  readonly screen: Screen
}

export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
}

const STDOUT = 1

const standardOutput: Destination = {
  name: "standard output",
  write: bytes => writeBytes(STDOUT, bytes),
  end() {},
  get screen() {
    return process.stdout
  },
}

/** `-q` of a command whose exit code says it all. */
const nowhere: Destination = { ...standardOutput, write: () => true, screen: {} }

let current = standardOutput

export const destination = (): Destination => current

/** Sends results there from now on; undefined for standard output. */
export function sendTo(other: Destination | undefined): void {
  current = other ?? standardOutput
}

export const sendNowhere = (): void => sendTo(nowhere)

/** A file that takes its place once it is complete. Throws CliError (74). */
export function fileDestination(path: string, options: WholeFileOptions): Destination {
  const file = guarded(path, () => new WholeFile(path, options))
  return {
    name: path,
    screen: {},
    write(bytes) {
      file.write(bytes)
      return !file.closed
    },
    end: whole => guarded(path, () => (whole ? file.close() : file.abandon())),
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw cannotWrite(path, error)
  }
}
