/** One IKE SA as the capture tells it: who, what was agreed, its exchanges, its children, and what keys have shown. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { Step } from "../keys/step.ts"
import type { ChildAttempt } from "./child-attempt.ts"
import type { ChildSa } from "./child-sa.ts"
import type { Exchange } from "./exchange.ts"
import type { KeySource } from "./key-source.ts"
import type { Moment } from "./moment.ts"
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
}

/** The keys of one key epoch by their contract names (`sk_d` …), and how they came to be. */
export interface Epoch {
  /** First Message ID of the original initiator's requests that they protect. */
  readonly fromMessageId: number
  readonly values: Record<string, Uint8Array>
  readonly steps: Step[]
  source?: KeySource
  /** What proved them, for people: `sk-integrity, frames 3-18`. */
  proof: string
}

/** Addresses the SA moved to: port floating, NAT rebinding, MOBIKE. */
export interface PathChange {
  readonly frame: number
  readonly initiator: Peer
  readonly responder: Peer
}

export class IkeSa {
  readonly exchanges: Exchange[] = []
  readonly children: ChildSa[] = []
  readonly epochs: Epoch[] = []
  readonly checks: Check[] = []
  readonly findings: Diagnostic[] = []
  readonly paths: PathChange[] = []
  /** Paths on which one and the same message was captured: the two sides of a NAT. */
  readonly views: PathChange[] = []
  readonly offered: Offer[] = []
  /** Errors, restarts and refusals that notifications told of. */
  readonly notices: Notice[] = []
  /** Tries to make Child SAs or to rekey this one, as far as they are readable. */
  readonly attempts: ChildAttempt[] = []
  /** NAT detection hashes that match nothing in their frames. */
  readonly natClaims: NatClaim[] = []
  /** SPIs (hex) in Delete payloads that belong to no Child SA known here. */
  readonly strayDeletes: StrayDelete[] = []
  /** What the responder chose; for a rekeyed SA, in the exchange that made it. */
  choice: IkeChoice | null = null
  /** An encrypted message was seen: what comes in the clear from then on may be anybody's, and changes nothing. RFC 7296 §2.21. */
  secured = false
  state: IkeSaState = "half-open"
  auth: PerSide<string | null> = { initiator: null, responder: null }
  ids: PerSide<Identity | null> = { initiator: null, responder: null }
  keysFrom: string | null = null
  keyStatus: KeyStatus = "none"
  rekeys: string | null = null
  rekeyedBy: string | null = null
  /** The frame of the Delete that ended it. */
  deletedAt: number | null = null
  /** Vendor IDs that each side sent, by name. */
  readonly vendors: PerSide<string[]> = { initiator: [], responder: [] }
  /** Sides behind a NAT, by NAT detection. */
  readonly nat: PerSide<boolean> = { initiator: false, responder: false }
  /** Exchanges let go because of the cap. */
  droppedExchanges = 0
  /** SK_d of earlier SAs between the same peers that gave a ticket: a resumed session is made from one. RFC 5723. */
  readonly resumable: Uint8Array[] = []
  /** What the rules of its version remember between messages (`v1StateOf`, `v2StateOf`). */
  v1?: V1State
  v2?: V2State
  last: Moment
  /** Over TCP (RFC 9329), by the first message. */
  overTcp = false
  /** `ike/` and its number. */
  readonly id: string

  constructor(
    /** SAs are numbered in the order of their first messages, from 0. */
    readonly number: number,
    readonly version: 1 | 2,
    readonly spiI: string,
    /** All zeros until the responder has answered. */
    public spiR: string,
    readonly first: Moment,
    public initiator: Peer,
    public responder: Peer,
    /** False when the capture missed its beginning. */
    public begun: boolean,
  ) {
    this.id = `ike/${number}`
    this.last = first
    if (!begun) this.state = "unknown"
  }

  peer(side: Side): Peer {
    return side === "initiator" ? this.initiator : this.responder
  }
}
