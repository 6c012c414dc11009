/** Every imported format: a sample made of real negotiations' keys gives what the keys file with the same secrets gives. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { importSecrets, mergeSecrets, SecretsError } from "../../src/secrets/import.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"

const root = join(import.meta.dirname, "../../fixtures/keys")
const formats = readdirSync(root).filter(f => existsSync(join(root, f, "expected.json")))
const sample = (format: string) => readdirSync(join(root, format)).find(f => f !== "expected.json")!
const read = (format: string, file: string) => readFileSync(join(root, format, file))

/** The secrets as plain values, without where they came from. */
const plain = (secrets: Secrets): unknown =>
  JSON.parse(
    JSON.stringify(secrets, (key, value) =>
      value instanceof Uint8Array
        ? toHex(value)
        : key === "origin"
          ? undefined
          : value && typeof value === "object" && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
            : value,
    ),
  )

describe.each(formats)("%s", format => {
  const bytes = read(format, sample(format))
  const text = bytes.toString("utf8")

  it("gives what the keys file gives", () => {
    const { secrets, notes, formats: found } = importSecrets(bytes, { file: "sample" })
    const expected = importSecrets(read(format, "expected.json"), { file: "keys" }).secrets
    // What the negotiation also derives (SKEYSEED and the like) may be in the sample beside it.
    const mine = plain(secrets) as Record<string, unknown>
    expect(mine).toEqual(plain(expected))
    expect(found.length).toBeGreaterThan(0)
    expect(notes.filter(n => n.severity === "warning")).toEqual([])
    for (const list of Object.values(secrets))
      for (const s of list) expect(s.origin).toMatchObject({ file: "sample", line: expect.any(Number) })
  })

  it("is found inside other text, with CRLF line ends, and in UTF-16", () => {
    const count = (s: Secrets) => Object.values(s).map(list => list.length)
    const expected = count(importSecrets(bytes, { file: "a" }).secrets)
    const noise = "support bundle of router1\n== uptime ==\n 12:00:01 up 3 days\n\n"
    const mixed = `${noise}${text}\n\n== df ==\n/dev/sda1 100 50 50 50% /\n`
    expect(count(importSecrets(mixed, { file: "a" }).secrets)).toEqual(expected)
    expect(count(importSecrets(mixed.replaceAll("\n", "\r\n"), { file: "a" }).secrets)).toEqual(expected)
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(mixed, "utf16le")])
    expect(count(importSecrets(utf16, { file: "a" }).secrets)).toEqual(expected)
  })

  it("never fails but with SecretsError, and tells no secret, when the text is damaged", () => {
    const secrets = [...text.matchAll(/[0-9a-fA-F]{24,}/g)].map(m => m[0].toLowerCase())
    let state = 12345
    const random = (n: number) => (state = (state * 1103515245 + 12345) % 0x80000000) % n
    for (let round = 0; round < 150; round++) {
      const damaged = Buffer.from(bytes)
      for (let n = random(8); n >= 0; n--) damaged[random(damaged.length)] = random(256)
      const cut = damaged.subarray(0, random(2) ? damaged.length : random(damaged.length))
      const messages: string[] = []
      try {
        messages.push(...importSecrets(cut, { file: "d" }).notes.map(n => n.message))
      } catch (e) {
        expect(e).toBeInstanceOf(SecretsError)
        messages.push((e as Error).message)
      }
      for (const t of messages) for (const s of secrets) expect(t.toLowerCase()).not.toContain(s.slice(0, 24))
    }
  })
})

describe("all formats in one file", () => {
  it("gives every secret, each once", () => {
    const bundle = formats.map(f => read(f, sample(f)).toString("utf8")).join("\n\n")
    const { secrets, formats: found } = importSecrets(bundle, { file: "bundle" })
    const all = mergeSecrets(formats.map(f => importSecrets(read(f, sample(f)), { file: f }).secrets))
    expect(new Set(found)).toEqual(
      new Set(formats.flatMap(f => importSecrets(read(f, sample(f)), { file: f }).formats)),
    )
    expect(secrets.ikeSas.length).toBe(all.ikeSas.length)
    expect(secrets.childSas.length).toBe(all.childSas.length)
    expect(secrets.dhShared.map(s => s.origin.index)).toEqual(secrets.dhShared.map((_, i) => i))
  })
})

describe("hostile lines", () => {
  // Each would take minutes were a pattern quadratic; behind nothing, also longer than what is looked at first.
  const lengthOf = (head: string) => (head === "" ? 1 << 20 : 1 << 18)
  it.each([
    " ",
    "\t",
    '"',
    "\\",
    ",",
    "0",
    "a",
    "a ",
    "0x",
    "| ",
    "1@",
    "a:",
    "=",
    "uat:esp_sa:",
    '"IPv4",',
    "src ",
    "00 ",
    "(",
    "spi=",
    "0x1@1.1.1.1 a:b ",
  ])("of %j", unit => {
    for (const head of [
      "",
      "\t",
      "| ",
      "00[IKE] ",
      "IPv4,",
      "1234567890abcdef,",
      "\t\tenc ",
      "spi=1 ",
      "SKEYID computed:",
      "-----BEGIN X-----\n",
    ]) {
      const line = unit.repeat(Math.ceil(lengthOf(head) / unit.length))
      try {
        importSecrets(`${head}${line}x\n${line}`, { file: "h" })
      } catch (e) {
        expect(e).toBeInstanceOf(SecretsError)
      }
    }
  })
})
