/** `ikedump keylog`: what it appends opens a capture; it follows a growing log, and stops at a signal with a whole file. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, describe, expect, it } from "vitest"

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const fixtures = resolve(import.meta.dirname, "../../fixtures")
const xfrm = join(fixtures, "keys/xfrm/ip-xfrm-state")
const folder = mkdtempSync(join(tmpdir(), "ikedump-keylog-"))
afterAll(() => rmSync(folder, { recursive: true }))

const ikedump = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" })
const rows = (path: string) =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter(l => l.startsWith("ESP"))
    : []

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !what(); i++) await sleep(25)
  expect(what()).toBe(true)
}

describe("to the end of a file", () => {
  it("appends lines that open the capture, for the owner alone", () => {
    const out = join(folder, "ike.keylog")
    expect(ikedump("keylog", xfrm, "-o", out, "--no-follow").status).toBe(0)
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const { stdout } = ikedump(
      "report",
      join(fixtures, "v2-psk-modp2048/capture.pcap"),
      "--keys",
      out,
      "--format",
      "json",
    )
    const opened = JSON.parse(stdout).esp_sas.map((sa: { icv_ok: number }) => sa.icv_ok)
    expect(opened).toEqual([43, 43])
  })

  it("says what stands in the way", () => {
    const link = join(folder, "link")
    symlinkSync(join(folder, "elsewhere"), link)
    const { status, stderr } = ikedump("keylog", xfrm, "-o", link, "--no-follow")
    expect([status, stderr]).toEqual([2, expect.stringContaining("symbolic link")])
    expect(existsSync(join(folder, "elsewhere"))).toBe(false)
    expect(ikedump("keylog", "-o", join(folder, "x")).stderr).toContain("name one source")
  })
})

it("follows a log that grows, and ends at SIGINT", async () => {
  const [log, out] = [join(folder, "growing"), join(folder, "growing.keylog")]
  const text = readFileSync(xfrm, "utf8")
  const half = text.indexOf("\nsrc ", text.length / 3) + 1
  writeFileSync(log, text.slice(0, half))
  const child = spawn(process.execPath, [bin, "keylog", log, "-o", out], { stdio: ["ignore", "ignore", "pipe"] })
  await until(() => rows(out).length > 0)
  const before = rows(out).length
  appendFileSync(log, text.slice(half))
  await until(() => rows(out).length === 4)
  expect(before).toBeLessThan(4)
  child.kill("SIGINT")
  const [code] = await once(child, "exit")
  expect(code).toBe(0)
}, 30_000)

it("--xfrm reads the SAs of the kernel, then each that is made", async () => {
  // A stand-in for ip: which SAs the kernel of a test machine can have is not known.
  const bins = mkdtempSync(join(folder, "bin-"))
  const [state, monitor] = [join(bins, "state"), join(bins, "monitor")]
  const text = readFileSync(xfrm, "utf8")
  const half = text.indexOf("\nsrc ", text.length / 3) + 1
  writeFileSync(state, text.slice(0, half))
  copyFileSync(xfrm, monitor)
  const ip = join(bins, "ip")
  writeFileSync(
    ip,
    `#!/bin/sh\nif [ "$2" = monitor ]; then sleep 0.3; cat '${monitor}'; exec sleep 30; fi\ncat '${state}'\n`,
  )
  chmodSync(ip, 0o755)
  const out = join(folder, "xfrm.keylog")
  const env = { ...process.env, PATH: `${bins}:${process.env.PATH}` }
  const child = spawn(process.execPath, [bin, "keylog", "--xfrm", "-o", out], { stdio: "ignore", env })
  await until(() => rows(out).length === 4)
  child.kill("SIGTERM")
  expect((await once(child, "exit"))[0]).toBe(0)
}, 30_000)
