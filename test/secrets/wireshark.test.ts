/** Wireshark's three tables: every name, wildcards, ASCII keys, repairs, rows that cannot be used. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { analyzeLab, opened } from "../helpers/lab-secrets.ts"

const read = (text: string) => importSecrets(text, { file: "t" })
const K = (bytes: number, digit = "1") => digit.repeat(2 * bytes)

describe("ikev1_decryption_table", () => {
  it("has cookie and key", () => {
    const { secrets, notes, formats } = read("# comment\n\n125370d49b430689,26ad7deffe9edc443e75833aae7e531c\n")
    expect(formats).toEqual(["Wireshark ikev1_decryption_table"])
    expect(notes).toEqual([])
    expect(secrets.ikeSas).toEqual([
      {
        version: "1.0",
        spiI: "125370d49b430689",
        values: { encryption_key: Uint8Array.from(Buffer.from("26ad7deffe9edc443e75833aae7e531c", "hex")) },
        origin: { file: "t", line: 3, kind: "ike_sas", index: 0 },
      },
    ])
  })

  it("repairs 0x, dropped zeros and separators, and says so", () => {
    const { secrets, notes } = read("0x25370d49b430689,0x6ad7deffe9edc443e75833aae7e531c\n")
    expect(secrets.ikeSas[0].spiI).toBe("025370d49b430689")
    expect(toHex(secrets.ikeSas[0].values.encryption_key!)).toBe("06ad7deffe9edc443e75833aae7e531c")
    expect(notes.map(n => n.message).sort()).toEqual([
      "ikev1_decryption_table: 0x removed",
      "ikev1_decryption_table: leading zeros restored",
    ])
  })

  it("keeps the other rows when one is bad, and quotes no secret", () => {
    const { secrets, notes } = read("125370d49b430689,26adzzz\n125370d49b43068a,26ad\n")
    expect(secrets.ikeSas).toHaveLength(1)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatchObject({ severity: "warning", line: 1 })
    expect(notes[0].message).not.toContain("26ad")
  })
})

describe("ikev2_decryption_table", () => {
  const row = (encr: string, e: string, integ: string, a: string) =>
    `f541fd866e151b78,a571f07f943f26c6,${e},${e},"${encr}",${a},${a},"${integ}"`

  it.each([
    ["3DES [RFC2451]", 24, "HMAC_MD5_96 [RFC2403]", 16, "3DES-CBC", "HMAC-MD5-96"],
    ["NULL [RFC2410]", 0, "HMAC_SHA1_96 [RFC2404]", 20, "NULL", "HMAC-SHA1-96"],
    ["AES-CBC-192 [RFC3602]", 24, "HMAC_SHA2_256_128 [RFC4868]", 32, "AES-CBC-192", "HMAC-SHA2-256-128"],
    ["AES-CTR-128 [RFC5930]", 20, "HMAC_SHA2_512_256 [RFC4868]", 64, "AES-CTR-128", "HMAC-SHA2-512-256"],
    ["AES-GCM-256 with 16 octet ICV [RFC5282]", 36, "NONE [RFC4306]", 0, "AES-GCM-16-256", undefined],
    ["AES-CCM-128 with 8 octet ICV [RFC5282]", 19, "NONE [RFC4306]", 0, "AES-CCM-8-128", undefined],
    ["AES-CBC-128 [RFC3602]", 16, "ANY 128-bits of Authentication [No Checking]", 16, "AES-CBC-128", "ANY-128"],
  ])("%s", (encr, e, integ, a, encrName, integName) => {
    const { secrets, notes } = read(row(encr, K(e), integ, K(a)))
    expect(notes).toEqual([])
    expect(secrets.ikeSas).toMatchObject([
      { version: "2.0", spiI: "f541fd866e151b78", spiR: "a571f07f943f26c6", encr: encrName, integ: integName },
    ])
    expect(secrets.ikeSas[0].values.sk_ei).toHaveLength(e)
  })

  it("says what is wrong with a row", () => {
    const { secrets, notes } = read(
      [
        row("AES-CBC-128 [RFC3602]", K(17), "HMAC_SHA1_96 [RFC2404]", K(20)),
        row("AES-CBC-128 [RFC3602]", K(16), "HMAC_SHA1_96 [RFC2404]", K(16)),
        row("ROT13", K(16), "HMAC_SHA1_96 [RFC2404]", K(20)),
        "f541fd866e151b78,a571f07f943f26c6,11,22",
      ].join("\n"),
    )
    expect(secrets.ikeSas).toEqual([])
    expect(notes.filter(n => n.severity === "warning").map(n => n.message)).toEqual([
      "ikev2_decryption_table: SK_ei has 17 bytes, AES-CBC-128 takes 16; the row is left out",
      "ikev2_decryption_table: SK_ai and SK_ar have 16 and 16 bytes, HMAC-SHA1-96 takes 20; the row is left out",
      "ikev2_decryption_table: the encryption algorithm is not one of Wireshark's; the row is left out",
      "ikev2_decryption_table: 4 columns instead of 8; the row is left out",
    ])
  })

  it("forgives the case of a name, and marks a missing salt", () => {
    const { secrets, notes } = read(row("aes-gcm-256 with 16 octet icv", K(32), "none", ""))
    expect(secrets.ikeSas[0]).toMatchObject({ encr: "AES-GCM-16-256", saltMissing: true })
    expect(notes.map(n => n.message).join()).toContain('spelled "AES-GCM-256 with 16 octet ICV [RFC5282]"')
  })

  it("is found in a tshark command line", () => {
    const { secrets } = read(
      `tshark -o 'uat:ikev2_decryption_table:${row("AES-CBC-128 [RFC3602]", K(16), "HMAC_SHA1_96 [RFC2404]", K(20))}' -r x`,
    )
    expect(secrets.ikeSas).toHaveLength(1)
  })
})

describe("esp_sa", () => {
  const row = (...c: string[]) => c.map(x => `"${x}"`).join(",")
  it("has 8 columns, or 10 with ESN", () => {
    const base = [
      "IPv4",
      "10.1.0.1",
      "*",
      "0x8e53db77",
      "AES-CBC [RFC3602]",
      `0x${K(16)}`,
      "HMAC-SHA-1-96 [RFC2404]",
      `0x${K(20)}`,
    ]
    const { secrets, notes } = read(`${row(...base)}\n${row(...base, "64-bit", "1f")}\n`)
    expect(notes).toEqual([])
    expect(secrets.childSas).toMatchObject([
      { protocol: "ESP", spi: 0x8e53db77, source: "10.1.0.1", encr: "AES-CBC-128", integ: "HMAC-SHA1-96" },
      { esn: true, seqHi: 0x1f },
    ])
    expect(secrets.childSas[0].destination).toBeUndefined()
  })

  it("has wildcards in addresses and SPI", () => {
    const at = (src: string, spi: string) => row("IPv4", src, "*", spi, "NULL", "", "NULL", "")
    const { secrets } = read([at("10.1.*.*", "*"), at("*.*.*.*", "0x****00ff"), at("*", "0x********")].join("\n"))
    expect(secrets.childSas.map(c => [c.source, c.spi, c.spiPattern])).toEqual([
      ["10.1.*.*", undefined, undefined],
      [undefined, undefined, "****00ff"],
      [undefined, undefined, undefined],
    ])
  })

  it("has keys in ASCII, empty keys, and keys whose 0x was forgotten", () => {
    const { secrets, notes } = read(
      [
        row("IPv6", "*", "*", "0x1", "AES-CBC [RFC3602]", "abcdefghijklmnop", "NULL", "0x"),
        row("IPv4", "*", "*", "0x2", "3DES", "x", "NULL", ""),
        row("IPv4", "*", "*", "0x3", "TripleDes-CBC [RFC2451]", K(24), "NULL", ""),
      ].join("\n"),
    )
    expect(secrets.childSas.map(c => [c.spi, c.encr, toHex(c.key)])).toEqual([
      [1, "AES-CBC-128", "6162636465666768696a6b6c6d6e6f70"],
      [3, "3DES-CBC", K(24)],
    ])
    expect(notes.map(n => n.message)).toContain("esp_sa: 0x added to a key")
  })

  it("gives the deprecated AES-GCM its ICV from the authentication column", () => {
    const gcm = (any: string) =>
      row(
        "IPv4",
        "*",
        "*",
        "0x1",
        "AES-GCM [RFC4106]",
        `0x${K(20)}`,
        `ANY ${any} bit authentication [no checking]`,
        "0x",
      )
    const { secrets } = read([gcm("64"), gcm("96"), gcm("128")].join("\n"))
    expect(secrets.childSas.map(c => c.encr)).toEqual(["AES-GCM-8-128", "AES-GCM-12-128", "AES-GCM-16-128"])
  })
})

describe("any file", () => {
  it("of comments is an empty keys file; of nothing known is an error", () => {
    expect(read("# generated\n\n").notes[0].severity).toBe("hint")
    expect(() => read("hello\nworld\n")).toThrow("t: no secrets in any known format were found")
  })
})

describe("AES-CCM that a row spells as AES-CTR", () => {
  const ei = "5daf82e6fd7e57d5fbf76cd5af73fd46035db0bc"
  const er = "68848f4a7602b20c7d033cc998b0c097032ac38a"
  const row = (enc: string, integ: string, a = ei, b = er) =>
    importSecrets(`a2926ae833c6f138,5464c57d0dc5e272,${a},${b},"${enc}",,,"${integ}"`, { file: "t" }).secrets.ikeSas[0]

  it("is CCM: the nonce of its counter blocks begins with the flags octet 3", () => {
    const sa = row("AES-CTR-128 [RFC5930]", "ANY 96-bits of Authentication [No Checking]")
    expect(sa).toMatchObject({ encr: "AES-CCM-12-128", integ: undefined })
    expect(toHex(sa.values.sk_ei!)).toBe(ei.slice(0, 32) + ei.slice(34))
    expect(toHex(sa.values.sk_er!)).toBe(er.slice(0, 32) + er.slice(34))
  })

  it("is AES-CTR where the nonce begins otherwise, or an ICV of its own is checked", () => {
    const other = row(
      "AES-CTR-128 [RFC5930]",
      "ANY 96-bits of Authentication [No Checking]",
      ei.replace("035d", "045d"),
    )
    expect(other).toMatchObject({ encr: "AES-CTR-128", integ: "ANY-96" })
    expect(row("AES-CTR-128 [RFC5930]", "NONE [RFC4306]").encr).toBe("AES-CTR-128")
  })

  const peer = join(import.meta.dirname, "../../../shared/captures/peers/wireshark/ikev2-decrypt-aes128ccm12-2.pcap")
  if (!existsSync(peer)) console.log("skipped: the captures of other projects are not beside the checkout")
  it.skipIf(!existsSync(peer))("opens what Wireshark opens", async () => {
    const table = readFileSync(join(`${peer}.keys`, "ikev2_decryption_table"))
    const { secrets } = importSecrets(table, { file: "t" })
    expect(opened(await analyzeLab([peer], secrets)).messages).toBe(4)
  })
})
