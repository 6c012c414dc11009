/** Profiles as data: every line names what the registries know, and levels are read as documented. */
import { describe, expect, it } from "vitest"
import { approvedNames, judge, judgeKeyExchanges } from "../../src/audit/judge.ts"
import type { AlgorithmUse, Dimension, Level } from "../../src/audit/profile.ts"
import { PROFILE_NAMES, PROFILES, profilesNamed } from "../../src/audit/profiles/index.ts"
import { encryptionBits, keyExchangeBits } from "../../src/audit/strength.ts"
import { ENCR_FAMILIES, encrByName } from "../../src/crypto/encr.ts"
import { CURVE_OID, HASH_OID, SIGNATURE_OID } from "../../src/pki/oids.ts"
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
  "not recommended",
  "not approved",
]
const FAMILIES = new Set(ENCR_FAMILIES.map(f => f.name))
const SCHEMES = ["RSASSA-PSS", "RSASSA-PKCS1-v1_5", "ECDSA", "DSA", ...[...SIGNATURE_OID.values()].map(v => v.name)]
const CURVES = [...[...CURVE_OID.values()].map(([name]) => name), "Ed25519", "Ed448"]
const known: Readonly<Record<Dimension, (n: string) => boolean>> = {
  protocol: n => ["IKEv1", "IKEv2", "Aggressive Mode", "ESP", "AH"].includes(n),
  encryption: n => FAMILIES.has(n) || encrByName(n) !== undefined || ENCR.value(n) !== undefined,
  integrity: n => INTEG.value(n) !== undefined,
  prf: n => PRF.value(n) !== undefined,
  "key exchange": n => KE_METHOD.value(n) !== undefined,
  authentication: n => AUTH_METHOD.value(n) !== undefined,
  signature: n => SCHEMES.includes(n),
  hash: n => n === "identity" || [...HASH_OID.values()].includes(n as never),
  "RSA key": () => false,
  curve: n => CURVES.includes(n),
}

describe("profiles", () => {
  it.each(PROFILES.map(p => [p.id, p] as const))("%s: names, levels, sections and dates", (_, p) => {
    const unknown = p.lines.flatMap(l => l.names.filter(n => !known[l.kind](n)))
    expect(unknown).toEqual([])
    expect(p.date).toMatch(/^\d{4}-\d{2}$/)
    expect(p.edition).not.toBe("")
    expect(p.url).toMatch(/^https:/)
    expect(p.lines.filter(l => (l.kind === "RSA key") !== (l.bits !== undefined))).toEqual([])
    for (const line of [...p.lines, ...(p.keySets ?? [])]) {
      expect(LEVELS).toContain(line.level)
      // A draft that could not be read is cited whole.
      expect(line.section !== "" || line.document !== undefined).toBe(true)
    }
    const inSets = (p.keySets ?? []).flatMap(s => [...s.need.flat(), ...(s.beside ?? [])])
    expect(inSets.filter(n => KE_METHOD.value(n) === undefined)).toEqual([])
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
      "nist",
      "cnsa",
      "bsi-tr-02102-3",
      "bsi",
      "all",
      "rfc8247",
      "rfc8221",
      "rfc9395",
      "sp800-77r1",
      "cnsa1",
      "cnsa2",
      "bsi-tr-02102-3-2025-01",
      "bsi-tr-02102-3-2026-01",
      "anssi",
    ])
    expect(profilesNamed("bsi-tr-02102-3")?.map(p => p.edition)).toEqual(["2026-01"])
    expect(profilesNamed("RFC")?.map(p => p.id)).toEqual(["rfc8247", "rfc8221", "rfc9395"])
    expect(profilesNamed("CNSA2")?.map(p => p.id)).toEqual(["cnsa2"])
    expect(profilesNamed("constructor")).toBeUndefined()
  })
})

