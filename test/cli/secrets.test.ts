/** `ikedump secrets`: counts without a value, what is lacking and which line adds it, and conversions of files alone. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const fixtures = resolve(import.meta.dirname, "../../fixtures")
const folder = mkdtempSync(join(tmpdir(), "ikedump-secrets-"))
afterAll(() => rmSync(folder, { recursive: true }))
const ikedump = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" })
const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

describe("ikedump secrets", () => {
  it("counts by kind, and prints no value", () => {
    const keys = join(fixtures, "v2-psk-modp2048/keys.json")
    const { stdout, status } = ikedump("secrets", keys)
    expect(status).toBe(0)
    expect(stdout).toMatch(/psks +1 +1 for any identity/)
    expect(stdout).toMatch(/dh_shared +1 +1 of 256 bytes/)
    expect(stdout).toMatch(/opens +IKEv2: every message/)
    for (const [value] of readFileSync(keys, "utf8").matchAll(/[0-9a-f]{32}|lab-psk[\w-]+/g))
      expect(stdout).not.toContain(value.slice(0, 32))
  })

  it("says what is lacking, and the line of the daemon that adds it", () => {
    const log = file("charon.log", "13[IKE] <lab|1> IKE_SA lab[1] established\n13[CFG] <lab|1> x\n")
    expect(ikedump("secrets", log).stdout).toMatch(
      /hint +the strongSwan log has no key material: it needs level 4 .*ike = 4/,
    )
    expect(ikedump("secrets", join(fixtures, "keys/xfrm/ip-xfrm-state")).stdout).toMatch(/lacks +IKE stays closed/)
    const psk = ikedump("secrets", file("ipsec.secrets", 'left : PSK "geheim"\n'))
    expect(psk.stdout).toMatch(/a pre-shared key alone opens nothing of IKEv2/)
    expect(psk.stdout).not.toContain("geheim")
  })

  it("converts the keys of files alone, as keys --export does", () => {
    const xfrm = join(fixtures, "keys/xfrm/ip-xfrm-state")
    const { stdout, stderr, status } = ikedump("secrets", xfrm, "--export", "keylog", "-")
    expect(status).toBe(0)
    expect(stderr).toContain("0 IKE SAs and 6 data SAs for keylog")
    const again = file("again.keylog", stdout)
    const count = (path: string) => JSON.parse(ikedump("secrets", path, "--format", "json").stdout).kinds
    expect(count(again)).toEqual(count(xfrm))
  })

  it("has nothing to export of a pre-shared key alone", () => {
    const { status, stderr } = ikedump("secrets", file("a.secrets", ': PSK "x"\n'), "--export", "keylog", "-")
    expect([status, stderr]).toEqual([1, expect.stringContaining("nothing to export")])
  })

  it("refuses what holds no secrets, and a file that is not there", () => {
    expect(ikedump("secrets", file("other.txt", "hello\n")).status).toBe(2)
    expect(ikedump("secrets", join(folder, "none")).status).toBe(2)
  })
})
