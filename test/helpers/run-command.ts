/** A command line run in this process, or in one of its own; its output collected. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { Readable } from "node:stream"
import { vi } from "vitest"

export interface Ran {
  readonly out: string
  readonly err: string
  readonly code: number
}

/** Runs `ikedump ARGS`. */
export const runCommand = (...args: readonly string[]): Promise<Ran> => runCommandWith({}, ...args)

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** What is piped into it. */
  readonly input?: string | Uint8Array
}

/** Runs `ikedump ARGS` with other variables of the environment, and standard input. */
export async function runCommandWith({ env = {}, input }: Surroundings, ...args: readonly string[]): Promise<Ran> {
  const [{ main }, { sendTo }] = await Promise.all([
    import("../../src/cli/main.ts"),
    import("../../src/cli/destination.ts"),
  ])
  const printed: Uint8Array[] = []
  // In the place of standard output, until the command ends or sends its result elsewhere.
  sendTo({
    name: "standard output",
    write: bytes => printed.push(Uint8Array.from(bytes)) > 0,
    end() {},
    screen: process.stdout,
  })
  let err = ""
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation(chunk => {
    err += chunk
    return true
  })
  const before = process.exitCode
  process.exitCode = undefined
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin")!
  if (input !== undefined)
    Object.defineProperty(process, "stdin", { ...stdin, get: () => Readable.from([Buffer.from(input)]) })
  try {
    const code = await main(args)
    return { code, out: Buffer.concat(printed).toString(), err }
  } finally {
    stderr.mockRestore()
    vi.unstubAllEnvs()
    Object.defineProperty(process, "stdin", stdin)
    process.exitCode = before
  }
}

/** Runs the built `ikedump ARGS` in a process of its own: what it writes to files is not collected. */
export function spawnCommand(...args: readonly string[]): Ran {
  const bin = join(import.meta.dirname, "../../bin/ikedump.js")
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  })
  return { out: stdout, err: stderr, code: status ?? -1 }
}
