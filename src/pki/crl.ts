/** Certificate revocation lists. RFC 5280 §5. */
import { sha256 } from "@noble/hashes/sha2.js"
import { toHex } from "../bytes/hex.ts"
import { type SignatureAlgorithm, signatureAlgorithm } from "./algorithm.ts"
import { attempt, type Der, parseDer } from "./der.ts"
import { nameText } from "./name.ts"

interface RevokedCertificate {
  /** Hex without leading zero octets, as in CertificateInfo. */
  readonly serial: string
  readonly revokedAt: Date
}

export interface CrlInfo {
  /** What the issuer signed. */
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly issuer: string
  readonly issuerDer: Uint8Array
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly revoked: readonly RevokedCertificate[]
  /** SHA-256 of the list, hex. */
  readonly fingerprint: string
}

/** Enough for the longest list that a payload can carry. */
const MAX_NODES = 20_000

/** A CRL in DER. Undefined when it is malformed, or too long for the limits of the parser. */
export const describeCrl = (der: Uint8Array): CrlInfo | undefined => attempt(() => crlInfo(parseDer(der, MAX_NODES)))

function crlInfo(list: Der): CrlInfo {
  const tbs = list.at(0)
  const members = tbs.items
  const versioned = members[0]?.universal === 2
  const [, issuer, thisUpdate, ...rest] = versioned ? members.slice(1) : members
  const revoked = rest.find(m => m.universal === 16)
  return {
    tbs: tbs.der,
    signature: list.at(2).bits,
    signatureAlgorithm: signatureAlgorithm(list.at(1)),
    issuer: nameText(issuer),
    issuerDer: issuer.der,
    thisUpdate: thisUpdate.time,
    nextUpdate: rest[0]?.isTime ? rest[0].time : undefined,
    revoked: revoked?.items.map(r => ({ serial: toHex(r.at(0).integer), revokedAt: r.at(1).time })) ?? [],
    fingerprint: toHex(sha256(list.der)),
  }
}
