/** `--psk`, folders as `--keys`, hints about modes, and where a secret that fits nothing stands. */
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { loadSecrets } from "../../src/node/load-secrets.ts"
import { runCommandWith, spawnCommand } from "../helpers/run-command.ts"

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

const ikedump = (args: readonly string[], input = "") => runCommandWith({ env: { IKEDUMP_KEYS: "" }, input }, ...args)

/** Checks of AUTH that hold: two when the pre-shared key is right. */
async function authChecks(args: readonly string[], input = ""): Promise<{ passed: number; err: string }> {
  const { out, err } = await ikedump(["report", capture, "--keys", dh, "--format", "json", ...args], input)
  const sas = JSON.parse(out).ike_sas as { checks: { id: string; status: string }[] }[]
  const checks = sas.flatMap(sa => sa.checks)
  return { passed: checks.filter(c => c.id.startsWith("auth-") && c.status === "pass").length, err }
}

describe("--psk", { timeout: 120_000 }, () => {
  it("is the line of a file, of standard input, or its text, which is hinted at once", async () => {
    expect(await authChecks([])).toMatchObject({ passed: 0, err: "" })
    expect(await authChecks(["--psk", `@${put("psk", `${psk}\r\n`)}`])).toMatchObject({ passed: 2, err: "" })
    expect(await authChecks(["--psk", "-"], `${psk}\n`)).toMatchObject({ passed: 2, err: "" })
    const { passed, err } = await authChecks(["--psk", "other", "--psk", psk])
    expect([passed, err.match(/process lists/g)?.length]).toEqual([2, 1])
    expect((await authChecks(["--psk", `0x${Buffer.from(psk).toString("hex")}`])).passed).toBe(2)
    expect((await authChecks(["--psk", `0s${Buffer.from(psk).toString("base64")}`])).passed).toBe(2)
    expect((await authChecks(["--psk", `${psk}x`])).passed).toBe(0)
  })

  it("is a file for a batch, whose run folder keeps the path alone", () => {
    const run = join(folder, "run")
    const batch = (value: string) =>
      spawnCommand("batch", "run", capture, "-o", run, "--keys", dh, "--threads", "1", "--psk", value)
    expect(batch(psk)).toMatchObject({ code: 2, err: expect.stringContaining("--psk @FILE") })
    expect(existsSync(run)).toBe(false)
    const passed = () =>
      readFileSync(join(run, "result/checks.ndjson"), "utf8").match(/"auth-(?:initiator|responder)".*"pass"/g)?.length
    expect(batch(`@${put("wrong", "other")}`).code).toBe(0)
    expect(passed()).toBeUndefined()
    expect(batch(`@${put("right", psk)}`).code).toBe(0)
    expect(passed()).toBe(2)
    expect(readFileSync(join(run, "keys-files.json"), "utf8")).not.toContain(psk)
  })

  it("says what it cannot take, and never the key", async () => {
    const fault = (...args: string[]) => ikedump(["report", capture, ...args])
    expect(await fault("--psk", `@${put("two", "secretone\nsecrettwo\n")}`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/has 2 lines and a key is one\n.*given with --keys/),
    })
    expect((await fault("--psk", `@${put("none", "\n")}`)).err).toContain("the key is empty")
    expect((await fault("--psk", "@/nowhere/psk")).err).toContain("no such file")
    expect((await fault("--psk", "@/dev/zero")).err).toContain("it is no file")
    const { code, err } = await fault("--psk", "0xsecret")
    expect([code, err]).toEqual([2, expect.stringContaining("not hexadecimal")])
    expect(err).not.toContain("secret\n")
    expect((await fault("--psk", "-", "--keys", "-")).err).toContain("standard input (-) is one input")
  })
})

describe("a folder as --keys", { timeout: 120_000 }, () => {
  const keys = join(folder, "keys")
  mkdirSync(keys)
  for (const [name, from] of [
    ["st.txt", "keys/xfrm/ip-xfrm-state"],
    ["charon.log", "keys/strongswan/charon.log"],
  ])
    cpSync(join(root, "fixtures", from), join(keys, name))
  writeFileSync(join(keys, "notes.md"), "hello")

  it("is one line, and what fits nothing is named by file and line", async () => {
    const { out, err } = await ikedump([capture, "--keys", keys])
    expect(
      err
        .trim()
        .split("\n")
        .filter(l => !l.includes("can read this file")),
    ).toEqual([expect.stringMatching(/hint: .*keys: \d+ secrets in 2 of 3 files \(strongSwan log, ip xfrm\)/)])
    expect(out).toMatch(/fits nothing here:[^●]*\(st\.txt:\d+\)/)
  })

  it("names file and line of a row that cannot be used", async () => {
    const bad = "src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x00001001 reqid 1 mode tunnel\n\tenc cbc(aes) 0x0011\n"
    const place = join(folder, "misfit")
    mkdirSync(place)
    writeFileSync(join(place, "st.txt"), `# state\n\n\n${bad}`)
    writeFileSync(join(place, "dh.json"), JSON.stringify(rest))
    expect((await ikedump([capture, "--keys", place])).err).toMatch(/warning: .*st\.txt:4: /)
  })
})

describe.skipIf(process.platform === "win32")("hints about modes", () => {
  it("come once, and name the first file", async () => {
    const open = ["o1.json", "o2.json"].map(name => put(name, JSON.stringify(rest), 0o644))
    const { err } = await ikedump([capture, ...open.flatMap(path => ["--keys", path])])
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
