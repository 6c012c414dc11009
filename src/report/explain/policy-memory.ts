/** Which suites a peer accepted or offered elsewhere in the capture: what a refused offer can be held against. */
import { PairTable } from "../../track/pair-table.ts"
import type { ChildSuite, IkeSuite, Offer } from "../../track/vocabulary.ts"

/** One algorithm for each kind; null where the suite has none. */
export interface KnownSuite {
  readonly encr: string | null
  readonly integ: string | null
  readonly prf: string | null
  /** Undefined where it was agreed in an exchange that carries none. */
  readonly ke: string | null | undefined
  readonly frame: number
}

/** The accepted suite that an offer comes closest to. */
export interface Nearest {
  readonly offer: Offer
  readonly suite: KnownSuite
  /** `encryption (offers AES-CBC-128, accepted AES-CBC-256)`; empty when nothing differs. */
  readonly differs: readonly string[]
}

/** What one peer accepted. */
interface Accepted {
  readonly suites: KnownSuite[]
  /** Most SAs of a peer agree on the very object of the SA before. */
  latest: IkeSuite | ChildSuite | undefined
}

const MAX_PEERS = 4096
const MAX_SUITES = 16

export class PolicyMemory {
  /** By kind and address. */
  readonly #peers = new PairTable<Accepted>()

  /**
   * Notes that `address` agreed to a suite. `kind` keeps IKE and Child SAs, and the versions, apart; `withKe` is false for what was agreed
   * in an exchange that carries no key exchange group.
   */
  learn(kind: string, address: string, suite: IkeSuite | ChildSuite, frame: number, withKe = true): void {
    const before = this.#peers.get(kind, address)
    if (before ? before.latest === suite : this.#peers.size >= MAX_PEERS) return
    const peer: Accepted = before ?? { suites: [], latest: undefined }
    peer.latest = suite
    const known: KnownSuite = {
      encr: suite.encr,
      // IKEv1 negotiates a hash, which offers list as integrity.
      integ: ("hash" in suite ? suite.hash : null) ?? suite.integ,
      prf: "hash" in suite && suite.hash === null ? suite.prf : null,
      ke: withKe ? (suite.ke[0] ?? null) : undefined,
      frame,
    }
    if (peer.suites.length >= MAX_SUITES || peer.suites.some(s => sameSuite(s, known))) return
    peer.suites.push(known)
    if (!before) this.#peers.add(kind, address, peer)
  }

  /** What `address` is known to accept that is closest to one of the offers. */
  nearest(kind: string, address: string, offers: readonly Offer[]): Nearest | undefined {
    const all = (this.#peers.get(kind, address)?.suites ?? []).flatMap(suite =>
      offers.map(offer => ({ offer, suite, differs: differences(offer, suite) })),
    )
    return all.sort((a, b) => a.differs.length - b.differs.length)[0]
  }
}

/** `AES-CBC-256 · HMAC-SHA2-256-128 · …`. */
export const wordsOf = (s: Omit<KnownSuite, "frame">): string =>
  [s.encr, s.integ, s.prf, s.ke].filter(x => x !== null && x !== undefined).join(" · ")

const sameSuite = (a: KnownSuite, b: KnownSuite): boolean =>
  a.encr === b.encr && a.integ === b.integ && a.prf === b.prf && a.ke === b.ke

function differences(offer: Offer, suite: KnownSuite): string[] {
  const differs: string[] = []
  const compare = (what: string, offered: readonly string[], accepted: string | null) => {
    if (accepted === null ? offered.length === 0 : offered.includes(accepted)) return
    differs.push(`${what} (offers ${offered.join(", ") || "none"}, accepted ${accepted ?? "none"})`)
  }
  compare("encryption", offer.encr, suite.encr)
  compare("integrity", offer.integ, suite.integ)
  if (suite.prf !== null) compare("PRF or hash", offer.prf, suite.prf)
  if (suite.ke !== undefined) compare("key exchange", offer.ke, suite.ke)
  return differs
}
