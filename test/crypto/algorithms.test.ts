/** Algorithm rows: numbers of each registry to the contract's names and to lengths, and back from names and keys. */
import { describe, expect, it } from "vitest"
import {
  ENCR_FAMILIES,
  encrByName,
  encrFromKeyLength,
  encrOfEspV1,
  encrOfIkev1,
  encrOfIkev2,
} from "../../src/crypto/encr.ts"
import { INTEG_NAMES, integByName, integOfAhV1, integOfEspV1, integOfIkev2 } from "../../src/crypto/integ.ts"
import { hashByName, hashOfIkev1, PRF_NAMES, prfByName, prfOfIkev2 } from "../../src/crypto/prf.ts"

describe("encryption", () => {
  it.each([
    [12, 256, "AES-CBC-256", 32, 0, 16, 16, 0],
    [13, 192, "AES-CTR-192", 24, 4, 8, 1, 0],
    [15, 128, "AES-CCM-12-128", 16, 3, 8, 1, 12],
    [20, 256, "AES-GCM-16-256", 32, 4, 8, 1, 16],
    [21, 256, "NULL-AES-GMAC-256", 32, 4, 8, 1, 16],
    [3, undefined, "3DES-CBC", 24, 0, 8, 8, 0],
    [2, undefined, "DES-CBC", 8, 0, 8, 8, 0],
    [7, 448, "BLOWFISH-CBC-448", 56, 0, 8, 8, 0],
    [6, undefined, "CAST-CBC-128", 16, 0, 8, 8, 0],
    [11, undefined, "NULL", 0, 0, 0, 1, 0],
    [23, 192, "CAMELLIA-CBC-192", 24, 0, 16, 16, 0],
    [27, 256, "CAMELLIA-CCM-16-256", 32, 3, 8, 1, 16],
    [28, 256, "CHACHA20-POLY1305", 32, 4, 8, 1, 16],
    [29, 128, "AES-CCM-8-IIV-128", 16, 3, 0, 1, 8],
    [30, 256, "AES-GCM-16-IIV-256", 32, 4, 0, 1, 16],
    [31, undefined, "CHACHA20-POLY1305-IIV", 32, 4, 0, 1, 16],
  ] as const)("IKEv2 %i with %s bits", (id, bits, name, keyBytes, saltBytes, ivBytes, blockBytes, icvBytes) => {
    expect(encrOfIkev2(id, bits)).toMatchObject({ name, keyBytes, saltBytes, ivBytes, blockBytes, icvBytes })
  })

  it("knows IKEv1's numbers and defaults", () => {
    expect(encrOfIkev1(7, 256)?.name).toBe("AES-CBC-256")
    expect(encrOfIkev1(5)?.name).toBe("3DES-CBC")
    expect(encrOfIkev1(3)?.keyBytes).toBe(56)
    expect(encrOfIkev1(8, 128)?.name).toBe("CAMELLIA-CBC-128")
    expect(encrOfEspV1(12, 128)?.name).toBe("AES-CBC-128")
    expect(encrOfEspV1(23, 192)?.name).toBe("NULL-AES-GMAC-192")
    expect(encrOfEspV1(22, 256)?.name).toBe("CAMELLIA-CBC-256")
    expect(encrOfEspV1(7)?.keyBytes).toBe(16)
  })

  it("keeps numbers nobody assigned as numbers, and has no row for a key length that a cipher lacks", () => {
    for (const find of [encrOfIkev2, encrOfIkev1, encrOfEspV1]) expect(find(60000)).toBeUndefined()
    expect(encrOfIkev2(12, 100)).toBeUndefined()
    expect(encrOfIkev2(5)).toMatchObject({ name: "IDEA-CBC", cipher: undefined })
    expect(encrOfIkev2(28, 999)?.keyBytes).toBe(32)
  })

  it("finds names with and without key bits", () => {
    for (const { name, keyBits } of ENCR_FAMILIES)
      for (const bits of keyBits) {
        const row = encrByName(name, bits)
        expect(encrByName(row!.name)).toEqual(row)
        expect(encrFromKeyLength(name, row!.keyBytes + row!.saltBytes)).toEqual(row)
      }
    expect(encrByName("AES-CBC-257")).toBeUndefined()
    expect(encrByName("AES-CBC-")).toBeUndefined()
    expect(encrByName("constructor")).toBeUndefined()
    expect(encrFromKeyLength("AES-GCM-16", 20)?.name).toBe("AES-GCM-16-128")
    expect(encrFromKeyLength("AES-GCM-16-256", 20)).toBeUndefined()
    expect(encrFromKeyLength("AES-GCM-16", 21)).toBeUndefined()
  })
})

it("knows integrity algorithms by each number", () => {
  expect(integOfIkev2(12)).toMatchObject({ name: "HMAC-SHA2-256-128", keyBytes: 32, icvBytes: 16 })
  expect(integOfEspV1(5)?.name).toBe("HMAC-SHA2-256-128")
  expect(integOfAhV1(3)?.name).toBe("HMAC-SHA1-96")
  expect(integOfAhV1(2)?.name).toBe("HMAC-MD5-96")
  expect(integOfEspV1(11)).toMatchObject({ name: "AES-GMAC-128", gmac: true, keyBytes: 20 })
  expect(integOfIkev2(0)?.name).toBe("NONE")
  expect(integOfIkev2(999)).toBeUndefined()
  for (const name of INTEG_NAMES) expect(integByName(name)?.name).toBe(name)
})

it("knows PRFs and IKEv1's hashes", () => {
  expect(prfOfIkev2(4)).toMatchObject({ name: "AES128-XCBC", fixedKey: true, keyBytes: 16 })
  expect(prfOfIkev2(7)).toMatchObject({ name: "HMAC-SHA2-512", outBytes: 64 })
  expect(prfOfIkev2(3)).toBeUndefined()
  expect(hashOfIkev1(2)).toMatchObject({ name: "SHA1", hash: "sha1", prf: { name: "HMAC-SHA1" } })
  expect(hashOfIkev1(4)?.prf?.name).toBe("HMAC-SHA2-256")
  expect(hashOfIkev1(3)).toEqual({ name: "TIGER" })
  expect(hashByName("MD5")?.hash).toBe("md5")
  for (const name of PRF_NAMES) expect(prfByName(name)?.name).toBe(name)
})
