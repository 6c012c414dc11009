/** `--psk`, folders as `--keys`, hints about modes, and where a secret that fits nothing stands. */
import { spawnSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { loadSecrets } from "../../src/node/load-secrets.ts"

const root = resolve(import.meta.dirname, "../..")
const fixture = join(root, "fixtures/v2-psk-modp2048")
const capture = join(fixture, "capture.pcap")
const { psks, ...rest } = JSON.parse(readFileSync(join(fixture, "keys.json"), "utf8"))
const psk: string = typeof psks[0] === "string" ? psks[0] : psks[0].secret

const folder = mkdtempSync(join(tmpdir(), "ikedump-psk-"))
afterAll(() => rmSync(folder, { recursive: true }))
const put = (name: string, content: string | Buffer, mode = 0o600): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
const dh = put("dh.json", JSON.stringify(rest))

const built = existsSync(join(root, "dist/bin/main.js"))
if (!built) console.log("skipped: not built (npm run build)")

function ikedump(args: readonly string[], input = ""): { code: number | null; out: string; err: string } {
  const env = { ...process.env, IKEDUMP_KEYS: "", NO_COLOR: "1" }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bin/ikedump.js"), ...args], {
    encoding: "utf8",
    env,
    input,
  })
  return { code: status, out: stdout, err: stderr }
}

/** Checks of AUTH that hold: two when the pre-shared key is right. */
function authChecks(args: readonly string[], input = ""): { passed: number; err: string } {
  const { out, err } = ikedump(["report", capture, "--keys", dh, "--format", "json", ...args], input)
  const sas = JSON.parse(out).ike_sas as { checks: { id: string; status: string }[] }[]
  const checks = sas.flatMap(sa => sa.checks)
  return { passed: checks.filter(c => c.id.startsWith("auth-") && c.status === "pass").length, err }
}

describe.skipIf(!built)("--psk", { timeout: 120_000 }, () => {
  it("is the line of a file, of standard input, or its text, which is hinted at once", () => {
    expect(authChecks([])).toMatchObject({ passed: 0, err: "" })
    expect(authChecks(["--psk", `@${put("psk", `${psk}\r\n`)}`])).toMatchObject({ passed: 2, err: "" })
    expect(authChecks(["--psk", "-"], `${psk}\n`)).toMatchObject({ passed: 2, err: "" })
    const { passed, err } = authChecks(["--psk", "other", "--psk", psk])
    expect([passed, err.match(/process lists/g)?.length]).toEqual([2, 1])
    expect(authChecks(["--psk", `0x${Buffer.from(psk).toString("hex")}`]).passed).toBe(2)
    expect(authChecks(["--psk", `0s${Buffer.from(psk).toString("base64")}`]).passed).toBe(2)
    expect(authChecks(["--psk", `${psk}x`]).passed).toBe(0)
  })

  it("says what it cannot take, and never the key", () => {
    const fault = (...args: string[]) => ikedump(["report", capture, ...args])
    expect(fault("--psk", `@${put("two", "secretone\nsecrettwo\n")}`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/has 2 lines and a key is one\n.*given with --keys/),
    })
    expect(fault("--psk", `@${put("none", "\n")}`).err).toContain("the key is empty")
    expect(fault("--psk", "@/nowhere/psk").err).toContain("no such file")
    expect(fault("--psk", "@/dev/zero").err).toContain("it is no file")
    const { code, err } = fault("--psk", "0xsecret")
    expect([code, err]).toEqual([2, expect.stringContaining("not hexadecimal")])
    expect(err).not.toContain("secret\n")
    expect(fault("--psk", "-", "--keys", "-").err).toContain("standard input (-) is one input")
  })
})

describe.skipIf(!built)("a folder as --keys", { timeout: 120_000 }, () => {
  const keys = join(folder, "keys")
  mkdirSync(keys)
  for (const [name, from] of [
    ["st.txt", "keys/xfrm/ip-xfrm-state"],
    ["charon.log", "keys/strongswan/charon.log"],
  ])
    cpSync(join(root, "fixtures", from), join(keys, name))
  writeFileSync(join(keys, "notes.md"), "hello")

  it("is one line, and what fits nothing is named by file and line", () => {
    const { out, err } = ikedump([capture, "--keys", keys])
    expect(
      err
        .trim()
        .split("\n")
        .filter(l => !l.includes("can read this file")),
    ).toEqual([expect.stringMatching(/hint: .*keys: \d+ secrets in 2 of 3 files \(strongSwan log, ip xfrm\)/)])
    expect(out).toMatch(/fits nothing here:[^●]*\(st\.txt:\d+\)/)
  })

  it("names file and line of a row that cannot be used", () => {
    const bad = "src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x00001001 reqid 1 mode tunnel\n\tenc cbc(aes) 0x0011\n"
    const place = join(folder, "misfit")
    mkdirSync(place)
    writeFileSync(join(place, "st.txt"), `# state\n\n\n${bad}`)
    writeFileSync(join(place, "dh.json"), JSON.stringify(rest))
    expect(ikedump([capture, "--keys", place]).err).toMatch(/warning: .*st\.txt:4: /)
  })
})

describe.skipIf(process.platform === "win32")("hints about modes", () => {
  it("come once, and name the first file", () => {
    if (!built) return
    const open = ["o1.json", "o2.json"].map(name => put(name, JSON.stringify(rest), 0o644))
    const { err } = ikedump([capture, ...open.flatMap(path => ["--keys", path])])
    expect(err.match(/can read this file/g)).toHaveLength(1)
    expect(err).toContain("o1.json")
    expect(err).toContain("so are 1 more")
  }, 120_000)

  it("come for no public material, and for no file in a git work tree", async () => {
    const pem = "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n"
    expect((await loadSecrets([put("ca.pem", pem, 0o644)])).modes).toEqual([])
    const secret = JSON.stringify(rest)
    expect((await loadSecrets([put("out.json", secret, 0o644)])).modes).toHaveLength(1)
    mkdirSync(join(folder, "tree/.git"), { recursive: true })
    mkdirSync(join(folder, "tree/deep"))
    expect((await loadSecrets([put("tree/deep/in.json", secret, 0o644)])).modes).toEqual([])
  })
})
