/** Secrets from the file system: files, folders, bundles, PEM paths, permissions, errors. */
import { execFileSync } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { keysFromEnvironment, loadSecrets } from "../../src/node/load-secrets.ts"
import { SecretsError } from "../../src/secrets/errors.ts"

const samples = join(import.meta.dirname, "../../fixtures/keys")
let folder = ""
const put = (name: string, content: string | Uint8Array, mode = 0o600): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
const keys = (member: object) => JSON.stringify({ ikedump_keys: 1, ...member })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ikedump-keys-"))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe("loadSecrets", () => {
  it("merges files in order", async () => {
    const a = put("a.json", keys({ dh_shared: ["01", "02"] }))
    const b = put("b.json", keys({ dh_shared: ["02", "03"] }))
    const { secrets, files } = await loadSecrets([a, b])
    expect(secrets.dhShared.map(s => [s.value[0], s.origin.file, s.origin.index])).toEqual([
      [1, a, 0],
      [2, a, 1],
      [3, b, 2],
    ])
    expect(files.map(f => f.formats)).toEqual([["ikedump keys"], ["ikedump keys"]])
  })

  it("reads a folder, leaving out what is no secrets file", async () => {
    const inner = join(folder, "bundle")
    cpSync(samples, inner, { recursive: true })
    for (const f of ["capture.pcap", "other.json", "notes.txt"])
      writeFileSync(
        join(inner, f),
        f === "capture.pcap" ? Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 0, 0) : f === "other.json" ? '{"a": 1}' : "hello",
      )
    const { secrets, files } = await loadSecrets([inner])
    expect(files.length).toBeGreaterThan(20)
    expect(secrets.childSas.length).toBeGreaterThan(5)
    await expect(loadSecrets([join(inner, "notes.txt")])).rejects.toThrow(SecretsError)
    mkdirSync(join(folder, "empty"))
    await expect(loadSecrets([join(folder, "empty")])).rejects.toThrow("no file in the folder holds secrets")
  })

  it("reads .tar.gz, .tar and .gz", async () => {
    const tgz = join(folder, "bundle.tar.gz")
    execFileSync("tar", ["-czf", tgz, "-C", samples, "xfrm", "racoon", "wireshark-esp"])
    const { secrets, files, notes } = await loadSecrets([tgz])
    expect(files.map(f => f.file)).toContain(`${tgz}:xfrm/ip-xfrm-state`)
    expect(secrets.childSas.length).toBeGreaterThan(5)
    const tar = join(folder, "bundle.bin")
    execFileSync("tar", ["-cf", tar, "-C", samples, "xfrm", "racoon", "wireshark-esp"])
    expect((await loadSecrets([tar])).secrets.childSas.length).toBe(secrets.childSas.length)
    const gz = put("keys.gz", gzipSync(keys({ psks: [{ secret: "x" }] })))
    expect((await loadSecrets([gz])).secrets.psks).toHaveLength(1)
    expect(notes.filter(n => n.severity === "warning")).toEqual([])
    await expect(loadSecrets([put("cut.gz", gzipSync("x".repeat(1000)).subarray(0, 20))])).rejects.toThrow(
      "data are damaged or cut off",
    )
  })

  it("reads PEM and DER beside the keys file", async () => {
    put("cert.der", Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00))
    put("key.pem", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")
    const file = put("pem.json", keys({ certificates: ["cert.der"], private_keys: ["key.pem"] }))
    const { secrets } = await loadSecrets([file])
    expect(secrets.certificates[0].pem).toBe("-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n")
    expect(secrets.privateKeys).toHaveLength(1)
    await expect(loadSecrets([put("bad.json", keys({ certificates: ["none.pem"] }))])).rejects.toThrow(
      "certificates[0] is neither PEM",
    )
  })

  it.skipIf(process.platform === "win32")("hints at files that others can read", async () => {
    const open = put("open.json", keys({ dh_shared: ["aa"] }), 0o644)
    const shut = put("shut.json", keys({ dh_shared: ["bb"] }), 0o600)
    const { notes, modes } = await loadSecrets([open, shut])
    expect(notes).toEqual([])
    expect(modes).toMatchObject([{ severity: "hint", file: open, message: expect.stringContaining("mode 0644") }])
  })

  it("names a file that cannot be read", async () => {
    await expect(loadSecrets([join(folder, "nowhere")])).rejects.toThrow("there is no such file")
    await expect(loadSecrets([put("binary", Uint8Array.of(1, 0, 2))])).rejects.toThrow("binary")
  })
})

it("IKEDUMP_KEYS names several paths", async () => {
  expect(keysFromEnvironment({ IKEDUMP_KEYS: `a${delimiter}b` })).toEqual(["a", "b"])
  expect(keysFromEnvironment({})).toEqual([])
})
