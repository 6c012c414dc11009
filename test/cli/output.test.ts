/** Standard output: in order whatever the sizes, one line and exit code 74 where it cannot be written. */
import { spawnSync } from "node:child_process"
import fs, { existsSync, readFileSync } from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { resolve } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Output } from "../../src/cli/output.ts"

const written: Buffer[] = []
const fault = { code: "" }

/** Puts a function in the place of `writeSync`, for every importer. */
function putWriteSync(writeSync: typeof fs.writeSync): void {
  fs.writeSync = writeSync
  syncBuiltinESMExports()
}

const { writeSync } = fs
beforeEach(() =>
  putWriteSync(((fd: number, bytes: Uint8Array, at: number) => {
    if (fault.code) throw Object.assign(new Error(fault.code), { code: fault.code })
    // Pieces of odd sizes, as pipes take them.
    const taken = bytes.slice(at, at + 40_000)
    written.push(Buffer.from(taken))
    return fd === 1 ? taken.length : 0
  }) as typeof fs.writeSync),
)

afterEach(() => {
  putWriteSync(writeSync)
  written.length = 0
  fault.code = ""
})

/** What reached the descriptor of these texts. */
function out(texts: readonly string[]): string {
  written.length = 0
  const output = new Output()
  for (const text of texts) output.write(text)
  output.flush()
  return Buffer.concat(written).toString()
}

const text = (length: number, n: number): string => String.fromCharCode(97 + (n % 26)).repeat(length)

describe("order", () => {
  const EDGES = [16, 8 * 1024, 64 * 1024].flatMap(n => [n - 1, n, n + 1])

  it("is that of the writes, for every size from 0 to 100,000 around the edges of the buffer", () => {
    for (let size = 0; size <= 100_000; size += size < 9000 || Math.abs(size - 65_536) < 40 ? 1 : 997) {
      for (const edge of [3, ...(size % 64 === 0 ? EDGES : [])]) {
        const texts = [text(edge, 0), text(size, 1), text(edge, 2)]
        const got = out(texts)
        if (got !== texts.join("")) expect.fail(`sizes ${texts.map(t => t.length)} came out of order`)
      }
    }
  })

  it("holds for characters of several bytes", () => {
    const texts = ["é".repeat(8191), "✖".repeat(8193), "a", "𝄞".repeat(30_000), "b"]
    expect(out(texts)).toBe(texts.join(""))
  })

  it("holds with bytes between texts", () => {
    const output = new Output()
    output.write("one ")
    output.writeBytes(Buffer.from("two "))
    output.write("x".repeat(9000))
    output.flush()
    expect(Buffer.concat(written).toString()).toBe(`one two ${"x".repeat(9000)}`)
  })
})

describe("faults", () => {
  it("a reader that went away ends the work without one", () => {
    fault.code = "EPIPE"
    const output = new Output()
    output.write("x".repeat(10_000))
    expect(output.closed).toBe(true)
  })

  it.each([
    ["ENOSPC", "no space left on the device"],
    ["EIO", "input or output error"],
    ["EBADF", "it is not open for writing"],
  ])("%s is exit code 74", (code, why) => {
    fault.code = code
    const output = new Output()
    expect(() => output.write("x".repeat(10_000))).toThrowError(
      expect.objectContaining({ exitCode: 74, message: `cannot write standard output: ${why}` }),
    )
  })
})

const root = resolve(import.meta.dirname, "../..")
const capture = resolve(root, "fixtures/v2-psk-modp2048/capture.pcap")
const built = existsSync(resolve(root, "dist/bin/main.js")) && existsSync("/dev/full")
if (!built) console.log("skipped: not built (npm run build), or no /dev/full here")

describe.skipIf(!built)("a full disk", () => {
  it.each([
    ["report", capture],
    ["report", capture, "--format", "ndjson"],
    ["packets", capture],
    ["show", capture, "1-"],
    ["fields", capture, "-e", "isakmp.ispi"],
    ["registry"],
    ["completion", "bash"],
    ["--help"],
    ["--version"],
    ["decrypt", capture, "--keys", resolve(root, "fixtures/v2-psk-modp2048/keys.json"), "-w", "-"],
  ])("%s is one line and exit code 74", (...args) => {
    const shell = `"$0" bin/ikedump.js "$@" > /dev/full`
    const { status, stderr } = spawnSync("sh", ["-c", shell, process.execPath, ...args], {
      cwd: root,
      encoding: "utf8",
    })
    expect([status, stderr]).toEqual([74, "ikedump: cannot write standard output: no space left on the device\n"])
  })

  it("of standard error too changes nothing else", () => {
    const shell = `"$0" bin/ikedump.js report README.md 2> /dev/full`
    const { status, stdout } = spawnSync("sh", ["-c", shell, process.execPath], { cwd: root, encoding: "utf8" })
    expect(status).toBe(3)
    expect(stdout).toContain("could not be read to its end")
  })
})

describe("bin/ikedump.js", () => {
  const script = readFileSync(resolve(root, "bin/ikedump.js"), "utf8")

  it("can be read by every Node since 8, as a script and as a module: no static import or export, no top-level await", () => {
    expect(script).not.toMatch(/^(import|export)\s+[^(]/m)
    expect(script).not.toMatch(/\bawait\b|\?\.|\?\?/)
  })

  it("says in one line which Node it needs", () => {
    const old = 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });'
    const { status, stderr, stdout } = spawnSync(process.execPath, ["-e", old + script.replace(/^#!.*/, "")], {
      cwd: resolve(root, "bin"),
      encoding: "utf8",
    })
    expect([status, stderr, stdout]).toEqual([2, "ikedump: Node 20.19 or later is needed, and this is 18.20.4\n", ""])
  })
})
