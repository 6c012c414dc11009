/** One IKE SA as the capture shows it: who, what was agreed, its exchanges, its children, and what keys have shown. */

import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { Mistake } from "../keys/mistake.ts"
import type { Step } from "../keys/step.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { AuthMethod } from "./auth-method.ts"
import { isProofOf } from "./check-ids.ts"
import type { ChildAttempt } from "./child-attempt.ts"
import type { ChildSa } from "./child-sa.ts"
import type { Exchange, MessageRecord } from "./exchange.ts"
import type { KeySource } from "./key-source.ts"
import type { Misframed } from "./misframing.ts"
import type { Moment, SeenAt } from "./moment.ts"
import type { NatClaim } from "./nat-claim.ts"
import type { Notice } from "./notice.ts"
import type { Peer, PerSide, Side } from "./peer.ts"
import type { StrayDelete } from "./stray-delete.ts"
import type { IkeChoice } from "./suite.ts"
import type { V1State } from "./v1-state.ts"
import type { V2State } from "./v2-state.ts"
import type { Identity, IkeSaState, KeyStatus, Offer } from "./vocabulary.ts"

/** Result of one check; `verify/` makes them. */
export interface Check {
  readonly id: string
  readonly frame: number | null
  readonly time: Moment | null
  readonly status: "pass" | "fail" | "skipped"
  readonly reason: string | null
  readonly rfc: string
  /** The mistake of an implementation that makes the check hold, by its name; `reason` describes it. */
  readonly mistake?: string
}

/** The check of a side's proof. */
export const proofCheck = ({ checks }: Pick<IkeSa, "checks">, side: Side): Check | undefined =>
  checks.find(c => isProofOf(side, c))

/** The keys of one key epoch by their contract names (`sk_d` …), and how they came to be. */
export interface Epoch {
  /** First Message ID of the original initiator's requests that they protect. */
  readonly fromMessageId: number
  readonly values: Record<string, Uint8Array>
  readonly steps: Step[]
  source?: KeySource
  /** Frames of the first and the last message that opened under them. */
  readonly proof: { readonly first: number; last: number }
  /** Names of keys that stand in each other's place in the file that gave them. */
  readonly crossed?: string
  /** What a side does otherwise than it should, where its messages open only so. */
  mistakes?: readonly EpochMistake[]
}

export interface EpochMistake extends Mistake {
  readonly by: Side
  /** The first such message. */
  readonly frame: number
  /** The ICV of all that the side sends has this length. */
  readonly icvBytes?: number
}

/** Keys of an epoch that an AUTH payload showed to be others. RFC 8784 §3. */
export interface KeyChange {
  readonly values: Readonly<Record<string, Uint8Array>>
  readonly steps: readonly Step[]
  /** The PPK that goes in. */
  readonly origin?: Origin
}

/** Addresses the SA moved to: port floating, NAT rebinding, MOBIKE. */
export interface PathChange {
  readonly frame: number
  readonly initiator: Peer
  readonly responder: Peer
}

/** One message on two paths: the capture was taken at both sides of a NAT. */
export interface CapturePoints {
  /** As the first place of the capture has it, and as another does. */
  readonly first: PathChange
  readonly other: PathChange
}

/** What came to pass in an SA, as far as its state follows from it (`fold/outcome.ts`). */
export interface SaFacts {
  /** Frames of the first request and its answer, from which the SA was made. */
  agreed: { readonly request: number; readonly response: number } | null
  /** An error ended the negotiation that is the newest one. */
  refusal: Claim | null
  /** Who has sent an encrypted message. */
  readonly sealed: PerSide<boolean>
  /** Phase 1 is done; in IKEv2 both sides have sent the last AUTH. */
  authenticated: boolean
  /** An encrypted answer came that looks like success and was not opened yet. */
  closedAnswer: boolean
  /** The capture has only a part of a message in the clear, from which keys would come. */
  cut: boolean
  /** The gateway that sent the initiator here, as it says in the clear. RFC 5685 §3. */
  redirectedFrom: string | null
  /** A Delete ended the SA. */
  deletion: Claim | null
  /** An IKE_AUTH answer that stayed closed, and is too small to hold an identity and AUTH; known at the close. */
  smallAnswer: SmallAnswer | null
}

