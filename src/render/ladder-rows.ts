/** The rows of a ladder: what stands on each line, whichever renderer draws it. */
import type { EspSaReport, ExchangeReport, MessageReport } from "../report/types.ts"
import type { Notation } from "./notation.ts"

export type Side = "initiator" | "responder"

interface RowBase {
  /** Seconds since the ladder's zero; `until` where a row stands for a stretch. */
  readonly at: number
  readonly until: number
  /** First and last frame; empty for bands. */
  readonly frames: readonly number[]
}

export interface MessageRow extends RowBase {
  readonly kind: "message"
  readonly from: Side
  readonly notation: Notation
  readonly exchange: ExchangeReport
  /** The first message drawn of its exchange. */
  readonly opens: boolean
  /** SKF or Cisco fragments drawn as this one row. */
  readonly fragments: { readonly total: number; readonly arrived: number; readonly missing: readonly number[] } | null
  /** Checks that failed on its frames. */
  readonly failed: readonly string[]
  /** Its error notifications, by name. */
  readonly errors: readonly string[]
  /** It refuses something, or the verdict names it for what went wrong. */
  readonly refused: boolean
}

export interface RetransmissionRow extends RowBase {
  readonly kind: "retransmission"
  readonly from: Side
  readonly of: number
  readonly count: number
  /** Seconds from the first sending to each of these. */
  readonly after: readonly number[]
}

export interface DataRow extends RowBase {
  readonly kind: "data"
  readonly from: Side
  readonly esp: EspSaReport
  /** Not proven to belong here: recognized by addresses and time. */
  readonly plausible: boolean
}

export interface LivenessRow extends RowBase {
  readonly kind: "liveness"
  readonly from: Side
  readonly count: number
  /** Shortest and longest seconds between two, and from request to answer; undefined with one, or without answers. */
  readonly every: readonly [number, number] | undefined
  readonly answered: readonly [number, number] | undefined
  readonly unanswered: number
  /** `liveness` when opened and empty, `INFORMATIONAL` while encrypted, `DPD` in IKEv1. */
  readonly name: "liveness" | "DPD" | "INFORMATIONAL"
}

export interface BandRow extends RowBase {
  readonly kind: "band"
  readonly band: "child" | "epoch" | "replaces"
  /** Parts of one line, to be parted by a dot. */
  readonly words: readonly string[]
  /** Which Child SA of the IKE SA, for its colour. */
  readonly index: number
}

export type LadderRow = MessageRow | RetransmissionRow | DataRow | LivenessRow | BandRow

export interface Ladder {
  readonly id: string
  readonly title: string
  /** `FAILED: authentication refused (frame 4)`. */
  readonly verdict: string
  /** Something went wrong. */
  readonly bad: boolean
  readonly version: string
  readonly left: string
  readonly right: string
  readonly rows: readonly LadderRow[]
}

/** What drawing a ladder knows beside the SA. */

/** A message with the exchange it is part of. */
export interface Sent {
  readonly exchange: ExchangeReport
  readonly message: MessageReport
}
