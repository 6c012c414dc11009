/** What no recorded negotiation has, against the formulas written out by hand; and what the steps say. */
import { describe, expect, it } from "vitest"
import { concat, u32be, utf8 } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { noble } from "../../src/crypto/noble.ts"
import { prfByName } from "../../src/crypto/prf.ts"
import { intAuth, intermediateOctets } from "../../src/keys/auth-v2.ts"
import { offersPrf } from "../../src/keys/context.ts"
import { isWeakDesKey } from "../../src/keys/des-weak-keys.ts"
import { encryptionKey, phase2Iv, revisedEncryptionKey, skeyidPublicKey } from "../../src/keys/ikev1.ts"
import {
  deriveIkeKeys,
  skeyseedInitial,
  skeyseedPpkIntermediate,
  skeyseedRekey,
  skeyseedResumption,
} from "../../src/keys/ikev2.ts"
import { deriveQuickModeKeys } from "../../src/keys/keymat-v1.ts"
import { deriveChildKeys } from "../../src/keys/keymat-v2.ts"
import { ppkConfirmation, skDWithPpk } from "../../src/keys/ppk.ts"
import { prfPlus } from "../../src/keys/prf-plus.ts"
import { hex } from "../crypto/vectors.ts"

const sha1 = { provider: noble, prf: prfByName("HMAC-SHA1")! }
const md5 = { provider: noble, prf: prfByName("HMAC-MD5")! }
const xcbc = { provider: noble, prf: prfByName("AES128-XCBC")! }
const hmacSha1 = noble.mac["hmac-sha1"]!
const fill = (byte: number, length: number) => new Uint8Array(length).fill(byte)
const nonces = { ni: fill(1, 20), nr: fill(2, 24), frameI: 1, frameR: 2 }
const skD = fill(9, 20)

