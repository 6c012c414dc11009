/** What V8 compiled is kept for the next start: the command says the same with it, without it, and with a damaged one. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const capture = join(root, "fixtures/v2-psk-modp2048/capture.pcap")
const folder = mkdtempSync(join(tmpdir(), "kept-code-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** A filter is loaded by a script that was kept. */
const FLAGS = { brief: [], report: ["-Y", "isakmp"] }

function ikedump(command: "brief" | "report", env: Record<string, string>) {
  const { NODE_DISABLE_COMPILE_CACHE: _, ...own } = process.env
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "bin/ikedump.js"), command, capture, ...FLAGS[command]],
    {
      env: { ...own, ...env },
      encoding: "utf8",
    },
  )
  return { status, stdout, stderr }
}
const cached = { NODE_COMPILE_CACHE: folder }
const caches = () => readdirSync(folder).filter(name => name.startsWith("ikedump-"))
const times = () => caches().map(name => statSync(join(folder, name)).mtimeMs)

describe.skipIf(!existsSync(join(root, "dist/bin/main.js")))("code that V8 compiled", () => {
  const brief = ikedump("brief", { ...cached, NODE_DISABLE_COMPILE_CACHE: "1" })

  it("is not kept where that is turned off", () => {
    expect([brief.status, brief.stderr]).toEqual([0, ""])
    expect(caches()).toEqual([])
  })

  it("is kept for each script once, and a command that needs more of it adds it", () => {
    expect(ikedump("brief", cached)).toEqual(brief)
    expect(caches()).toHaveLength(1)
    const [first] = times()
    expect(ikedump("brief", cached)).toEqual(brief)
    expect(times()).toEqual([first])
    const report = ikedump("report", cached)
    expect([report.status, report.stderr]).toEqual([0, ""])
    expect(caches()).toHaveLength(2)
    const written = times()
    expect(ikedump("report", cached)).toEqual(report)
    expect(times()).toEqual(written)
  })

  it("is made anew where it is damaged", () => {
    const before = times()
    for (const name of caches()) {
      const bytes = readFileSync(join(folder, name))
      for (let at = 1000; at < bytes.length; at += 1000) bytes[at] ^= 0x5a
      writeFileSync(join(folder, name), bytes)
    }
    const damaged = times()
    expect(ikedump("brief", cached)).toEqual(brief)
    expect(times().filter(time => !before.includes(time) && !damaged.includes(time))).toHaveLength(1)
  })

  it("is left where it cannot be written", () => {
    expect(ikedump("brief", { NODE_COMPILE_CACHE: "/dev/null/nowhere" })).toEqual(brief)
  })
})
