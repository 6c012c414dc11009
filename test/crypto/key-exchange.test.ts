/** Published key exchanges on every provider, and what invalid public values do. */
import { rngAesCtrDrbg256 } from "@noble/ciphers/aes.js"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { ML_KEM, type MlKemId } from "../../src/crypto/ke-faults.ts"
import { KE_METHODS, keByName, keOf } from "../../src/crypto/ke-table.ts"
import { MODP_IDS, modpGroup } from "../../src/crypto/modp-groups.ts"
import { noble } from "../../src/crypto/noble.ts"
import { toBytes } from "../../src/crypto/numbers.ts"
import type { CryptoProvider, KeId, KeyExchangeMethod } from "../../src/crypto/provider.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { hex, oneBitOff, type Vector, vectors } from "./vectors.ts"

const PROVIDERS: readonly CryptoProvider[] = [noble, nodeProvider]

/** The provider's identifier of a vector's method: `MODP_2048_BIT`, `ECP_256_BP`, `CURVE_25519`. */
const idOf = (method: string): KeId =>
  method
    .replace(/^ECP_(\d+)_BP$/, "BRAINPOOL-P$1R1")
    .replace(/^CURVE_/, "X")
    .replace(/_BIT$/, "")
    .replaceAll("_", "-")
    .toLowerCase() as KeId

const DH = ["modp", "modpsub", "ecp", "ecpbp", "curve25519", "curve448"].flatMap(f => vectors(`strongswan_${f}.json`))
const KEM = vectors("strongswan_ml_kem.json")
/** BigInt takes its time in the largest groups. */
const isLarge = (v: Vector): boolean => /MODP_(4096|6144|8192)/.test(String(v.method))

