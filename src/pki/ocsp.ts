/** OCSP responses, as a CERT payload may carry them. RFC 6960 §4.2, RFC 4806. */
import { toHex } from "../bytes/hex.ts"
import { type SignatureAlgorithm, signatureAlgorithm } from "./algorithm.ts"
import { attempt, type Der, parseDer } from "./der.ts"

interface OcspStatus {
  /** Hex without leading zero octets, as in CertificateInfo. */
  readonly serial: string
  readonly status: "good" | "revoked" | "unknown"
  readonly revokedAt?: Date
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
}

export interface OcspInfo {
  /** 0 successful, 1 malformedRequest, 2 internalError, 3 tryLater, 5 sigRequired, 6 unauthorized. */
  readonly status: number
  /** Of a successful response. */
  readonly basic?: {
    readonly producedAt: Date
    readonly responses: readonly OcspStatus[]
    /** What the responder signed. */
    readonly tbs: Uint8Array
    readonly signature: Uint8Array
    readonly signatureAlgorithm: SignatureAlgorithm
    /** Certificates that came with it, DER. */
    readonly certificates: readonly Uint8Array[]
  }
}

const STATUS = ["good", "revoked", "unknown"] as const

/** An OCSPResponse in DER. Undefined when it is malformed. */
export const describeOcsp = (der: Uint8Array): OcspInfo | undefined =>
  attempt(() => {
    const [status, bytes] = parseDer(der).items
    const info = { status: status.content[0] ?? 0 }
    return bytes ? { ...info, basic: basicOf(parseDer(bytes.at(0).at(1).octets)) } : info
  })

function basicOf(response: Der): OcspInfo["basic"] {
  const [tbs, algorithm, signature, certificates] = response.items
  const members = tbs.items
  const versioned = members[0]?.context === 0
  const [, producedAt, responses] = versioned ? members.slice(1) : members
  return {
    producedAt: producedAt.time,
    responses: responses.items.map(single),
    tbs: tbs.der,
    signature: signature.bits,
    signatureAlgorithm: signatureAlgorithm(algorithm),
    certificates: certificates?.at(0).items.map(c => c.der) ?? [],
  }
}

function single(response: Der): OcspStatus {
  const [id, status, thisUpdate, ...more] = response.items
  const kind = STATUS[status.context ?? 2] ?? "unknown"
  const nextUpdate = more.find(m => m.context === 0)?.at(0)
  return {
    serial: toHex(id.at(3).integer).replace(/^(?:00)+(?=..)/, ""),
    status: kind,
    revokedAt: kind === "revoked" ? status.at(0).time : undefined,
    thisUpdate: thisUpdate.time,
    nextUpdate: nextUpdate?.time,
  }
}
