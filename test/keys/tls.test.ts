/** Key derivation of TLS against published values; what EAP makes of it is in test/play/eap-tls.test.ts. */
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { noble } from "../../src/crypto/noble.ts"
import { tls12Prf, tls13 } from "../../src/keys/tls.ts"

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"))

describe("TLS key derivation", () => {
  it("the PRF of TLS 1.2: the vector that the working group's list has", () => {
    const prf = tls12Prf(noble, "sha2-256")!
    const secret = bytes("9bbe436ba940f017b17652849a71db35")
    const seed = bytes("a0ba9f936cda311827a6f796ffd5198c")
    expect(toHex(prf(secret, "test label", seed, 100))).toBe(
      "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66",
    )
  })
  it("traffic keys of TLS 1.3: RFC 8448 §3", () => {
    const schedule = tls13(noble, "sha2-256")!
    const secret = bytes("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
    expect(toHex(schedule.expand(secret, "key", new Uint8Array(0), 16))).toBe("3fce516009c21727d0f2e4e86ee403bc")
    expect(toHex(schedule.expand(secret, "iv", new Uint8Array(0), 12))).toBe("5d313eb2671276ee13000b30")
  })
})