describe.each(PROVIDERS.map(p => [p.name, p] as const))("key exchange of %s", (name, provider) => {
  it.each(DH.map(v => [v.name, v] as const))("%s", (_, v) => {
    const method = provider.ke[idOf(String(v.method))]!
    const seed = hex(v.seed)
    const [secretI, secretR] = [seed.subarray(0, seed.length / 2), seed.subarray(seed.length / 2)]
    const [pubI, pubR] = [hex(v.pub_i), hex(v.pub_r)]
    expect(toHex(method.publicValue(secretI))).toBe(v.pub_i)
    expect(toHex(method.shared(secretI, pubR)!)).toBe(v.shared)
    expect(method.fault(pubI)).toBeUndefined()
    if (name === "noble" && isLarge(v)) return
    expect(toHex(method.publicValue(secretR))).toBe(v.pub_r)
    expect(toHex(method.shared(secretR, pubI)!)).toBe(v.shared)
    const off = oneBitOff(secretI, secretI.length >> 1)
    expect(toHex(method.publicValue(off))).not.toBe(v.pub_i)
    expect(toHex(method.shared(off, pubR)!)).not.toBe(v.shared)
  })

  it.each(KEM.map(v => [v.name, v] as const))("%s", (_, v) => {
    const id = idOf(String(v.method)) as MlKemId
    const method = provider.ke[id]!
    const seed = rngAesCtrDrbg256(hex(v.seed)).randomBytes(64)
    expect(toHex(method.publicValue(seed))).toBe(v.pub_i)
    expect(toHex(method.shared(seed, hex(v.pub_r))!)).toBe(v.shared)
    expect(toHex(method.shared(oneBitOff(seed), hex(v.pub_r))!)).not.toBe(v.shared)
    expect(method.fault(hex(v.pub_i))).toBeUndefined()
    expect(method.fault(hex(v.pub_r))).toBeUndefined()
  })

  it("refuses private values of the wrong size", () => {
    for (const { ke } of KE_METHODS) {
      const method = provider.ke[ke!]!
      for (const wrong of [new Uint8Array(0), new Uint8Array(1025).fill(1)])
        expect(() => method.publicValue(wrong), ke).toThrow(RangeError)
    }
  })

  it("takes a private value with leading zero bytes, as big-number libraries write it", () => {
    for (const id of ["ecp-256", "ecp-521", "brainpool-p384r1", "modp-2048"] as const) {
      const method = provider.ke[id]!
      const secret = new Uint8Array(id === "ecp-521" ? 66 : 32).fill(0x21)
      secret[0] = 0
      const padded = Uint8Array.of(0, 0, ...new Uint8Array(id === "modp-2048" ? 224 : 0), ...secret)
      expect(method.publicValue(padded), id).toEqual(method.publicValue(secret))
      expect(method.shared(padded, method.publicValue(Uint8Array.of(9))), id).toEqual(
        method.shared(secret, method.publicValue(Uint8Array.of(9))),
      )
    }
  })

  it("names what is wrong with a length", () => {
    for (const { ke } of KE_METHODS) {
      const method = provider.ke[ke!]!
      for (const length of [0, 1, 31, 65, 2000]) {
        expect(method.fault(new Uint8Array(length).fill(2)), ke).toMatch(/bytes long instead of/)
        expect(method.shared(privateOf(ke!), new Uint8Array(length).fill(2)), ke).toBeUndefined()
      }
    }
  })

  it("refuses 0, 1, p-1 and p in MODP groups", () => {
    for (const id of MODP_IDS) {
      const { p, bytes } = modpGroup(id)
      for (const y of [0n, 1n, p - 1n, p]) {
        expect(provider.ke[id]!.fault(toBytes(y, bytes))).toBe("not between 2 and p-2")
        expect(provider.ke[id]!.shared(Uint8Array.of(5), toBytes(y, bytes))).toBeUndefined()
      }
      expect(provider.ke[id]!.fault(toBytes(p - 2n, bytes)) === undefined).toBe(modpGroup(id).q === undefined)
    }
  })

  it("refuses elements outside RFC 5114's subgroups", () => {
    for (const id of ["modp-1024-160", "modp-2048-224", "modp-2048-256"] as const)
      expect(provider.ke[id]!.fault(toBytes(3n, modpGroup(id).bytes))).toMatch(/small subgroup/)
  })

  it("refuses points that are not on the curve", () => {
    for (const id of ["ecp-192", "ecp-256", "ecp-521", "brainpool-p224r1", "brainpool-p512r1"] as const) {
      const good = provider.ke[id]!.publicValue(Uint8Array.of(9))
      expect(provider.ke[id]!.fault(good)).toBeUndefined()
      const bad = oneBitOff(good, good.length - 1)
      expect(provider.ke[id]!.fault(bad)).toBe("not on the curve")
      expect(provider.ke[id]!.shared(Uint8Array.of(9), bad)).toBeUndefined()
      expect(provider.ke[id]!.fault(new Uint8Array(good.length).fill(0xff))).toBe("a coordinate is not below p")
    }
  })

  it("refuses points of small order, and only those: with them every secret gives zero", () => {
    const littleEndian = (u: bigint, bytes: number) =>
      Uint8Array.from({ length: bytes }, (_, i) => Number((u >> BigInt(8 * i)) & 0xffn))
    const p25519 = 2n ** 255n - 19n
    const p448 = 2n ** 448n - 2n ** 224n - 1n
    const a = 325606250916557431795983626356110631294008115727848805560023387167927233504n
    const b = 39382357235489614581723060781553021112529911719440698176882885853963445705823n
    for (const [id, bytes, small, others] of [
      [
        "x25519",
        32,
        [0n, 1n, a, b, p25519 - 1n, p25519, p25519 + 1n],
        [2n, 9n, a + 1n, b - 1n, p25519 - 2n, p25519 + 2n],
      ],
      ["x448", 56, [0n, 1n, p448 - 1n, p448, p448 + 1n], [2n, 5n, p448 - 2n, p448 + 2n]],
    ] as const) {
      const secret = new Uint8Array(bytes).fill(3)
      const method = provider.ke[id]!
      for (const u of small) {
        const point = littleEndian(u, bytes)
        expect(method.fault(point)).toMatch(/small order/)
        expect(method.shared(secret, point)).toBeUndefined()
      }
      for (const u of others) {
        const point = littleEndian(u, bytes)
        expect(method.fault(point)).toBeUndefined()
        expect(method.shared(secret, point)).toHaveLength(bytes)
      }
    }
    // RFC 7748 §5: the most significant bit of the last byte is masked.
    expect(provider.ke.x25519!.fault(littleEndian(1n + 2n ** 255n, 32))).toMatch(/small order/)
  })

  it("refuses an encapsulation key with a coefficient of q or more", () => {
    expect(provider.ke["ml-kem-768"]!.fault(new Uint8Array(1184).fill(0xff))).toMatch(/below q/)
  })
})

/** Some valid private value. */
const privateOf = (id: KeId): Uint8Array =>
  new Uint8Array(id in ML_KEM ? 64 : id === "x25519" ? 32 : id === "x448" ? 56 : 16).fill(1)

it("decapsulates with the expanded key as with its seed", async () => {
  const { ml_kem768 } = await import("@noble/post-quantum/ml-kem.js")
  const seed = new Uint8Array(64).fill(3)
  const { publicKey, secretKey } = ml_kem768.keygen(seed)
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey)
  const method = noble.ke["ml-kem-768"] as KeyExchangeMethod
  expect(toHex(method.publicValue(secretKey))).toBe(toHex(publicKey))
  expect(toHex(method.shared(secretKey, cipherText)!)).toBe(toHex(sharedSecret))
  expect(toHex(method.shared(seed, cipherText)!)).toBe(toHex(sharedSecret))
})

it("names every method, computed or not", () => {
  expect(KE_METHODS.map(ke => ke.id)).toEqual([
    1, 2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 35, 36, 37,
  ])
  for (const ke of KE_METHODS) expect(keByName(ke.name)).toBe(ke)
  expect(keOf(33)).toEqual({ id: 33, name: "GOST3410-2012-256" })
  expect(keOf(36)?.name).toBe("ML-KEM-768")
  expect(keOf(9999)).toBeUndefined()
})
