/** SM3 and SM4 as node:crypto has them, GCM composed over SM4: the vectors of GB/T 32905, GB/T 32907 and RFC 8998. */
import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import { noble } from "../../src/crypto/noble.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { describeCertificate } from "../../src/pki/certificate.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { verifySignature } from "../../src/verify/signature.ts"

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"))
const hex = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString("hex")
const KEY = bytes("0123456789abcdeffedcba9876543210")

describe("ShangMi algorithms", () => {
  it("SM3: GB/T 32905 A.1", () => {
    expect(hex(nodeProvider.hash.sm3?.(utf8("abc")))).toBe(
      "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    )
  })
  it("SM4: GB/T 32907 A.1, as one block of CBC", () => {
    const cbc = nodeProvider.cipher["sm4-cbc"]
    const block = cbc?.encrypt(KEY, new Uint8Array(16), KEY)
    expect(hex(block)).toBe("681edf34d206965e86b3e94f536e4246")
    expect(cbc?.decrypt(KEY, new Uint8Array(16), block ?? KEY)).toEqual(KEY)
  })
  it("SM4-GCM: RFC 8998 A.1", () => {
    const gcm = nodeProvider.aead["sm4-gcm"]!
    const nonce = bytes("00001234567800000000abcd")
    const aad = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    const plain = bytes(
      "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
    )
    const sealed = gcm.seal(KEY, nonce, aad, plain, 16)
    expect(hex(sealed)).toBe(
      "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
    )
    const [text, tag] = [sealed.subarray(0, 64), sealed.subarray(64)]
    expect(gcm.open(KEY, nonce, aad, text, tag)).toEqual(plain)
    expect(gcm.open(KEY, nonce, aad, text, concat(tag.subarray(0, 15), Uint8Array.of(0)))).toBeUndefined()
  })
  it("a kernel's names of them", () => {
    const { secrets } = importSecrets(
      [
        "src 10.0.0.1 dst 10.0.0.2",
        "\tproto esp spi 0xc0000001 reqid 1 mode tunnel",
        `\tauth-trunc hmac(sm3) 0x${"11".repeat(32)} 96`,
        `\tenc cbc(sm4) 0x${"22".repeat(16)}`,
        "src 10.0.0.2 dst 10.0.0.1",
        "\tproto esp spi 0xc0000002 reqid 1 mode tunnel",
        `\taead rfc4106(gcm(sm4)) 0x${"33".repeat(20)} 128`,
      ].join("\n"),
      { file: "xfrm" },
    )
    expect(secrets.childSas.map(c => [c.encr, c.integ])).toEqual([
      ["SM4-CBC", "HMAC-SM3-96"],
      ["SM4-GCM-16", undefined],
    ])
  })
  it("SM2: certificates and a signature that OpenSSL 3.0 made", () => {
    const base64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"))
    const ca = describeCertificate(
      base64(
        "MIIBeTCCAR+gAwIBAgIUBAz1eAfv3a5Rm4QPO7LV0kXkAR0wCgYIKoEcz1UBg3UwETEPMA0GA1UEAwwGU00yIENBMCAXDTI2MTEyODAxMjMyOFoYDzIwNTEwNzIwMDEyMzI4WjARMQ8wDQYDVQQDDAZTTTIgQ0EwWTATBgcqhkjOPQIBBggqgRzPVQGCLQNCAAQqaBeWpXRLs2OaiQ9BO3YYCst37/Jhe2dKbhbcvPaTYrxGyglH8r1UvfPbpbX3Encw8yJodmI2noDBjJiXXen0o1MwUTAdBgNVHQ4EFgQUOehjCpWe77tBBlpi9oZ/mL6QTBAwHwYDVR0jBBgwFoAUOehjCpWe77tBBlpi9oZ/mL6QTBAwDwYDVR0TAQH/BAUwAwEB/zAKBggqgRzPVQGDdQNIADBFAiBMC5/YlvN5CnCu9Mu2f31Shtkgs0Ifo21uPuy0GQT/TAIhAON8KWl2IzG8acpWrhi6uImsAyQbb0snH7wFDyUp4AT0",
      ),
    )!
    const leaf = describeCertificate(
      base64(
        "MIIBbTCCARKgAwIBAgIBBzAKBggqgRzPVQGDdTARMQ8wDQYDVQQDDAZTTTIgQ0EwIBcNMjYxMTI4MDEyNDAzWhgPMjA1MTA3MjAwMTI0MDNaMBMxETAPBgNVBAMMCGxlZnQubGFiMFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAESJCp8+IYHRDRAa9G7W/EipsYOE6iLZAUT+vFhbS06/uFxnQkenLKVzYbbqhXO/mz1dQM0ZdQi4KHdDjFNuIIZaNXMFUwEwYDVR0RBAwwCoIIbGVmdC5sYWIwHQYDVR0OBBYEFEBML5WFwXSzjocn5WtjwxtscJh0MB8GA1UdIwQYMBaAFDnoYwqVnu+7QQZaYvaGf5i+kEwQMAoGCCqBHM9VAYN1A0kAMEYCIQCjMI1Fui9PVNviOfg2bVN3FwNFi557p34El1HUwrGfQgIhAKbZeHqIMSHSDX+o3fjkA9egnquW9Qjx61ityblnhg+n",
      ),
    )!
    const holds = (provider: CryptoProvider, key: Uint8Array, { tbs, signature } = leaf) =>
      verifySignature(provider, leaf.signatureAlgorithm, key, tbs, signature)
    expect(leaf.signatureAlgorithm).toMatchObject({ scheme: "sm2", hash: "SM3" })
    expect(holds(nodeProvider, ca.publicKey.spki)).toBe(true)
    expect(holds(nodeProvider, ca.publicKey.spki, ca)).toBe(true)
    expect(holds(nodeProvider, leaf.publicKey.spki)).toBe(false)
    expect(
      holds(nodeProvider, ca.publicKey.spki, { ...leaf, tbs: leaf.tbs.map((b, n) => (n === 40 ? b ^ 1 : b)) }),
    ).toBe(false)
    expect(holds(noble, ca.publicKey.spki)).toBeUndefined()
    const message = utf8("message digest")
    const signature = base64(
      "MEYCIQDtS6fJsGOU3i3SP+IQENQs9Hx9Dr5pDHTzUKjICFcKugIhAPFhVVNhJ2k9lJitB3a2NnJaWPRZD8AWZ27M1UgpfX5S",
    )
    expect(nodeProvider.verify.sm2?.(leaf.publicKey.spki, message, signature)).toBe(true)
    expect(nodeProvider.verify.sm2?.(leaf.publicKey.spki, message, signature.subarray(0, 20))).toBe(false)
  })
})
