/** What is kept of keys files is capped, logs are streamed, and nothing that never ends is read for ever. */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, it } from "vitest"
import { utf8 } from "../../src/bytes/bytes.ts"
import { loadSecrets, SECRETS_LIMITS } from "../../src/node/load-secrets.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { Pool } from "../../src/secrets/pool.ts"

const root = resolve(import.meta.dirname, "../..")
const generator = join(root, "test/helpers/daemon-log.mjs")
const sample = join(root, "fixtures/keys/strongswan/charon.log")
const folder = mkdtempSync(join(tmpdir(), "ikedump-keys-limits-"))
afterAll(() => rmSync(folder, { recursive: true }))
const put = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content, { mode: 0o600 })
  return path
}
const built = existsSync(join(root, "dist/bin/main.js"))
if (!built) console.log("skipped: not built (npm run build)")

/** Runs a shell line in which IKEDUMP is the command. */
function shell(line: string): { code: number | null; out: string; err: string } {
  const script = line.replace("IKEDUMP", `${process.execPath} ${join(root, "bin/ikedump.js")}`)
  const env = { ...process.env, IKEDUMP_KEYS: "" }
  const options = { cwd: root, encoding: "utf8", env, timeout: 900_000 } as const
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], options)
  return { code: status, out: stdout, err: stderr }
}
/** Tells the peak memory of a command, KiB, where it can. */
const TIMED = existsSync("/usr/bin/time") ? "/usr/bin/time -f 'peak %M' IKEDUMP" : "IKEDUMP"

describe("a log", () => {
  it("is read in pieces, and says the same", async () => {
    const whole = importSecrets(readFileSync(sample), { file: "log" }).secrets
    const { secrets } = await loadSecrets([sample])
    expect(secrets.ikeSas.map(s => s.values)).toEqual(whole.ikeSas.map(s => s.values))
    expect(secrets.childSas.length).toBe(whole.childSas.length)
  })

  // IKEDUMP_LOG_MIB=2048 is a gateway's day.
  const mib = Number(process.env.IKEDUMP_LOG_MIB ?? 8)
  it.skipIf(!built)(`of ${mib} MiB through a pipe takes bounded memory`, { timeout: 900_000 }, () => {
    const { code, out, err } = shell(`${process.execPath} ${generator} ${mib} | ${TIMED} secrets - --format json`)
    expect(code).toBe(0)
    const kinds = JSON.parse(out).kinds as { kind: string; count: number }[]
    expect(kinds.find(k => k.kind === "ike_sas")?.count).toBeGreaterThanOrEqual(4 * mib)
    const peak = Number(/peak (\d+)/.exec(err)?.[1] ?? 0) / 1024
    console.log(`${mib} MiB of log: ${peak.toFixed(0)} MiB of memory`)
    expect(peak).toBeLessThan(300)
  })
})

describe("what is kept", () => {
  const row = (n: number) => `PSK * ${n.toString(16).padStart(64, "0")}\n`
  const rows = Array.from({ length: 1000 }, (_, n) => row(n)).join("")

  it("ends at its cap, and a warning says where", () => {
    const { secrets, notes, left } = importSecrets(rows, { file: "log", room: 50_000 })
    expect(secrets.psks.length).toBeGreaterThan(10)
    expect(secrets.psks.length).toBeLessThan(200)
    expect(left).toBe(0)
    expect(notes).toMatchObject([
      {
        severity: "warning",
        line: secrets.psks.length,
        message: expect.stringContaining("more secrets than are kept"),
      },
    ])
    expect(importSecrets(rows, { file: "log" }).notes).toEqual([])
  })

  it("is one cap for all files", async () => {
    const pool = new Pool("x")
    for (let n = 0; n < 100; n++) pool.psk(utf8(row(n)))
    expect(pool.left).toBeLessThan(64 << 20)
    const files = ["a", "b"].map(name => put(`${name}.keylog`, rows))
    const { secrets } = await loadSecrets(files)
    // The second file repeats the first.
    expect(secrets.psks).toHaveLength(1000)
  })

  it("of a keys file in JSON is no more than its caps", () => {
    const values = '{"dh_shared":["01"'.concat(',"01"'.repeat(1_000_001), "]}")
    expect(() => importSecrets(values, { file: "k" })).toThrow("more than a million values")
    const long = `{"psks":["${"a".repeat(65 << 20)}"]}`
    expect(() => importSecrets(long, { file: "k" })).toThrow("larger than 64 MiB")
  })
})

describe("a compressed file", () => {
  it("that unpacks to more than its ratio is not read further", async () => {
    const bomb = put(
      "bomb.gz",
      gzipSync(Buffer.alloc(SECRETS_LIMITS.unpackedBytes + (8 << 20), `${"x".repeat(65535)}\n`)),
    )
    await expect(loadSecrets([bomb])).rejects.toThrow("unpacks to more than 100 times its size")
    // Beside others in a folder it is left out.
    const { notes, secrets } = await loadSecrets([folder])
    expect(secrets.psks.length).toBe(1000)
    expect(notes).toContainEqual(expect.objectContaining({ severity: "warning", file: bomb }))
  })

  it("that is cut off gives what stands before", async () => {
    const whole = gzipSync(readFileSync(sample))
    const { secrets, notes } = await loadSecrets([put("cut.gz", whole.subarray(0, whole.length - 200))])
    expect(secrets.dhShared).toHaveLength(1)
    expect(notes).toContainEqual(expect.objectContaining({ message: expect.stringContaining("cut off") }))
  })
})

describe.skipIf(!built || process.platform === "win32")("what never ends", { timeout: 120_000 }, () => {
  it("is refused as a device", () => {
    expect(shell("IKEDUMP secrets /dev/zero")).toMatchObject({
      code: 2,
      err: expect.stringContaining("it is a device"),
    })
  })

  it.each(["yes", "cat /dev/zero", "yes '{'"])("is given up as a pipe of %s", command => {
    const { code, err } = shell(`set +o pipefail; ${command} | ${TIMED} secrets -`)
    expect(err).toMatch(/none of its first \d+ lines|binary/)
    expect(code).toBe(2)
    expect(Number(/peak (\d+)/.exec(err)?.[1] ?? 0) / 1024).toBeLessThan(500)
  })

  it("is read to the cap as a pipe of secrets", () => {
    const { code, out, err } = shell(
      `i=0; awk 'BEGIN { for (;;) printf "PSK * %064x\\n", i++ }' | ${TIMED} secrets - --format json`,
    )
    expect(err).toContain("more secrets than are kept (64 MiB)")
    expect([code, JSON.parse(out).kinds[0].kind]).toEqual([0, "psks"])
    expect(Number(/peak (\d+)/.exec(err)?.[1] ?? 0) / 1024).toBeLessThan(500)
  })

  it("is not opened where a keys file names it", async () => {
    const pipe = join(folder, "pipe")
    execFileSync("mkfifo", [pipe])
    for (const path of [pipe, "/dev/zero"])
      await expect(loadSecrets([put("pem.json", JSON.stringify({ certificates: [path] }))])).rejects.toThrow(
        "neither PEM",
      )
  })
})
