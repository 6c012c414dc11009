/** X.509 certificates: what IKE shows of them and what verification needs. RFC 5280 §4. */
import { sha256 } from "@noble/hashes/sha2.js"
import { equal } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import { type PublicKeyInfo, publicKeyInfo, type SignatureAlgorithm, signatureAlgorithm } from "./algorithm.ts"
import { attempt, type Der, parseDer } from "./der.ts"
import { extendedKeyUsage, type GeneralName, generalNames, keyUsage } from "./extensions.ts"
import { nameText } from "./name.ts"
import { type NameConstraints, nameConstraints } from "./name-constraints.ts"

export interface CertificateInfo {
  /** The certificate itself, and what its issuer signed. */
  readonly der: Uint8Array
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  /** What is signed names the same algorithm. RFC 5280 §4.1.1.2. */
  readonly namesAlgorithm: boolean
  /** 1 to 3. */
  readonly version: number
  /** Hex without leading zero octets. */
  readonly serial: string
  /** RFC 4514 text, and the DER that chains compare. */
  readonly issuer: string
  readonly issuerDer: Uint8Array
  readonly subject: string
  readonly subjectDer: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: PublicKeyInfo
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string
  readonly subjectAltNames: readonly GeneralName[]
  /** basicConstraints cA. */
  readonly isCa: boolean
  readonly pathLength: number | undefined
  /** Names of the bits that are set; empty when the extension is absent. */
  readonly keyUsage: readonly string[]
  readonly extendedKeyUsage: readonly string[]
  readonly nameConstraints: NameConstraints | undefined
  /** OIDs of critical extensions that are not known here, or malformed: a verifier that cannot process one rejects the certificate. */
  readonly unknownCritical: readonly string[]
  /** Hex. */
  readonly subjectKeyId: string | undefined
  readonly authorityKeyId: string | undefined
}

/** A certificate in DER. Undefined when it is malformed; a malformed extension counts as absent. */
export const describeCertificate = (der: Uint8Array): CertificateInfo | undefined =>
  attempt(() => certificateInfo(parseDer(der)))

/** Throws when the node is not a Certificate. */
function certificateInfo(certificate: Der): CertificateInfo {
  const tbs = certificate.at(0)
  const members = tbs.items
  const versioned = members[0]?.context === 0
  const [serial, algorithm, issuer, validity, subject, spki] = versioned ? members.slice(1) : members
  const extensions = extensionMap(members.find(m => m.context === 3))
  const unknownCritical = [...extensions]
    .filter(([oid, e]) => e.critical && !KNOWN_EXTENSIONS.has(oid))
    .map(([oid]) => oid)
  const read = <T>(oid: string, decode: (value: Der) => T): T | undefined => {
    const extension = extensions.get(oid)
    if (!extension) return undefined
    const value = attempt(() => decode(parseDer(extension.value)))
    if (value === undefined && extension.critical) unknownCritical.push(oid)
    return value
  }
  const constraints = read("2.5.29.19", v => ({
    ca: v.items[0]?.universal === 1 && v.items[0].boolean,
    pathLength: v.items.find(i => i.universal === 2)?.small,
  }))
  return {
    der: certificate.der,
    tbs: tbs.der,
    signature: certificate.at(2).bits,
    signatureAlgorithm: signatureAlgorithm(certificate.at(1)),
    namesAlgorithm: equal(algorithm.der, certificate.at(1).der),
    version: versioned ? members[0].at(0).small + 1 : 1,
    serial: toHex(serial.integer),
    issuer: nameText(issuer),
    issuerDer: issuer.der,
    subject: nameText(subject),
    subjectDer: subject.der,
    notBefore: validity.at(0).time,
    notAfter: validity.at(1).time,
    publicKey: publicKeyInfo(spki),
    fingerprint: toHex(sha256(certificate.der)),
    subjectAltNames: read("2.5.29.17", generalNames) ?? [],
    isCa: constraints?.ca ?? false,
    pathLength: constraints?.pathLength,
    keyUsage: read("2.5.29.15", keyUsage) ?? [],
    extendedKeyUsage: read("2.5.29.37", extendedKeyUsage) ?? [],
    nameConstraints: read("2.5.29.30", nameConstraints),
    unknownCritical,
    subjectKeyId: read("2.5.29.14", v => toHex(v.octets)),
    authorityKeyId: read("2.5.29.35", v => {
      const id = v.items.find(i => i.context === 0)
      return id && toHex(id.content)
    }),
  }
}

/**
 * Extensions that a reader of IKE certificates understands, or that restrict what IKE does not use: policies (RFC 5280 §4.2.1.4 to
 * §4.2.1.14), names, keys, where lists are found, and address blocks (RFC 3779).
 */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  ...[9, 14, 15, 16, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 46, 54].map(n => `2.5.29.${n}`),
  "1.3.6.1.5.5.7.1.1",
  "1.3.6.1.5.5.7.1.7",
  "1.3.6.1.5.5.7.1.11",
  "2.16.840.1.113730.1.1",
])

interface Extension {
  readonly critical: boolean
  readonly value: Uint8Array
}

/** By extnID. RFC 5280 §4.1. */
function extensionMap(tagged: Der | undefined): ReadonlyMap<string, Extension> {
  const list = tagged ? attempt(() => tagged.at(0).items) : undefined
  return new Map(
    (list ?? []).flatMap(e => {
      const pair = attempt(() => {
        const critical = e.items.length > 2 && e.at(1).boolean
        return [e.at(0).oid, { critical, value: e.at(e.items.length - 1).octets }] as const
      })
      return pair ? [pair] : []
    }),
  )
}
