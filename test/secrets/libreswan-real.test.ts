/** Logs that libreswan 4.10 wrote with `plutodebug=private`, and the capture of each negotiation. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { analyzeLab, opened } from "../helpers/lab-secrets.ts"

const folder = join(import.meta.dirname, "../../fixtures/keys/libreswan-real")
const readLog = (name: string) => importSecrets(readFileSync(join(folder, `${name}.log`)), { file: "log" })
const hex8 = (n: number | undefined) => (n ?? 0).toString(16).padStart(8, "0")

/** Distinct SPIs of the log's `{ESP=>0x… <0x…`. */
const childSpis = (name: string) =>
  new Set(
    [...readFileSync(join(folder, `${name}.log`), "utf8").matchAll(/(?:ESP|AH)=>0x(\w{8}) <0x(\w{8})/g)].flatMap(m =>
      m.slice(1),
    ),
  )

describe("a log of libreswan opens its negotiation", () => {
  it.each([
    // The rekeyed IKE SA has its own pair of lines.
    { name: "cbc", messages: 12, ikeSas: 2, note: undefined },
    { name: "gcm", messages: 8, ikeSas: 1, note: /AES-GCM-16 key has no salt/ },
    { name: "sha384", messages: 4, ikeSas: 1, note: /only 32 bytes of an HMAC-SHA2-384-192 key/ },
    { name: "ah", messages: 4, ikeSas: 1, note: undefined },
  ])("$name", async ({ name, messages, ikeSas, note }) => {
    const { secrets, notes } = readLog(name)
    expect(secrets.ikeSas).toHaveLength(ikeSas)
    const result = await analyzeLab([join(folder, `${name}.pcap`)], secrets)
    expect(opened(result).messages).toBe(messages)
    const warnings = notes.filter(n => n.severity === "warning").map(n => n.message)
    if (note) expect(warnings).toEqual([expect.stringMatching(note)])
    else expect(warnings).toEqual([])
  })
})

describe("a log that a mail or a terminal wrapped", () => {
  /** Lines of at most so many columns: cut anywhere, or at the blanks, which a mail program then drops. */
  const cut = (text: string, columns: number) => text.replaceAll(new RegExp(`.{${columns}}(?=.)`, "g"), "$&\n")
  const broken = (text: string, columns: number) =>
    text.replaceAll(new RegExp(`(.{1,${columns}})(?: +|$)`, "gm"), "$1\n").replaceAll("\n\n", "\n")
  const values = (text: string) =>
    importSecrets(new TextEncoder().encode(text), { file: "log" }).secrets.ikeSas.map(sa =>
      Object.entries(sa.values).map(([name, value]) => `${name} ${toHex(value)}`),
    )

  it.each(["cbc", "gcm", "sha384"])("%s has the same keys of IKE", name => {
    const text = readFileSync(join(folder, `${name}.log`), "utf8")
    const whole = values(text)
    expect(whole.length).toBeGreaterThan(0)
    for (const columns of [72, 76, 80, 100])
      for (const wrapped of [cut(text, columns), broken(text, columns)])
        expect([columns, values(wrapped)]).toEqual([columns, whole])
  })
})

describe("keys of Child SAs", () => {
  it.each([
    { name: "cbc", encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", key: 16, integKey: 32 },
    { name: "gcm", encr: "AES-GCM-16-256", integ: undefined, key: 36, integKey: 0 },
    { name: "sha384", encr: "AES-CBC-256", integ: "HMAC-SHA2-384-192", key: 32, integKey: 48 },
    { name: "ah", encr: undefined, integ: "HMAC-SHA1-96", key: 0, integKey: 20 },
    { name: "v1-main-psk", encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", key: 16, integKey: 32 },
  ])("$name", ({ name, encr, integ, key, integKey }) => {
    const { childSas } = readLog(name).secrets
    const spis = childSpis(name)
    expect(new Set(childSas.map(c => hex8(c.spi)))).toEqual(spis)
    // Which of the two key sets is which direction the log does not say: each SPI has both.
    expect(childSas).toHaveLength(2 * spis.size)
    expect(new Set(childSas.map(c => toHex(c.key) + toHex(c.integKey))).size).toBe(spis.size)
    for (const c of childSas) {
      expect(c).toMatchObject({ protocol: name === "ah" ? "AH" : "ESP" })
      expect([c.encr, c.integ]).toEqual([encr, integ])
      expect([c.key.length, c.integKey.length]).toEqual([key, integKey])
    }
  })
})

describe("IKEv1", () => {
  it("gives the pre-shared key, which alone does not open Main Mode", async () => {
    const { secrets } = readLog("v1-main-psk")
    expect(secrets.psks.map(p => new TextDecoder().decode(p.value))).toEqual(["swordfish of the lab"])
    expect(secrets.ikeSas).toEqual([])
    const { report } = await analyzeLab([join(folder, "v1-main-psk.pcap")], secrets)
    expect(JSON.stringify(report)).toContain("a PSK alone does not open Main Mode")
  })
})
