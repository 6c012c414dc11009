/** The CERT payload of IKEv2. RFC 7296 §3.6. */
import { describe, expect, it } from "vitest"
import { utf8 } from "../../../src/bytes/bytes.ts"
import { certificateOf, publicKeyOf } from "../../../src/ike/shared/certificate.ts"
import { cert, certreq } from "../../../src/ike/v2/certificate.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const HASH = "000102030405060708090a0b0c0d0e0f10111213"

describe("cert", () => {
  it("reads hash and URL", () => {
    const body = Uint8Array.of(12, ...hex(HASH), ...utf8("http://a/b"))
    expect(decodeBytes(cert, body).hashAndUrl).toEqual({ hash: hex(HASH), url: "http://a/b" })
    expect(fieldsOf(cert, body)).toMatchObject({
      "isakmp.cert.encoding": ["12"],
      "isakmp.cert.x509.hash": [HASH],
      "isakmp.cert.x509.url": ["http://a/b"],
    })
    everyPrefix(cert, body)
  })

  it("reads a raw public key", () => {
    const spki = hex(`302a300506032b6570032100${"11".repeat(32)}`)
    const value = decodeBytes(cert, Uint8Array.of(15, ...spki))
    expect(publicKeyOf(value)).toMatchObject({ algorithm: "Ed25519" })
    expect(fieldsOf(cert, Uint8Array.of(15, ...spki))["isakmp.cert.x509.key"]).toEqual(["Ed25519 255"])
  })

  it("keeps unknown encodings, and certificates that are none", () => {
    expect(decodeBytes(cert, hex("c8 0102"))).toMatchObject({ encoding: 200, data: hex("0102") })
    expect(certificateOf(decodeBytes(cert, hex("04 3001")))).toBeUndefined()
  })

  it("keeps the data when the hash is cut off", () => {
    expect(decodeBytes(cert, hex("0c 0102"))).toMatchObject({ data: hex("0102"), fault: { code: "truncated" } })
  })
})

describe("certreq", () => {
  const body = Uint8Array.of(4, ...hex(HASH), ...hex(HASH))

  it("splits the authorities' hashes", () => {
    expect(decodeBytes(certreq, body).hashes).toEqual([hex(HASH), hex(HASH)])
    expect(fieldsOf(certreq, body)).toEqual({
      "isakmp.certreq.type": ["4"],
      "isakmp.ike.certreq.authority": [HASH, HASH],
    })
  })

  it("takes an empty one, and an unknown encoding", () => {
    expect(decodeBytes(certreq, hex("0f")).hashes).toEqual([])
    expect(decodeBytes(certreq, hex("c9")).encoding).toBe(201)
  })

  it("decodes every prefix", () => everyPrefix(certreq, body))
})