describe("IKEv2", () => {
  it("takes 64 bits of each nonce as the key of AES128-XCBC, there and nowhere else", () => {
    const seed = skeyseedInitial(xcbc, nonces, fill(7, 32)).out
    expect(toHex(seed)).toBe(toHex(noble.mac["aes-xcbc"]!(concat(fill(1, 8), fill(2, 8)))(fill(7, 32))))
    const rekey = skeyseedRekey(xcbc, fill(9, 16), nonces, [fill(7, 32)]).out
    expect(toHex(rekey)).toBe(toHex(noble.mac["aes-xcbc"]!(fill(9, 16))(concat(fill(7, 32), nonces.ni, nonces.nr))))
  })

  it("puts additional secrets behind the nonces, in order", () => {
    const step = skeyseedRekey(sha1, skD, nonces, [fill(3, 32), fill(4, 32), fill(5, 32)])
    expect(step.formula).toBe("prf(SK_d(old), SK(0) | Ni | Nr | SK(1) | SK(2))")
    const input = concat(fill(3, 32), nonces.ni, nonces.nr, fill(4, 32), fill(5, 32))
    expect(toHex(step.out)).toBe(toHex(hmacSha1(skD)(input)))
    const suite = { encr: encrByName("AES-GCM-16-128")! }
    const child = deriveChildKeys(sha1, skD, nonces, suite, [fill(3, 32), fill(4, 32), fill(5, 32)])
    expect(toHex(child.steps[0].out)).toBe(toHex(prfPlus(sha1, skD, input, 40)))
    expect(child.steps[0]).toMatchObject({
      formula: "prf+(SK_d, SK(0) | Ni | Nr | SK(1) | SK(2))",
      rfc: "RFC 9370 §2.2.4",
    })
  })

  it("resumes a session", () => {
    const step = skeyseedResumption(sha1, skD, nonces)
    expect(toHex(step.out)).toBe(toHex(hmacSha1(skD)(concat(utf8("Resumption"), nonces.ni, nonces.nr))))
  })

  it("mixes a PPK into IKE_INTERMEDIATE and CREATE_CHILD_SA", () => {
    const ppk = fill(8, 32)
    const t1 = hmacSha1(ppk)(concat(skD, Uint8Array.of(1)))
    expect(toHex(skeyseedPpkIntermediate(sha1, ppk, skD).out)).toBe(toHex(t1))
    expect(toHex(skDWithPpk(sha1, ppk, skD).out)).toBe(toHex(t1))
    const [spiI, spiR] = [fill(5, 8), fill(6, 8)]
    const confirmation = ppkConfirmation(sha1, ppk, nonces, spiI, spiR)
    expect(toHex(confirmation)).toBe(toHex(hmacSha1(ppk)(concat(nonces.ni, nonces.nr, spiI, spiR))))
  })

  it("gives AEADs a salt and no SK_a, AH no encryption key", () => {
    const ends = { nonces, spiI: fill(5, 8), spiR: fill(6, 8) }
    const aead = { encr: encrByName("AES-CCM-12-256")!, integ: integByName("HMAC-SHA1-96")! }
    const { values, steps } = deriveIkeKeys({ ...sha1, ...aead, ...ends }, fill(1, 20))
    expect([values.sk_ai.length, values.sk_ei.length, values.sk_d.length]).toEqual([0, 35, 20])
    expect(steps.map(s => s.name)).toEqual(["SK_d", "SK_ei", "SK_er", "SK_pi", "SK_pr"])
    const ah = deriveChildKeys(sha1, skD, nonces, { integ: integByName("AES-GMAC-256")! }).values
    expect([ah.encr_i.length, ah.integ_i.length]).toEqual([0, 36])
    const none = deriveChildKeys(sha1, skD, nonces, { encr: encrByName("NULL")! }).values
    expect([none.encr_i.length, none.integ_r.length]).toEqual([0, 0])
  })

  it("ends prf+ at 255 blocks", () => {
    expect(prfPlus(sha1, skD, skD, 255 * 20)).toHaveLength(5100)
    expect(() => prfPlus(sha1, skD, skD, 5101)).toThrow(RangeError)
  })

  it("says when a provider lacks the prf", () => {
    const without = { provider: { ...noble, mac: {} }, prf: sha1.prf }
    expect([offersPrf(sha1), offersPrf(without)]).toEqual([true, false])
    expect(() => prfPlus(without, skD, skD, 1)).toThrow(/HMAC-SHA1 is not offered by noble/)
  })

  it("shows frames of the nonces in a step", () => {
    expect(skeyseedInitial(sha1, nonces, skD).inputs).toEqual([
      { name: "Ni", frame: 1 },
      { name: "Nr", frame: 2 },
      { name: "g^ir", shared: "g^ir" },
    ])
  })

  it("undoes encryption and fragmentation for IntAuth", () => {
    const header = hex("0102030405060708" + "1112131415161718" + "35202b08" + "00000001" + "00000400")
    const plaintext = hex("0000000c" + "0011223344556677")
    const octets = intermediateOctets({ header, unencrypted: new Uint8Array(0), firstPayload: 34, plaintext })
    expect(toHex(octets)).toBe(
      "0102030405060708" + "1112131415161718" + "2e202b08" + "00000001" + "0000002c" + "22000010" + toHex(plaintext),
    )
    const vendorId = hex("35000008deadbeef")
    const preceded = intermediateOctets({
      header: header.with(16, 43),
      unencrypted: vendorId,
      firstPayload: 34,
      plaintext,
    })
    expect(toHex(preceded.subarray(16, 40))).toBe(
      "2b202b08" + "00000001" + "00000034" + "2e000008deadbeef" + "22000010",
    )
    expect(toHex(intAuth(fill(1, 2), fill(2, 2), 3))).toBe("0101" + "0202" + toHex(u32be(3)))
  })
})

