/** Runs ikedump itself for a tool: one implementation of each command, and a fault of one call ends that call alone. */
import { spawn } from "node:child_process"

/** Text that a call may return, bytes; more would not fit what an agent reads. */
const MAX_OUTPUT_BYTES = 512 * 1024
const MAX_ERROR_BYTES = 16 * 1024
const TIME_LIMIT_MS = 120_000

export interface CommandResult {
  readonly out: string
  readonly err: string
  /** The exit code, null when it was stopped. */
  readonly code: number | null
  /** Output was cut at the limit. */
  readonly cut: boolean
}

/** Runs `ikedump ARGS` in `cwd` until it ends, `signal` aborts, or the time is over. */
export function runIkedump(args: readonly string[], cwd: string, signal?: AbortSignal): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: "1", COLUMNS: "120" }
    const child = spawn(process.execPath, [process.argv[1], ...args], {
      cwd,
      env,
      signal,
      timeout: TIME_LIMIT_MS,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "pipe"],
    })
    const out = new Bounded(MAX_OUTPUT_BYTES, () => child.kill("SIGKILL"))
    const err = new Bounded(MAX_ERROR_BYTES, () => {})
    child.stdout.on("data", (chunk: Buffer) => out.add(chunk))
    child.stderr.on("data", (chunk: Buffer) => err.add(chunk))
    child.on("error", reject)
    child.on("close", code => resolve({ out: out.text, err: err.text, code, cut: out.full }))
  })
}

/** Collects bytes up to a limit. */
class Bounded {
  full = false
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(
    readonly limit: number,
    readonly onFull: () => void,
  ) {}

  add(chunk: Buffer): void {
    const room = this.limit - this.#bytes
    if (room <= 0) return
    this.#chunks.push(chunk.subarray(0, room))
    this.#bytes += Math.min(chunk.length, room)
    if (chunk.length < room) return
    this.full = true
    this.onFull()
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString("utf8")
  }
}