/** What somebody says of the SA. */
export interface Claim extends SeenAt {
  /** It came under encryption: who sent it had the keys. */
  readonly authenticated: boolean
}

/** An encrypted answer by its size. */
export interface SmallAnswer {
  readonly record: MessageRecord
  /** Bytes of ciphertext in its SK payload, padding included. */
  readonly clearBytes: number
  /** It is not the first IKE_AUTH answer: EAP went on before it. */
  readonly afterEap: boolean
  /** INFORMATIONAL exchanges come behind it. */
  readonly goesOn: boolean
}

/** An answer that went to another port than the one that its request came from. */
export interface AstrayAnswer {
  readonly frame: number
  readonly requestFrame: number
  readonly from: Side
  readonly to: Peer
  /** Where the request came from. */
  readonly asked: Peer
}

/** What an IKE SA is to a group. */
export interface Group {
  /** `member`: by it a member registers; `rekey`: under it the key server sends new keys to all members, one way. */
  readonly role: "member" | "rekey"
  id: Identity | null
  /** The SA by which the keys of a rekey SA came: a registration, or the rekey SA before it. */
  from: IkeSa | null
  /** SPIs of the rekey SAs whose keys came by it, 32 hex digits. */
  readonly rekeys: string[]
  /** Sender IDs that the member got, and the bits that each takes of an IV. RFC 6054. */
  senderIds: readonly number[]
  senderIdBits: number | null
}

const NO_SPIS: readonly string[] = []

/** What is known of an SA when it is made. */
type SaBeginning = Pick<IkeSa, "number" | "version" | "spiI" | "spiR" | "first" | "initiator" | "responder" | "begun">

/** One for all lists that stay empty in most SAs: a flood makes any number of SAs. */
const NONE: readonly never[] = []

/** The paths at all places of the capture, where it was taken at both sides of a NAT. */
export const pointPaths = ({ capturePoints }: IkeSa): readonly PathChange[] =>
  capturePoints.flatMap(({ first, other }) => [first, other])

/** The certificates that a side sent, as DER, its own first. RFC 7296 §3.6. */
export const sentCertificates = (sa: IkeSa, side: Side): readonly Uint8Array[] =>
  (sa.version === 1 ? sa.v1?.certificates[side] : sa.v2?.said[side].certificates) ?? NONE

export class IkeSa {
  // What was agreed.

  offered: Offer[] = []
  /** What the responder chose; for a rekeyed SA, in the exchange that made it. */
  choice: IkeChoice | null = null
  ids: PerSide<Identity | null> = { initiator: null, responder: null }
  /** The authentication method that each side used. */
  auth: PerSide<AuthMethod | null> = { initiator: null, responder: null }
  readonly children: ChildSa[] = []
  /** The first `n` of them by their SPIs, once somebody asked: they are only ever added. */
  childIndex?: { n: number; readonly bySpi: Map<number | null, ChildSa[]> }
  /** The SA that this one replaced, and those that replaced this one: two when both ends rekeyed it at once (RFC 7296 §2.8.2). */
  parent: IkeSa | null = null
  #successors: IkeSa[] | undefined
  /** The initiator was the responder of `parent`. */
  swapped = false
  /** SK_d of earlier SAs between the same peers that gave a ticket: a resumed session is made from one. RFC 5723. */
  resumable: readonly Uint8Array[] = NONE
  /** What the rules of its version remember between messages (`v1StateOf`, `v2StateOf`). */
  v1?: V1State
  v2?: V2State
  /** What it is to a group, if it has to do with one. */
  group?: Group

  // What was seen.

