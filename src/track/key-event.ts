/**
 * What secrets have shown of the keys of an SA. `unlock/` yields it as it finds it, `fold/keys.ts` writes it into the SA before the search
 * goes on.
 */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { Step } from "../keys/step.ts"
import type { ChildSa } from "./child-sa.ts"
import type { Epoch, EpochMistake, IkeSa } from "./ike-sa.ts"
import type { Side } from "./peer.ts"
import type { IkeChoice } from "./suite.ts"
import type { AnswerV1, Body, Exchanged } from "./v1-state.ts"
import type { Identity, KeyStatus } from "./vocabulary.ts"

export type KeyEvent =
  /** The keys of an epoch are proved. `from` names the member of the keys file that they come from. */
  | {
      readonly kind: "epoch"
      readonly sa: IkeSa
      readonly epoch: Epoch
      readonly status: KeyStatus
      readonly from: string | null
    }
  /** A later message opened under an epoch. */
  | { readonly kind: "opened"; readonly epoch: Epoch; readonly frame: number }
  /** A side's messages open under an epoch only with a mistake. */
  | { readonly kind: "mistake"; readonly epoch: Epoch; readonly mistake: EpochMistake }
  /** Values of an epoch, or its steps, that were not known before. */
  | {
      readonly kind: "learnt"
      readonly epoch: Epoch
      readonly values?: Readonly<Record<string, Uint8Array>>
      readonly steps?: readonly Step[]
    }
  /** Keys that were known in part are whole. */
  | { readonly kind: "whole"; readonly sa: IkeSa }
  /** The suite, where a secret shows it. */
  | { readonly kind: "suite"; readonly sa: IkeSa; readonly choice: IkeChoice }
  /** The messages that phase 1 was made from, where they are not the likeliest. */
  | { readonly kind: "phase1"; readonly sa: IkeSa; readonly exchanged?: Exchanged; readonly answer?: AnswerV1 }
  /** Public-key encryption: a private key opened what a side sent. */
  | {
      readonly kind: "unsealed"
      readonly sa: IkeSa
      readonly side: Side
      readonly nonce: Body
      readonly ke: Body
      readonly id: Body
      readonly identity: Identity | null
    }
  /** Keys of a Child SA. */
  | { readonly kind: "child-keys"; readonly child: ChildSa; readonly found: ChildKeys }
  /** Keys of data SAs that can be used from now on. */
  | { readonly kind: "data-keys"; readonly entries: Iterable<DataSaKeys> }

/** What is found of a Child SA at once. */
export type ChildKeys = Partial<Pick<ChildSa, "keys" | "keyStatus" | "keySource" | "steps" | "mistakes" | "provenBy">>

/** A search for keys: what it finds on the way, and its result. */
export type KeySearch<T = void> = Generator<KeyEvent, T, undefined>
