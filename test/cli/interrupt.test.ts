/** Ctrl-C ends a live input, not the program: what came is reported. */
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const capture = readFileSync(join(root, "fixtures/v2-psk-modp2048/capture.pcap"))
const built = existsSync(join(root, "dist/bin/main.js"))
if (!built) console.log("skipped: not built (npm run build)")

/** Runs a command whose input stays open, and presses Ctrl-C when the input is written. */
async function interrupted(...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, ["bin/ikedump.js", ...args], { cwd: root })
  let out = ""
  child.stdout.on("data", chunk => {
    out += chunk
  })
  child.stdin.write(capture)
  await new Promise(r => setTimeout(r, 4000))
  const exit = new Promise<number | null>(r => child.once("exit", r))
  child.kill("SIGINT")
  return { code: await exit, out }
}

describe.skipIf(!built)("Ctrl-C", { timeout: 60_000 }, () => {
  it("ends the input of a report", async () => {
    const { code, out } = await interrupted("report", "-", "--format", "json")
    expect(code).toBe(0)
    expect(JSON.parse(out).counts.isakmp).toBe(6)
  })

  it("ends the input of the packet list", async () => {
    const { code, out } = await interrupted("packets", "-", "--format", "json")
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveLength(92)
  })
})