describe("IKEv1", () => {
  it("derives SKEYID from a hash of the nonces with public key encryption", () => {
    const context = { ...sha1, ckyI: fill(5, 8), ckyR: fill(6, 8) }
    const digest = noble.hash.sha1!(concat(nonces.ni, nonces.nr))
    const step = skeyidPublicKey(context, noble.hash.sha1!, nonces)
    expect(toHex(step.out)).toBe(toHex(hmacSha1(digest)(concat(fill(5, 8), fill(6, 8)))))
  })

  it("expands Ka where SKEYID_e is too short", () => {
    const skeyidE = fill(3, 16)
    const hmacMd5 = noble.mac["hmac-md5"]!
    const k1 = hmacMd5(skeyidE)(Uint8Array.of(0))
    const k2 = hmacMd5(skeyidE)(k1)
    const ka = encryptionKey(md5, skeyidE, encrByName("AES-CBC-256")!)
    expect(toHex(ka.out)).toBe(toHex(concat(k1, k2)))
    expect(toHex(encryptionKey(md5, skeyidE, encrByName("3DES-CBC")!).out)).toBe(toHex(concat(k1, k2).slice(0, 24)))
    expect(encryptionKey(md5, skeyidE, encrByName("AES-CBC-128")!)).toMatchObject({ formula: "SKEYID_e", out: skeyidE })
    expect(encryptionKey(md5, skeyidE, encrByName("BLOWFISH-CBC-448")!).out).toHaveLength(56)
  })

  it("passes over weak DES keys, whatever their parity", () => {
    const des = encrByName("DES-CBC")!
    const strong = hex("0123456789abcdef")
    expect(toHex(encryptionKey(sha1, concat(strong, fill(7, 12)), des).out)).toBe(toHex(strong))
    expect(toHex(encryptionKey(sha1, concat(fill(0, 8), strong, fill(0, 4)), des).out)).toBe(toHex(strong))
    for (const weak of [
      "0101010101010101",
      "0000000000000000",
      "01fe01fe01fe01fe",
      "fee0fee0fef1fef1",
      "e1e1e1e1f0f0f0f0",
    ])
      expect(isWeakDesKey(hex(weak)), weak).toBe(true)
    expect(isWeakDesKey(strong)).toBe(false)
  })

  it("makes the keys of revised public-key encryption", () => {
    const key = revisedEncryptionKey(md5, nonces.ni, fill(5, 8), encrByName("AES-CBC-128")!)
    expect(toHex(key)).toBe(toHex(noble.mac["hmac-md5"]!(nonces.ni)(fill(5, 8))))
    expect(revisedEncryptionKey(md5, nonces.ni, fill(5, 8), encrByName("AES-CBC-256")!)).toHaveLength(32)
  })

  it("begins phase 2 with a hash of phase 1's last block and the Message ID", () => {
    const iv = phase2Iv(noble.hash.sha1!, fill(4, 16), u32be(0xdeadbeef), 16)
    expect(toHex(iv)).toBe(toHex(noble.hash.sha1!(concat(fill(4, 16), u32be(0xdeadbeef))).slice(0, 16)))
  })

  it("expands KEYMAT for each SPI", () => {
    const qm = {
      nonces,
      protocol: 2,
      spiI: u32be(1),
      spiR: u32be(2),
      suite: { integ: integByName("HMAC-SHA2-256-128")! },
    }
    const { values, steps } = deriveQuickModeKeys(sha1, skD, { ...qm, shared: fill(6, 32) })
    const seed = concat(fill(6, 32), Uint8Array.of(2), u32be(2), nonces.ni, nonces.nr)
    const k1 = hmacSha1(skD)(seed)
    const k2 = hmacSha1(skD)(concat(k1, seed))
    expect(toHex(values.integ_i)).toBe(toHex(concat(k1, k2).slice(0, 32)))
    expect(values.encr_i).toHaveLength(0)
    expect(steps.map(s => s.name)).toEqual(["KEYMAT(SPIr)", "KEYMAT(SPIi)"])
  })
})
