/** What an authority may not certify, what a reader must understand, and what a key may be used for. RFC 5280 §4.2, RFC 4945 §5.1.3. */
import { describe, expect, it } from "vitest"
import { type CertificateInfo, describeCertificate } from "../../src/pki/certificate.ts"
import { verifyChain } from "../../src/pki/chain.ts"
import * as certs from "./restricted-certificates.ts"
import { verifySignature } from "./verify-signature.ts"

const read = (der: Uint8Array): CertificateInfo => describeCertificate(der)!
const root = read(certs.root)
const constrained = read(certs.con)
const at = new Date(root.notBefore.getTime() + 30 * 86_400_000)
const check = (der: Uint8Array, pool = [constrained]) => {
  const result = verifyChain(read(der), { pool, anchors: [root], at, verify: verifySignature })
  return { trusted: result.trusted, said: result.findings.map(f => `${f.code}: ${f.message}`) }
}

describe("name constraints", () => {
  it("let names of each type through that they permit", () => {
    expect(check(certs.good)).toEqual({ trusted: true, said: [] })
  })
  it.each([
    ["DNS names", certs.baddns, "vpn.example.com is not within example.org"],
    ["excluded addresses", certs.badip, "10.1.2.3 is within the excluded"],
    ["mailboxes", certs.badmail, "a@example.org is not within .example.org"],
    ["subjects", certs.badname, "CN=bad,O=Other,C=CH is not within O=Example,C=CH"],
  ])("forbid other %s", (_, der, why) => {
    const { trusted, said } = check(der)
    expect(trusted).toBe(false)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(`certificate-name-constraint: ${why}`)
  })
})

describe("extensions and usages", () => {
  it("an unknown critical extension makes a certificate untrusted", () => {
    expect(check(certs.critical)).toMatchObject({ trusted: false, said: [expect.stringContaining("1.2.3.4.5")] })
  })
  it("so do usages that leave no room for IKE, but not those of TLS", () => {
    expect(check(certs.eku)).toMatchObject({ trusted: false, said: [expect.stringContaining("excludes IKE")] })
    expect(check(certs.ku)).toMatchObject({ trusted: false, said: [expect.stringContaining("does not allow to sign")] })
    expect(check(certs.tls)).toEqual({ trusted: true, said: [] })
  })
})

describe("what an issuer must be", () => {
  const under = (change: Partial<CertificateInfo>, leaf = read(certs.good)) => {
    const issuer = { ...constrained, ...change }
    const { trusted, findings } = verifyChain(leaf, { pool: [issuer], anchors: [root], at, verify: verifySignature })
    return { trusted, codes: findings.map(f => f.code) }
  }
  it("an intermediate of version 1 is no CA, a trusted one of version 1 is", () => {
    expect(under({})).toEqual({ trusted: true, codes: [] })
    const old = { version: 1, isCa: false, keyUsage: [], pathLength: undefined, nameConstraints: undefined }
    expect(under(old)).toEqual({ trusted: false, codes: ["certificate-issuer-not-ca"] })
    const anchor = { ...root, ...old }
    const result = verifyChain(read(certs.good), {
      pool: [constrained],
      anchors: [anchor],
      at,
      verify: verifySignature,
    })
    expect(result.trusted).toBe(true)
  })
  it("nor is one of version 3 without basicConstraints", () => {
    expect(under({ isCa: false })).toEqual({ trusted: false, codes: ["certificate-issuer-not-ca"] })
  })
  it("both algorithm identifiers are the same, and dates are dates", () => {
    // Another last octet in the identifier that is signed.
    const der = certs.good.slice()
    const { tbs } = read(der)
    const outer = Buffer.from(der).indexOf(tbs) + tbs.length
    const identifier = der.subarray(outer, outer + 2 + der[outer + 1])
    const inner = Buffer.from(der).indexOf(identifier)
    expect(inner).toBeLessThan(outer)
    der[inner + 3 + der[inner + 3]] ^= 1
    const odd = read(der)
    const { trusted, findings } = verifyChain(odd, { pool: [constrained], anchors: [root], at, verify: () => true })
    expect([trusted, findings.map(f => f.message)]).toEqual([false, ["what is signed names another algorithm"]])
    const none = { ...read(certs.good), notAfter: new Date(Number.NaN) }
    expect(under({}, none)).toEqual({ trusted: false, codes: ["certificate-expired"] })
  })
})

describe("path building", () => {
  const twin = (n: number): CertificateInfo => ({
    ...constrained,
    der: Uint8Array.of(n >> 8, n),
    publicKey: root.publicKey,
    subjectKeyId: undefined,
  })
  const twins = Array.from({ length: 500 }, (_, n) => twin(n))

  it("tries no more signatures than its budget, and says so", () => {
    let tries = 0
    const verify: typeof verifySignature = (...args) => {
      tries++
      return verifySignature(...args)
    }
    const result = verifyChain(read(certs.good), { pool: twins, anchors: [root], at, verify })
    expect(tries).toBeLessThanOrEqual(60)
    expect(result.findings.map(f => f.code)).toContain("certificate-path-budget")
  })

  it("finds the honest path among many, by its key id", () => {
    expect(check(certs.good, [...twins, constrained])).toEqual({ trusted: true, said: [] })
  })

  it("goes back where a path ends without an anchor", () => {
    const stranger = { ...constrained, der: Uint8Array.of(1), issuerDer: Uint8Array.of(2), issuer: "CN=Nobody" }
    expect(check(certs.good, [stranger, constrained])).toEqual({ trusted: true, said: [] })
  })
})
