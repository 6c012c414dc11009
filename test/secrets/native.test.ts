/** The keys file: strict, and of one mind with its schema. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import Ajv2020 from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/bytes/bytes.ts"
import { ENCR_FAMILIES, encrByName, encrFromKeyLength } from "../../src/crypto/encr.ts"
import { INTEG_NAMES, integByName } from "../../src/crypto/integ.ts"
import { MEMBERS } from "../../src/secrets/formats/native.ts"
import { importSecrets, mergeSecrets, SecretsError } from "../../src/secrets/import.ts"
import { IKE_SECRET_NAMES } from "../../src/secrets/secrets.ts"

const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../../schemas/keys.schema.json"), "utf8"))
const ajv = new Ajv2020.default({ strict: true, strictRequired: false, strictTypes: false })
const valid = ajv.compile(schema)

const read = (file: object | string) =>
  importSecrets(typeof file === "string" ? file : JSON.stringify({ ikedump_keys: 1, ...file }), {
    file: "keys.json",
    readPem: path =>
      path === "key.pem" ? "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n" : undefined,
  })
const fault = (file: object | string): string => {
  try {
    read(file)
  } catch (e) {
    expect(e).toBeInstanceOf(SecretsError)
    return (e as Error).message
  }
  return "accepted"
}
const K = (bytes: number) => "5a".repeat(bytes)

describe("keys file", () => {
  it("has every member of the contract", () => {
    const { secrets, notes, formats } = read({
      psks: [{ secret: "swordfish" }, { secret: { hex: "00fF" }, id: "carol@example.org" }],
      dh_private: ["0102"],
      dh_shared: ["0304", "0304"],
      skeyseed: ["05"],
      ppks: [{ id: "ppk-1", secret: { hex: "06" } }],
      private_keys: ["key.pem"],
      certificates: ["-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"],
      ike_sas: [
        {
          spi_i: "00112233445566FF",
          spi_r: "8899aabbccddeeff",
          sk_d: "07",
          sk_ai: "",
          version: "2.0",
          encr: "AES-CBC",
          prf: "HMAC-SHA1",
        },
      ],
      child_sas: [
        { protocol: "ESP", spi: "d7131556", destination: "2001:DB8::1", encr: "AES-GCM-16", key: K(20), esn: true },
      ],
    })
    expect(formats).toEqual(["ikedump keys"])
    expect(notes).toEqual([])
    expect(secrets.psks[0]).toEqual({
      value: utf8("swordfish"),
      id: undefined,
      origin: { file: "keys.json", line: 1, kind: "psks", index: 0 },
    })
    expect(secrets.psks[1]).toMatchObject({ value: Uint8Array.of(0, 255), id: "carol@example.org" })
    expect(secrets.dhShared.map(s => s.origin.index)).toEqual([0, 1])
    expect(secrets.privateKeys[0].pem).toContain("PRIVATE KEY")
    expect(secrets.ikeSas[0]).toMatchObject({
      spiI: "00112233445566ff",
      version: "2.0",
      values: { sk_d: Uint8Array.of(7) },
    })
    expect(secrets.ikeSas[0].values).not.toHaveProperty("sk_ai")
    expect(secrets.childSas[0]).toMatchObject({ spi: 0xd7131556, destination: "2001:db8::1", esn: true })
  })

  it("names the member and the line of a mistake", () => {
    expect(fault('{\n "ikedump_keys": 1,\n "ike_sas": [\n  {},\n  {},\n  {"sk_ei": "abc"}\n ]\n}')).toBe(
      "keys.json:6: ike_sas[2].sk_ei has an odd number of hex digits",
    )
    // Named by its place: a secret may stand where a name should.
    expect(fault({ psks: [], swordfish99: [] })).toBe("keys.json:1: member 3 is not known here")
    expect(fault({ psk: [] })).toBe('keys.json:1: psk is not known here: did you mean "psks"?')
    expect(fault({ dh_shared: ["zz"] })).toBe("keys.json:1: dh_shared[0] is not hexadecimal")
    expect(fault({ child_sas: [{ encr: "AES-GCM-16-256", key: K(32) }] })).toBe(
      "keys.json:1: child_sas[0].key has 32 bytes, AES-GCM-16-256 takes 36; the salt is missing",
    )
    expect(fault({ ike_sas: [{ spi_i: "0011" }] })).toBe("keys.json:1: ike_sas[0].spi_i must be 16 hex digits")
    expect(fault("{}")).toContain('"ikedump_keys": 1')
    expect(fault({ private_keys: ["nowhere.pem"] })).toContain("private_keys[0] is neither PEM text nor a file")
  })

  it("quotes no secret, wherever it was put", () => {
    const secret = "deadbeefcafe0123"
    const places = [
      `{"ikedump_keys": 1, "dh_shared": [${secret}]}`,
      `{"ikedump_keys": 1, "dh_shared": ["${secret}x"]}`,
      `{"ikedump_keys": 1, "${secret}": 1}`,
      `{"ikedump_keys": 1, "psks": [["${secret}"]]}`,
      `{"ikedump_keys": 1, "psks": [{"secret": "${secret}"`,
      `{"ikedump_keys": 1, "ike_sas": [{"version": "${secret}"}]}`,
      `{"ikedump_keys": 1, "private_keys": ["${secret}"]}`,
      `{"ikedump_keys": 1, "child_sas": [{"spi": "${secret}"}]}`,
    ]
    for (const text of places) {
      const message = fault(text)
      expect(message).not.toBe("accepted")
      expect(message).not.toContain(secret.slice(0, 6))
    }
  })

  it("says of broken JSON where it breaks", () => {
    expect(fault('{\n "ikedump_keys": 1,\n "psks": [}\n')).toBe(
      "keys.json:3: not valid JSON: a value is missing or malformed",
    )
    expect(fault('{"ikedump_keys": 1, "ikedump_keys": 1}')).toContain("given twice")
    expect(fault(`{"ikedump_keys": 1, "psks": ${"[".repeat(5000)}`)).toContain("nested too deep")
  })

  it("hints at an unknown algorithm name and at an empty file", () => {
    expect(read({ ike_sas: [{ encr: "ROT-13", sk_d: "00" }] }).notes[0]).toMatchObject({ severity: "warning" })
    expect(read({}).notes[0]).toMatchObject({ severity: "hint" })
  })
})

describe("schema and parser agree", () => {
  const agree = (file: object) =>
    expect([valid({ ikedump_keys: 1, ...file }), file]).toEqual([fault(file) === "accepted", file])

  it("on the members", () => {
    for (const file of [
      {},
      { psks: [{ secret: "x" }] },
      { psks: [{ secret: { hex: "0" } }] },
      { psks: [{ secret: { hex: "00", x: 1 } }] },
      { psks: [{ id: "a" }] },
      { psks: "x" },
      { dh_shared: [] },
      { dh_shared: [""] },
      { dh_shared: ["0"] },
      { dh_shared: ["0g"] },
      { skeyseed: [1] },
      { nonsense: 1 },
      { ike_sas: [{ spi_i: "0123456789abcdef" }] },
      { ike_sas: [{ spi_i: "0x123456789abcde" }] },
      { ike_sas: [{ version: "1.0" }] },
      { ike_sas: [{ version: "3.0" }] },
      { ike_sas: [{ nonce_i: K(7) }] },
      { ike_sas: [{ nonce_i: K(8) }] },
      { ike_sas: [{ sk_d: "" }] },
      { ike_sas: [{ sk_ai: "" }] },
      { ike_sas: [{ sk_ie: "00" }] },
      { child_sas: [{ protocol: "IPCOMP" }] },
      { child_sas: [{ spi: "0123456" }] },
      { child_sas: [{ esn: "yes" }] },
      { child_sas: [{ seq_hi: "00000001" }] },
    ])
      agree(file)
  })

  it("on the key lengths of every algorithm", () => {
    for (const { name } of ENCR_FAMILIES) {
      const salt = encrByName(name)!.saltBytes
      for (const bytes of [0, 8, 16, 24, 32, 16 + salt, 32 + salt, 17 + salt]) {
        agree({ child_sas: [{ encr: name, key: K(bytes) }] })
        agree({ ike_sas: [{ encr: name, sk_ei: K(bytes) }] })
        const exact = encrFromKeyLength(name, bytes)
        if (exact && !name.startsWith("RC5")) agree({ child_sas: [{ encr: exact.name, key: K(bytes) }] })
      }
      agree({ child_sas: [{ encr: name }] })
    }
    for (const name of INTEG_NAMES)
      for (const bytes of [0, 16, 20, 32, integByName(name)!.keyBytes]) {
        agree({ child_sas: [{ integ: name, integ_key: K(bytes) }] })
        agree({ ike_sas: [{ integ: name, sk_ai: K(bytes) }] })
      }
  })
})

describe("mergeSecrets", () => {
  it("counts over all files, and keeps what two files share once", () => {
    const a = importSecrets(JSON.stringify({ ikedump_keys: 1, dh_shared: ["01", "01", "02"] }), { file: "a" }).secrets
    const b = importSecrets(JSON.stringify({ ikedump_keys: 1, dh_shared: ["02", "03"] }), { file: "b" }).secrets
    expect(mergeSecrets([a, b]).dhShared.map(s => [s.value[0], s.origin.file, s.origin.index])).toEqual([
      [1, "a", 0],
      [1, "a", 1],
      [2, "a", 2],
      [3, "b", 3],
    ])
  })
})

describe("docs/keys-file.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/keys-file.md"), "utf8")
  it("has examples that are read, and every member", () => {
    const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text)
    expect(examples).toHaveLength(3)
    for (const text of examples) {
      const { secrets, notes } = importSecrets(text, { file: "docs" })
      expect(notes.filter(n => n.severity === "warning")).toEqual([])
      expect(Object.values(secrets).flat()).toHaveLength(1)
    }
    for (const name of [...MEMBERS, ...IKE_SECRET_NAMES]) expect(page).toContain(`\`${name}\``)
  })
})