  exchanges: Exchange[] = []
  /** Exchanges evicted because of the cap. */
  droppedExchanges = 0
  /** An encrypted message was seen: what comes in the clear from then on may be anybody's, and changes nothing. RFC 7296 §2.21. */
  secured = false
  /** Hops left in the first message (`Datagram`). */
  hops = 0
  paths: readonly PathChange[] = NONE
  astray: readonly AstrayAnswer[] = NONE
  /** Messages whose receiver takes them for something else. */
  misframed: readonly Misframed[] = NONE
  capturePoints: readonly CapturePoints[] = NONE
  /** Errors, restarts and refusals that notifications announced. */
  notices: readonly Notice[] = NONE
  /** Tries to make Child SAs or to rekey this one, as far as they are readable. */
  readonly attempts: ChildAttempt[] = []
  /** Errors that came in the clear although both ends had keys: anybody can have sent them. */
  strayNotices: readonly Notice[] = NONE
  /** NAT detection hashes that match nothing in their frames. */
  natClaims: readonly NatClaim[] = NONE
  /** Deletes of SPIs that belong to no Child SA known here. */
  strayDeletes: readonly StrayDelete[] = NONE
  /** Vendor IDs that each side sent, by name. */
  vendors: PerSide<string[]> = { initiator: [], responder: [] }
  last: Moment
  /** Responder SPIs of other answers to its first request, in hex. */
  otherSpis: readonly string[] = NO_SPIS
  /** Payloads of its messages in the clear beyond what is usual. */
  unusualPayloads = 0
  /** Over TCP (RFC 9329), by the first message. */
  overTcp = false
  readonly facts: SaFacts = {
    agreed: null,
    refusal: null,
    sealed: { initiator: false, responder: false },
    authenticated: false,
    closedAnswer: false,
    cut: false,
    redirectedFrom: null,
    deletion: null,
    smallAnswer: null,
  }

  // What was decided from it.

  state: IkeSaState = "half-open"
  readonly epochs: Epoch[] = []
  keysFrom: string | null = null
  keyStatus: KeyStatus = "none"
  checks: Check[] = []
  readonly findings: Diagnostic[] = []
  /** `ike/` and its number. */
  readonly id: string

  /** SAs are numbered in the order of their first messages, from 0. */
  readonly number: number
  readonly version: 1 | 2
  readonly spiI: string
  /** All zeros until the responder has answered. */
  spiR: string
  readonly first: Moment
  initiator: Peer
  responder: Peer
  /** False when the capture missed its beginning. */
  begun: boolean

  constructor(at: SaBeginning) {
    this.number = at.number
    this.version = at.version
    this.spiI = at.spiI
    this.spiR = at.spiR
    this.first = at.first
    this.initiator = at.initiator
    this.responder = at.responder
    this.begun = at.begun
    this.id = `ike/${at.number}`
    this.last = at.first
  }

  /** Adds an exchange; the oldest go beyond the cap, several at once, or each would move all that are left. */
  addExchange(exchange: Exchange, cap: number): void {
    if (this.exchanges.length === 0) this.exchanges = [exchange]
    else this.exchanges.push(exchange)
    if (this.exchanges.length > cap) this.droppedExchanges += this.exchanges.splice(0, Math.max(1, cap >> 4)).length
  }

  get successors(): readonly IkeSa[] {
    return this.#successors ?? NONE
  }

  addSuccessor(next: IkeSa): void {
    this.#successors ??= []
    this.#successors.push(next)
  }

  /** No more comes of it: its lists give up the room that they have for more, which is half of a short SA. */
  settle(): void {
    this.offered = this.offered.slice()
    this.exchanges = this.exchanges.slice()
    for (const x of this.exchanges) {
      x.messages = x.messages.slice()
      x.seen = undefined
    }
    this.checks = this.checks.slice()
    const { initiator, responder } = this.vendors
    this.vendors = { initiator: initiator.slice(), responder: responder.slice() }
  }

  peer(side: Side): Peer {
    return side === "initiator" ? this.initiator : this.responder
  }

  /** The ends between which its messages were seen: the first, where they moved, and what other places of the capture show. */
  get ends(): readonly Readonly<PerSide<Peer>>[] {
    return [this, ...this.paths, ...pointPaths(this)]
  }
}
