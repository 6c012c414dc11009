/**
 * What a message says has happened. The rules of a version (`v1.ts`, `v2.ts`) read a message and return events; `fold/` applies them, and
 * is the only writer of an IkeSa.
 */

import type { DecodedPayload } from "../ike/shared/payload.ts"
import type { GroupPolicy } from "../ike/v1/group-policy.ts"
import type { KeyDownload } from "../ike/v1/key-download.ts"
import type { GroupSecurityAssociation } from "../ike/v2/group-policy.ts"
import type { KeyDownload as KeyDownloadV2 } from "../ike/v2/key-download.ts"
import type { AuthMethod } from "./auth-method.ts"
import type { ChildSa } from "./child-sa.ts"
import type { Exchange } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { SeenAt } from "./moment.ts"
import type { KePair, Negotiation, QuickNegotiation } from "./negotiation.ts"
import type { Side } from "./peer.ts"
import type { IkeChoice } from "./suite.ts"
import type { Identity, Offer } from "./vocabulary.ts"
import type { WholeMessage } from "./whole.ts"

/** The COOKIE that an IKE_SA_INIT request is held against. RFC 7296 §2.6. */
export interface AskedCookie {
  readonly data: Uint8Array
  /** Whether the last answer asked for it: after another answer it need not be repeated (§2.6.1). */
  readonly due: boolean
  /** The puzzle that came with it. RFC 8019 §7.1. */
  readonly puzzle?: { readonly prf: number; readonly difficulty: number }
}

/** Events of both versions. */
export type CommonEvent =
  /** A member asks for the keys of a group. RFC 6407 §3.2, RFC 9838 §2.3. */
  | { readonly kind: "joins"; readonly id: Identity }
  /** Vendor IDs of a side. */
  | { readonly kind: "vendors"; readonly from: Side; readonly ids: readonly { readonly data: Uint8Array }[] }
  /** Proposals of the initiator, in place of those before. */
  | { readonly kind: "offered"; readonly offers: readonly Offer[] }
  /** The responder chose. */
  | { readonly kind: "chosen"; readonly choice: IkeChoice }
  /** A side says who it is; null where what was said turns out to be encrypted. */
  | { readonly kind: "identified"; readonly side: Side; readonly id: Identity | null }
  /** All payloads of a message are known: checks that need nothing else can be made. */
  | { readonly kind: "understood"; readonly context: UnderstoodContext }
  /** The exchange has all its messages. */
  | { readonly kind: "completed"; readonly exchange: Exchange }
  /** The negotiation ended with an error. */
  | { readonly kind: "refused"; readonly at: SeenAt; readonly authenticated: boolean }
  /** A Delete of the SA itself. */
  | { readonly kind: "deleted"; readonly at: SeenAt; readonly authenticated: boolean }
  /** A Delete of a Child SA. */
  | { readonly kind: "child-deleted"; readonly child: ChildSa; readonly at: SeenAt }
  /** A Delete of an SPI that no Child SA known here has. */
  | { readonly kind: "stray-delete"; readonly from: Side; readonly spi: Uint8Array; readonly at: SeenAt }

/** What checks of a message may need of its exchange, as it stood when the message came. */
export interface UnderstoodContext {
  /** The request of its exchange. */
  readonly request?: WholeMessage
  /** The first IKE_AUTH request, which has the proposals where EAP goes on. RFC 7296 §2.16. */
  readonly childRequest?: WholeMessage
  readonly cookie?: AskedCookie
}

/** Events of an IKEv2 SA. */
export type EventV2 =
  | CommonEvent
  /** IKE_SA_INIT (or a resumption) is whole: SKEYSEED can be computed. The likeliest pair of messages first. */
  | { readonly kind: "agreed"; readonly candidates: readonly [InitCandidate, ...InitCandidate[]] }
  /** A ticket of an earlier SA is taken up. RFC 5723 §5. */
  | { readonly kind: "resumed"; readonly giver: IkeSa }
  /** IKE_INTERMEDIATE with a key exchange, or a PPK, is done: new keys under the same SPIs. RFC 9370 §2.2.2, RFC 9867 §3. */
  | {
      readonly kind: "intermediate"
      readonly exchange: Exchange
      readonly pair: KePair | null
      readonly ppk: Uint8Array | null
    }
  /** An AUTH payload came. `id` is the ID payload that it signs. */
  | { readonly kind: "auth"; readonly payload: DecodedPayload; readonly id: DecodedPayload | null }
  /** IKE_AUTH came to its end, and a side has sent no AUTH payload. */
  | { readonly kind: "unproved"; readonly side: Side; readonly at: SeenAt }
  /** An IKE_AUTH exchange is done; `last` when both sides have proved who they are. */
  | { readonly kind: "authenticated"; readonly last: boolean }
  /** A Child SA came to be. */
  | {
      readonly kind: "child"
      readonly child: ChildSa
      /** Of its own exchange; null in IKE_AUTH, where it is that of the SA. */
      readonly negotiation: Negotiation | null
      readonly replaces: ChildSa | undefined
    }
  /** A key server hands out policies and keys. */
  | { readonly kind: "handed"; readonly policy: GroupSecurityAssociation; readonly download: KeyDownloadV2 }
  /** A rekey of the IKE SA is done. */
  | { readonly kind: "rekeyed"; readonly rekey: Rekey }

/** A request and an answer of the first exchange that an SA may have been made from. */
export interface InitCandidate {
  readonly request: WholeMessage
  readonly response: WholeMessage
  readonly offers: readonly Offer[]
  /** Null in a resumption, which has the suite of the SA before. */
  readonly choice: IkeChoice | null
  readonly negotiation: Negotiation
  /** The responder's SPI in the answer. */
  readonly spiR: string
}

/** The SA that replaces another. RFC 7296 §2.18. */
export interface Rekey {
  readonly startedBy: Side
  /** Of the new SA, whose initiator is who rekeys. */
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly offers: readonly Offer[]
  readonly choice: IkeChoice
  readonly negotiation: Negotiation
  /** The message that chose it. */
  readonly response: WholeMessage
}

/** What an IKEv1 message shows by being there. */
export type ProgressV1 =
  | { readonly kind: "completed"; readonly exchange: Exchange }
  /** Phase 1 is done, or an exchange came that only follows it. */
  | { readonly kind: "established"; readonly by: "phase 1" | "transaction" | "quick mode" }

/** Events of an IKEv1 SA. */
export type EventV1 =
  | CommonEvent
  /** The Authentication Method of phase 1 by name. */
  | { readonly kind: "method"; readonly method: AuthMethod }
  /** A key server hands out the keys for the policy of a group. */
  | { readonly kind: "handed"; readonly policy: GroupPolicy; readonly download: KeyDownload }
  /** Quick Mode made a Child SA. `negotiation` is null without nonces. */
  | {
      readonly kind: "child"
      readonly child: ChildSa
      readonly negotiation: QuickNegotiation | null
      readonly replaces: ChildSa | undefined
    }
