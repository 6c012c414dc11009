/** Profiles as data: every line names what the registries know, and levels are read as documented. */
import { describe, expect, it } from "vitest"
import { judge, type Level } from "../../src/audit/profile.ts"
import { PROFILE_NAMES, PROFILES, profilesNamed } from "../../src/audit/profiles/index.ts"
import { encryptionBits, keyExchangeBits } from "../../src/audit/strength.ts"
import { ENCR_FAMILIES, encrByName } from "../../src/crypto/encr.ts"
import { SIGNATURE_OID } from "../../src/pki/oids.ts"
import { AUTH_METHOD } from "../../src/registry/ikev2/auth-methods.ts"
import { ENCR } from "../../src/registry/ikev2/encr.ts"
import { INTEG } from "../../src/registry/ikev2/integ.ts"
import { KE_METHOD } from "../../src/registry/ikev2/ke-methods.ts"
import { PRF } from "../../src/registry/ikev2/prf.ts"

const LEVELS: readonly Level[] = [
  "MUST",
  "MUST-",
  "SHOULD+",
  "SHOULD",
  "MAY",
  "SHOULD NOT",
  "MUST NOT",
  "deprecated",
  "approved",
  "transitional",
  "not approved",
]
const FAMILIES = new Set(ENCR_FAMILIES.map(f => f.name))
const known = {
  encryption: (n: string) => FAMILIES.has(n) || encrByName(n) !== undefined || ENCR.value(n) !== undefined,
  integrity: (n: string) => INTEG.value(n) !== undefined,
  prf: (n: string) => PRF.value(n) !== undefined,
  "key exchange": (n: string) => KE_METHOD.value(n) !== undefined,
  authentication: (n: string) =>
    AUTH_METHOD.value(n) !== undefined || [...SIGNATURE_OID.values()].some(s => s.name === n) || /^RSASSA-PSS/.test(n),
}

describe("profiles", () => {
  it.each(PROFILES.map(p => [p.id, p] as const))("%s: names, levels, sections and dates", (_, p) => {
    const unknown = p.lines.flatMap(l => l.names.filter(n => !known[l.kind](n)))
    expect(unknown).toEqual([])
    expect(p.date).toMatch(/^\d{4}-\d{2}$/)
    expect(p.url).toMatch(/^https:/)
    for (const line of p.lines) {
      expect(LEVELS).toContain(line.level)
      expect(line.section).not.toBe("")
    }
  })

  it.each(PROFILES.map(p => [p.id, p] as const))("%s: no algorithm stands in two lines of one use", (_, p) => {
    const keys = p.lines.flatMap(l =>
      l.names.flatMap(n => (l.use ? [l.use] : ["ike", "ipsec"]).map(u => `${l.kind} ${u} ${n}`)),
    )
    expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([])
  })

  it("are found by name and by set, letter case ignored", () => {
    expect(PROFILE_NAMES).toEqual([
      "rfc",
      "all",
      "rfc8247",
      "rfc8221",
      "rfc9395",
      "sp800-77r1",
      "cnsa2",
      "bsi-tr-02102-3",
    ])
    expect(profilesNamed("RFC")?.map(p => p.id)).toEqual(["rfc8247", "rfc8221", "rfc9395"])
    expect(profilesNamed("CNSA2")?.map(p => p.id)).toEqual(["cnsa2"])
    expect(profilesNamed("constructor")).toBeUndefined()
  })
})

describe("judge", () => {
  const level = (id: string, ...rest: [Parameters<typeof judge>[1], Parameters<typeof judge>[2], string, number?]) => {
    const [kind, use, name, year = 2026] = rest
    return judge(profilesNamed(id)![0], kind, use, name, year)?.level
  }

  it("takes key bits off an encryption name, nothing off others", () => {
    expect(level("rfc8221", "encryption", "ipsec", "BLOWFISH-CBC-448")).toBe("MUST NOT")
    expect(level("rfc8247", "encryption", "ike", "AES-CBC-192")).toBe("MAY")
    expect(level("rfc8247", "encryption", "ike", "AES-GCM-16-IIV-256")).toBeUndefined()
    expect(level("rfc8247", "key exchange", "ike", "MODP-1024")).toBe("SHOULD NOT")
    expect(level("rfc8247", "key exchange", "ike", "MODP-1024-160")).toBe("MUST NOT")
  })

  it("tells IKE from ESP", () => {
    expect(level("rfc8247", "encryption", "ike", "3DES-CBC")).toBe("MAY")
    expect(level("rfc8221", "encryption", "ipsec", "3DES-CBC")).toBe("SHOULD NOT")
    expect(level("rfc8247", "encryption", "ipsec", "3DES-CBC")).toBeUndefined()
  })

  it("knows when a permission ends", () => {
    expect(level("bsi-tr-02102-3", "key exchange", "ike", "MODP-2048", 2022)).toBe("transitional")
    expect(level("bsi-tr-02102-3", "key exchange", "ike", "MODP-2048", 2023)).toBe("not approved")
    expect(level("cnsa2", "key exchange", "ike", "ECP-384", 2030)).toBe("transitional")
    expect(level("cnsa2", "key exchange", "ike", "ECP-384", 2031)).toBe("not approved")
  })

  it("does not approve what a government's list leaves out", () => {
    expect(level("cnsa2", "encryption", "ipsec", "AES-GCM-16-128")).toBe("not approved")
    expect(level("cnsa2", "encryption", "ipsec", "AES-GCM-16-256")).toBe("approved")
    expect(level("sp800-77r1", "encryption", "ipsec", "CHACHA20-POLY1305")).toBe("not approved")
    expect(level("rfc8247", "key exchange", "ike", "X448")).toBeUndefined()
  })
})

it("knows the strength of every cipher and classical group of the tables", () => {
  expect(ENCR_FAMILIES.filter(f => !f.name.startsWith("NULL") && encryptionBits(f.name) === undefined)).toEqual([])
  const groups = [...KE_METHOD.entries.values()].filter(e => e.value > 0 && e.value < 35).map(e => e.alias ?? e.name)
  expect(groups.filter(g => keyExchangeBits(g) === undefined)).toEqual([])
  expect([encryptionBits("DES-CBC"), encryptionBits("CAST-CBC-40"), encryptionBits("3DES-CBC")]).toEqual([56, 40, 112])
})