describe("judge", () => {
  const level = (id: string, kind: Dimension, use: AlgorithmUse, name: string, bits?: number) =>
    judge(profilesNamed(id)![0], { kind, use, name, bits }, 2026)?.level
  const sets = (id: string, ke: readonly string[], year = 2026, use: AlgorithmUse = "ike") =>
    judgeKeyExchanges(profilesNamed(id)![0], use, ke, year).map(v => v.level)

  it("takes key bits off an encryption name, nothing off others", () => {
    expect(level("rfc8221", "encryption", "ipsec", "BLOWFISH-CBC-448")).toBe("MUST NOT")
    expect(level("rfc8247", "encryption", "ike", "AES-CBC-192")).toBe("MAY")
    expect(level("rfc8247", "encryption", "ike", "AES-GCM-16-192")).toBe("MAY")
    expect(level("rfc8247", "encryption", "ike", "AES-GCM-16-IIV-256")).toBeUndefined()
    expect(level("rfc8247", "key exchange", "ike", "MODP-1024")).toBe("SHOULD NOT")
    expect(level("rfc8247", "key exchange", "ike", "MODP-1024-160")).toBe("MUST NOT")
  })

  it("reads RSA lengths as ranges, the exact ones first", () => {
    const bits = [1024, 2048, 2304, 3072, 4000, 4096, 8192]
    expect(bits.map(b => level("rfc8247", "RSA key", "ike", `RSA-${b}`, b))).toEqual([
      "SHOULD NOT",
      "MUST",
      "MAY",
      "SHOULD",
      "MAY",
      "SHOULD",
      undefined,
    ])
  })

  it("applies RFC 8247's hashes to digital signatures alone", () => {
    const hash = (method: string) =>
      judge(profilesNamed("rfc8247")![0], { kind: "hash", use: "ike", name: "SHA1", method }, 2026)?.level
    expect(hash("digital signature")).toBe("MUST NOT")
    expect(hash("RSA signature")).toBeUndefined()
  })

  it("tells IKE from ESP", () => {
    expect(level("rfc8247", "encryption", "ike", "3DES-CBC")).toBe("MAY")
    expect(level("rfc8221", "encryption", "ipsec", "3DES-CBC")).toBe("SHOULD NOT")
    expect(level("rfc8247", "encryption", "ipsec", "3DES-CBC")).toBeUndefined()
  })

  it("knows when a permission ends, and that open-ended years do not", () => {
    expect(sets("cnsa2", ["ECP-384"], 2030)).toEqual(["not recommended"])
    expect(sets("cnsa2", ["ECP-384"], 2031)).toEqual(["not approved"])
    expect(sets("bsi-tr-02102-3-2025-01", ["ECP-384"], 2040)).toEqual(["approved"])
    expect(sets("bsi-tr-02102-3-2026-01", ["ECP-384"], 2031)).toEqual(["transitional"])
    expect(sets("bsi-tr-02102-3-2026-01", ["ECP-384"], 2032)).toEqual(["not approved"])
    expect([2030, 2031, 2036].flatMap(y => sets("sp800-77r1", ["MODP-2048"], y))).toEqual([
      "approved",
      "deprecated",
      "not approved",
    ])
  })

  it("judges key exchanges as a set", () => {
    expect(sets("cnsa2", ["ECP-384", "ML-KEM-1024"])).toEqual(["approved"])
    expect(sets("cnsa2", ["ML-KEM-1024"])).toEqual(["approved"])
    expect(sets("cnsa2", ["ECP-384", "ML-KEM-512", "ML-KEM-1024"])).toEqual(["approved"])
    expect(sets("cnsa2", ["X25519", "ML-KEM-1024"])).toEqual(["not approved"])
    expect(sets("cnsa2", ["X25519", "ML-KEM-768"])).toEqual(["not approved"])
    expect(sets("bsi-tr-02102-3", ["BRAINPOOL-P384R1", "ML-KEM-768"])).toEqual(["approved"])
    expect(sets("bsi-tr-02102-3", ["ML-KEM-1024"])).toEqual(["not approved"])
    expect(sets("sp800-77r1", ["X25519", "ML-KEM-768"])).toEqual(["approved"])
    // What an RFC says SHOULD NOT of stays said beside the strongest other.
    expect(sets("rfc8247", ["MODP-1024", "ML-KEM-768"])).toEqual(["SHOULD NOT"])
    // A Child SA hangs on the IKE SA's keys too: one method of its own is enough.
    expect(sets("cnsa2", ["ECP-384"], 2026, "ipsec")).toEqual(["approved"])
  })

  it("does not approve what a government's list leaves out", () => {
    expect(level("cnsa2", "encryption", "ipsec", "AES-GCM-16-128")).toBe("not approved")
    expect(level("cnsa2", "encryption", "ipsec", "AES-GCM-16-256")).toBe("approved")
    expect(level("sp800-77r1", "encryption", "ipsec", "CHACHA20-POLY1305")).toBe("not approved")
    expect(level("rfc8247", "key exchange", "ike", "X448")).toBeUndefined()
  })

  it("advises what the asked profile has, best first, and nothing that it rejects", () => {
    const best = (id: string, kind: Dimension, use: AlgorithmUse = "ike") =>
      approvedNames(profilesNamed(id)!, kind, use, 2026)
    expect(best("cnsa2", "key exchange")[0]).toBe("ECP-384 with ML-KEM-1024")
    expect(best("cnsa2", "encryption", "ipsec")).toEqual(["AES-GCM-16-256"])
    expect(best("bsi-tr-02102-3", "key exchange")[0]).toBe("BRAINPOOL-P384R1 with ML-KEM-1024")
    expect(best("sp800-77r1", "key exchange")).not.toContain("X25519")
    expect(best("rfc8247", "encryption")[0]).toBe("AES-GCM-16-256")
    for (const p of PROFILES)
      for (const kind of ["encryption", "integrity", "prf"] as const)
        for (const use of ["ike", "ipsec"] as const)
          for (const name of approvedNames([p], kind, use, 2026))
            expect([undefined, true]).toContain(judge(p, { kind, use, name }, 2026)?.met)
  })
})

it("knows the strength of every cipher and classical group of the tables", () => {
  expect(ENCR_FAMILIES.filter(f => !f.name.startsWith("NULL") && encryptionBits(f.name) === undefined)).toEqual([])
  const groups = [...KE_METHOD.entries.values()].filter(e => e.value > 0 && e.value < 35).map(e => e.alias ?? e.name)
  expect(groups.filter(g => keyExchangeBits(g) === undefined)).toEqual([])
  expect([encryptionBits("DES-CBC"), encryptionBits("CAST-CBC-40"), encryptionBits("3DES-CBC")]).toEqual([56, 40, 112])
})
