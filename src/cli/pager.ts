/** The pager in front of a terminal, as git has it: `$PAGER`, else `less`; what fits on one screen is left there. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { writeBytes } from "../node/write-bytes.ts"
import { type Destination, destination } from "./destination.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** The command line of the pager; undefined for none, and for one that is not installed. */
export function pagerOf(env: Environment): string | undefined {
  const pager = (env.PAGER ?? "less").trim()
  return pager === "" || pager === "cat" || !isInstalled(pager.split(" ", 1)[0], env) ? undefined : pager
}

/** A word with more than a name in it is the shell's business. */
const isInstalled = (word: string, { PATH = "" }: Environment): boolean =>
  !/^[\w.+-]+$/.test(word) || PATH.split(delimiter).some(folder => existsSync(join(folder, word)))

/** Starts with the first text that comes: a command that fails before shows its error on the plain terminal. */
export class Pager implements Destination {
  readonly name = "the pager"
  readonly #plain = destination()
  #child: ChildProcess | undefined
  #fd: number | undefined
  #started = false
  #held = ""
  readonly #write = process.stderr.write

  constructor(
    private readonly command: string,
    private readonly env: Environment = process.env,
  ) {}

  get screen(): Destination["screen"] {
    return this.#plain.screen
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#started) this.#start()
    return this.#fd === undefined ? this.#plain.write(bytes) : writeBytes(this.#fd, bytes)
  }

  async end(): Promise<void> {
    const child = this.#child
    if (!child) return
    await new Promise<void>(resolve => {
      child.once("close", () => resolve())
      child.stdin?.destroy()
    })
    process.removeListener("SIGINT", ignore)
    process.stderr.write = this.#write
    process.stderr.write(this.#held)
  }

  #start(): void {
    this.#started = true
    const child = spawn(this.command, {
      shell: true,
      stdio: ["pipe", "inherit", "inherit"],
      // As git sets them: end on one screen, colours as they are, leave the screen as it is.
      env: { LESS: "FRX", LV: "-c", ...this.env },
    })
    // Results are written at once, not when the event loop comes round to it.
    this.#fd = child.stdin ? Reflect.get(child.stdin, "_handle")?.fd : undefined
    child.on("error", () => {})
    child.stdin?.on("error", () => {})
    if (this.#fd === undefined || this.#fd < 0) {
      this.#fd = undefined
      child.stdin?.destroy()
      return
    }
    this.#child = child
    // Ctrl-C is the pager's, and what is said meanwhile would stand in the middle of its screen.
    process.on("SIGINT", ignore)
    process.stderr.write = (text: string | Uint8Array): boolean => {
      this.#held += typeof text === "string" ? text : Buffer.from(text).toString()
      return true
    }
  }
}

const ignore = (): void => {}
