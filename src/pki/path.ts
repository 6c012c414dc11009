/** Finds the path from a certificate to an anchor, among many candidates and within a budget. RFC 5280 §6.1, RFC 4158. */

import { equal } from "../bytes/bytes.ts"
import { grouped } from "../bytes/grouped.ts"
import type { CertificateInfo } from "./certificate.ts"

/** Longer than any honest path. */
const MAX_PATH = 16
/** Signatures tried for one path, and certificates looked at: many of one name cost no more than that. */
const MAX_SIGNATURES = 48
const MAX_STEPS = 256

export interface PathInput {
  readonly leaf: CertificateInfo
  readonly anchors: readonly CertificateInfo[]
  readonly pool: readonly CertificateInfo[]
  /** Whether `issuer` signed `cert`; undefined when that cannot be checked. */
  readonly signed: (cert: CertificateInfo, issuer: CertificateInfo) => boolean | undefined
}

export interface FoundPath {
  /** From the leaf towards the anchor. */
  readonly path: readonly CertificateInfo[]
  readonly trusted: boolean
  /** There were more candidates than the budget allows to try. */
  readonly exhausted: boolean
}

/** The first path that ends at an anchor; else the one that gets furthest. */
export function findPath(input: PathInput): FoundPath {
  const search = new Search(input)
  const trusted = search.from([input.leaf])
  return { path: trusted ?? search.furthest, trusted: trusted !== undefined, exhausted: search.exhausted }
}

class Search {
  furthest: readonly CertificateInfo[]
  exhausted = false
  #signatures = 0
  #steps = 0
  readonly #bySubject: ReadonlyMap<string, readonly CertificateInfo[]>

  constructor(private readonly input: PathInput) {
    this.furthest = [input.leaf]
    this.#bySubject = grouped([...input.anchors, ...input.pool], cert => keyOf(cert.subjectDer))
  }

  /** Goes on from the end of a path; the whole path when it reaches an anchor. */
  from(path: readonly CertificateInfo[]): readonly CertificateInfo[] | undefined {
    const last = path[path.length - 1]
    if (path.length > this.furthest.length) this.furthest = path
    if (this.input.anchors.some(a => equal(a.der, last.der))) return path
    if (isSelfIssued(last) || path.length === MAX_PATH) return undefined
    for (const issuer of this.#issuers(last, path)) {
      if (this.#steps++ >= MAX_STEPS) {
        this.exhausted = true
        return undefined
      }
      const whole = this.from([...path, issuer])
      if (whole) return whole
    }
    return undefined
  }

  /** Candidates whose key signed the certificate, lazily; where none did, the likeliest one, so that the finding can say so. */
  *#issuers(cert: CertificateInfo, path: readonly CertificateInfo[]): Generator<CertificateInfo> {
    const named = (this.#bySubject.get(keyOf(cert.issuerDer)) ?? []).filter(c => !path.some(p => equal(p.der, c.der)))
    const hasId = (c: CertificateInfo) => c.subjectKeyId !== undefined && c.subjectKeyId === cert.authorityKeyId
    // The key id is a hint (RFC 4158 §3.5.12): with it first, an honest chain is found at the first try.
    const ordered = [...named.filter(hasId), ...named.filter(c => !hasId(c))]
    let found = false
    for (const candidate of ordered) {
      if (this.#signatures >= MAX_SIGNATURES) {
        this.exhausted = true
        break
      }
      this.#signatures++
      if (!this.input.signed(cert, candidate)) continue
      found = true
      yield candidate
    }
    if (!found && ordered.length > 0) yield ordered[0]
  }
}

const keyOf = (der: Uint8Array): string => String.fromCharCode(...der.subarray(0, 4096))

export const isSelfIssued = (c: CertificateInfo): boolean => equal(c.subjectDer, c.issuerDer)
