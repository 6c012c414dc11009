/** Certificate paths: anchors, dates, constraints, extensions. RFC 5280 §6. */
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/bytes/bytes.ts"
import { type CertificateInfo, describeCertificate } from "../../src/pki/certificate.ts"
import { type ChainOptions, verifyChain } from "../../src/pki/chain.ts"
import { describeCrl } from "../../src/pki/crl.ts"
import { matchesIdentity } from "../../src/pki/identity.ts"
import * as certs from "./certificates.ts"
import { verifySignature } from "./verify-signature.ts"

const read = (der: Uint8Array): CertificateInfo => describeCertificate(der)!
const [root, intermediate, leaf, weak, pss] = [certs.root, certs.intermediate, certs.leaf, certs.weak, certs.pss].map(
  read,
)
const at = new Date(leaf.notBefore.getTime() + 30 * 86_400_000)
const check = (cert: CertificateInfo, options: Partial<ChainOptions> = {}) => {
  const { path, trusted, findings } = verifyChain(cert, { pool: [], at, verify: verifySignature, ...options })
  return { path: path.map(c => c.subject.split(",")[0]), trusted, codes: findings.map(f => f.code) }
}

describe("verifyChain", () => {
  it("walks to an anchor", () => {
    expect(check(leaf, { pool: [root, intermediate], anchors: [root] })).toEqual({
      path: ["emailAddress=carol@example.org", "CN=Intermediate", "CN=Root"],
      trusted: true,
      codes: [],
    })
    expect(check(root, { anchors: [root] })).toMatchObject({ trusted: true, codes: [] })
  })

  it("says what is not known and what is not trusted", () => {
    expect(check(leaf)).toMatchObject({ trusted: false, codes: ["certificate-issuer-unknown"] })
    expect(check(leaf, { pool: [intermediate, root] })).toMatchObject({
      trusted: false,
      codes: ["certificate-untrusted"],
    })
    expect(check(pss)).toMatchObject({ trusted: false, codes: ["certificate-self-signed"] })
  })

  it("holds the dates against the time of the capture", () => {
    const pool = { pool: [intermediate], anchors: [root] }
    expect(check(leaf, { ...pool, at: new Date("2099-01-01") }).codes).toContain("certificate-expired")
    expect(check(leaf, { ...pool, at: new Date("2001-01-01") }).codes).toContain("certificate-not-yet-valid")
    expect(check(weak, { anchors: [root] }).codes).toEqual([
      "certificate-expired",
      "certificate-weak-signature",
      "certificate-weak-key",
    ])
  })

  it("finds a bad signature, one that cannot be checked, and a leaf that signs", () => {
    const signature = leaf.signature.map((b, i) => (i === 3 ? b ^ 1 : b))
    const pool = { pool: [intermediate], anchors: [root] }
    expect(check({ ...leaf, signature }, pool)).toMatchObject({
      trusted: false,
      codes: ["certificate-signature-invalid"],
    })
    expect(check(leaf, { ...pool, verify: () => undefined }).codes).toEqual([
      "certificate-signature-unchecked",
      "certificate-signature-unchecked",
    ])
    const noCa = { ...intermediate, isCa: false }
    expect(check(leaf, { pool: [noCa], anchors: [root] }).codes).toContain("certificate-issuer-not-ca")
  })

  it("holds path lengths and revocations against the path", () => {
    const narrow = { ...root, pathLength: 0 }
    expect(check(leaf, { pool: [intermediate], anchors: [narrow] }).codes).toContain("certificate-path-too-long")
    const crl = describeCrl(certs.crl)!
    expect(check(leaf, { pool: [intermediate], anchors: [root], crls: [crl] }).codes).toContain("certificate-revoked")
    const early = { ...crl, signature: crl.signature.map(b => b ^ 1) }
    expect(check(leaf, { pool: [intermediate], anchors: [root], crls: [early] }).codes).toEqual([])
  })

  it("ends on a ring of certificates", () => {
    const a = { ...leaf, issuerDer: intermediate.subjectDer }
    const b = { ...intermediate, issuerDer: leaf.subjectDer }
    expect(check(a, { pool: [a, b] }).path).toHaveLength(2)
  })
})

describe("matchesIdentity", () => {
  it("looks for addresses and names in subjectAltName, and for a DN in the subject", () => {
    const matches = (type: number, data: Uint8Array) => matchesIdentity(leaf, type, data)
    expect(matches(1, Uint8Array.of(192, 0, 2, 1))).toBe(true)
    expect(matches(1, Uint8Array.of(192, 0, 2, 2))).toBe(false)
    expect(matches(2, utf8("GW.example.org"))).toBe(true)
    expect(matches(2, utf8("a.vpn.example.org"))).toBe(true)
    expect(matches(2, utf8("a.b.vpn.example.org"))).toBe(false)
    expect(matches(3, utf8("carol@example.ORG"))).toBe(true)
    expect(matches(3, utf8("Carol@example.org"))).toBe(false)
    expect(matches(9, leaf.subjectDer)).toBe(true)
    expect(matches(9, root.subjectDer)).toBe(false)
    expect(matches(9, utf8("no DER"))).toBe(false)
    expect(matches(11, utf8("key"))).toBeUndefined()
  })
})
