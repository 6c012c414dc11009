/** `ikedump secrets`: counts without a value, what is lacking and which line adds it, and conversions of files alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { runCommand } from "../helpers/run-command.ts"

const fixtures = resolve(import.meta.dirname, "../../fixtures")
const folder = mkdtempSync(join(tmpdir(), "ikedump-secrets-"))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

describe("ikedump secrets", () => {
  it("counts by kind, and prints no value", async () => {
    const keys = join(fixtures, "v2-psk-modp2048/keys.json")
    const { out, code } = await runCommand("secrets", keys)
    expect(code).toBe(0)
    expect(out).toMatch(/psks +1 +1 for any identity/)
    expect(out).toMatch(/dh_shared +1 +1 of 256 bytes/)
    expect(out).toMatch(/opens +IKEv2: every message/)
    for (const [value] of readFileSync(keys, "utf8").matchAll(/[0-9a-f]{32}|lab-psk[\w-]+/g))
      expect(out).not.toContain(value.slice(0, 32))
  })

  it("says what is lacking, and the line of the daemon that adds it", async () => {
    const log = file("charon.log", "13[IKE] <lab|1> IKE_SA lab[1] established\n13[CFG] <lab|1> x\n")
    expect((await runCommand("secrets", log)).out).toMatch(
      /hint +the strongSwan log has no key material: it needs level 4 [\s\S]*ike = 4/,
    )
    expect((await runCommand("secrets", join(fixtures, "keys/xfrm/ip-xfrm-state"))).out).toMatch(
      /lacks +IKE stays closed/,
    )
    const psk = await runCommand("secrets", file("ipsec.secrets", 'left : PSK "geheim"\n'))
    expect(psk.out).toMatch(/a pre-shared key alone opens nothing of IKEv2/)
    expect(psk.out).not.toContain("geheim")
  })

  it("converts the keys of files alone, as keys --export does", async () => {
    const xfrm = join(fixtures, "keys/xfrm/ip-xfrm-state")
    const { out, err, code } = await runCommand("secrets", xfrm, "--export", "keylog", "-")
    expect(code).toBe(0)
    expect(err).toContain("0 IKE SAs and 6 data SAs for keylog")
    const again = file("again.keylog", out)
    const count = async (path: string) => JSON.parse((await runCommand("secrets", path, "--format", "json")).out).kinds
    expect(await count(again)).toEqual(await count(xfrm))
  })

  it("has nothing to export of a pre-shared key alone", async () => {
    const { code, err } = await runCommand("secrets", file("a.secrets", ': PSK "x"\n'), "--export", "keylog", "-")
    expect([code, err]).toEqual([1, expect.stringContaining("nothing to export")])
  })

  it("refuses what holds no secrets, and a file that is not there", async () => {
    expect((await runCommand("secrets", file("other.txt", "hello\n"))).code).toBe(2)
    expect((await runCommand("secrets", join(folder, "none"))).code).toBe(2)
  })
})
