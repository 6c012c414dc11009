/** What is read out of a certificate. */
import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { describePublicKey } from "../../src/pki/algorithm.ts"
import { describeCertificate } from "../../src/pki/certificate.ts"
import { describeCrl } from "../../src/pki/crl.ts"
import { pemBlocks, pemToDer } from "../../src/pki/pem.ts"
import { pkcs7Certificates } from "../../src/pki/pkcs7.ts"
import { crl, intermediate, leaf, pkcs7, pss, root, weak } from "./certificates.ts"

describe("describeCertificate", () => {
  it("reads what people want to know of a certificate", () => {
    const cert = describeCertificate(leaf)!
    expect(cert).toMatchObject({
      version: 3,
      serial: "0102030405060708090a",
      issuer: "CN=Intermediate,O=Example,C=CH",
      subject: "emailAddress=carol@example.org,OU=a+CN=gw.example.org,O=Example\\, Inc.,C=CH",
      fingerprint: "b519e02e883af6f4f46676d36c7e597d69e118904a3fc96bd9d8d633e150cb2d",
      isCa: false,
      keyUsage: ["digitalSignature"],
      extendedKeyUsage: ["ipsecIKE", "serverAuth"],
      publicKey: { algorithm: "EC", curve: "P-384", bits: 384 },
      signatureAlgorithm: { name: "Ed25519", scheme: "ed25519", hash: "identity" },
    })
    expect(cert.notAfter.getTime()).toBeGreaterThan(cert.notBefore.getTime())
    expect(cert.authorityKeyId).toBe(describeCertificate(intermediate)!.subjectKeyId)
    expect(cert.subjectAltNames.map(n => [n.type, n.value])).toEqual([
      ["dNSName", "gw.example.org"],
      ["dNSName", "*.vpn.example.org"],
      ["iPAddress", "192.0.2.1"],
      ["iPAddress", "2001:db8::1"],
      ["rfc822Name", "carol@Example.org"],
      ["uri", "https://example.org/"],
      ["directoryName", "CN=gw,C=CH"],
    ])
  })

  it("tells certificate authorities, RSA keys, version 1 and RSASSA-PSS", () => {
    expect(describeCertificate(root)).toMatchObject({ isCa: true, pathLength: 1, publicKey: { curve: "P-256" } })
    expect(describeCertificate(intermediate)).toMatchObject({ serial: "f2", publicKey: { algorithm: "Ed25519" } })
    expect(describeCertificate(weak)).toMatchObject({
      publicKey: { algorithm: "RSA", bits: 1024 },
      signatureAlgorithm: { scheme: "ecdsa", hash: "SHA1" },
    })
    expect(describeCertificate(pss)).toMatchObject({
      signatureAlgorithm: { scheme: "rsa-pss", hash: "SHA2-384", pss: { mgfHash: "SHA2-384", saltBytes: 48 } },
    })
  })

  it("finds no certificate in a prefix, and never throws for a changed byte", () => {
    for (let n = 0; n < leaf.length; n++) expect(describeCertificate(leaf.subarray(0, n))).toBeUndefined()
    for (let at = 0; at < leaf.length; at++) {
      const changed = leaf.slice()
      changed[at] ^= 0xff
      describeCertificate(changed)
    }
  })

  it("is bounded for deep and for wide nonsense", () => {
    expect(describeCertificate(new Uint8Array(65_000).fill(0x30))).toBeUndefined()
    const deep = new Uint8Array(65_000).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80))
    expect(describeCertificate(deep)).toBeUndefined()
    const wide = concat(
      Uint8Array.of(0x30, 0x83, 0, 0xfd, 0xe8),
      new Uint8Array(65_000).map((_, i) => (i % 2 === 0 ? 5 : 0)),
    )
    expect(describeCertificate(wide)).toBeUndefined()
  })

  const lab = resolve(import.meta.dirname, "../../../shared/captures/lab/v1-main-rsa/certs/left.pem")
  it.skipIf(!existsSync(lab))(`reads the certificate of a daemon (needs ${lab})`, () => {
    const cert = describeCertificate(pemToDer(readFileSync(lab, "utf8"))[0])
    expect(cert).toMatchObject({ subject: "CN=left.lab,O=IKE Lab,C=CH", publicKey: { algorithm: "RSA", bits: 2048 } })
  })
})

describe("other forms", () => {
  it("reads a CRL", () => {
    const list = describeCrl(crl)!
    expect(list).toMatchObject({ issuer: "CN=Root,O=Example,C=CH", signatureAlgorithm: { name: "ecdsa-with-SHA256" } })
    expect(list.revoked.map(r => r.serial)).toEqual(["f2"])
    expect(list.nextUpdate!.getTime()).toBeGreaterThan(list.thisUpdate.getTime())
    expect(describeCrl(leaf)).toBeUndefined()
  })

  it("unwraps PKCS #7", () => {
    const bag = pkcs7Certificates(pkcs7)!
    expect(bag.certificates).toEqual([intermediate, leaf])
    expect(bag.crls).toEqual([])
    expect(pkcs7Certificates(leaf)).toBeUndefined()
  })

  it("describes a raw public key", () => {
    const { spki } = describeCertificate(intermediate)!.publicKey
    expect(describePublicKey(spki)).toMatchObject({ algorithm: "Ed25519", bits: 255, oid: "1.3.101.112" })
    expect(describePublicKey(spki.subarray(1))).toBeUndefined()
  })

  it("reads PEM, and skips what is not base64", () => {
    const base64 = btoa(String.fromCharCode(...leaf)).replace(/.{64}/g, "$&\n")
    const text = `junk\n-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n-----BEGIN X509 CRL-----\n!\n-----END X509 CRL-----\n`
    expect(pemToDer(text)).toEqual([leaf])
    expect(pemBlocks(text).map(b => b.label)).toEqual(["CERTIFICATE"])
    expect(pemToDer(text, /KEY/)).toEqual([])
  })
})
