/** A command line run in this process, its output collected. A test file mocks `src/cli/output.ts` with `CollectedOutput`. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { vi } from "vitest"

export interface Ran {
  readonly out: string
  readonly err: string
  readonly code: number
}

const printed = { out: "" }

/** Stands in for the class that writes to standard output. */
export class CollectedOutput {
  closed = false
  write(text: string): void {
    printed.out += text
  }
  writeBytes(bytes: Uint8Array): void {
    printed.out += new TextDecoder().decode(bytes)
  }
  flush(): void {}
}

/** Runs `ikedump ARGS`. */
export async function runCommand(...args: readonly string[]): Promise<Ran> {
  const { main } = await import("../../src/cli/main.ts")
  printed.out = ""
  let err = ""
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation(chunk => {
    err += chunk
    return true
  })
  const before = process.exitCode
  process.exitCode = undefined
  try {
    return { code: await main(args), out: printed.out, err }
  } finally {
    stderr.mockRestore()
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
