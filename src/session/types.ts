/** What a session gives to views: plain objects and typed arrays, all of which can be cloned from thread to thread. */
import type { AuditResult } from "../audit/types.ts"
import type { Use } from "../keys/step.ts"
import type { FrameJson } from "../render/frame-view.ts"
import type { Ladder } from "../render/ladder-rows.ts"
import type { TreeNodeJson } from "../render/tree.ts"
import type {
  CaptureInfo,
  Certainty,
  CheckReport,
  ChildSaReport,
  Counts,
  EspSaReport,
  IkeSaReport,
  Outcome,
} from "../report/types.ts"

export type { AuditResult }

/** Ends work. An AbortSignal of the same thread is heard between two pieces of work; `SharedStop` of Node within key trials too. */
export type Stop = Pick<AbortSignal, "throwIfAborted">

/** What is known so far: `control` when the IKE SAs are there, `done` when ESP and AH are opened too. */
export type Stage = "reading" | "control" | "done"

export interface Progress {
  readonly stage: Stage
  /** Bytes of the captures that were read, of all; or key sets tried. */
  readonly done: number
  readonly total: number
  readonly trials?: number
}

export interface SessionInfo {
  /** 16 hex digits that name the captures: SHA-256 over their lengths, beginnings and ends. */
  readonly digest: string
  readonly stage: Stage
  readonly captures: readonly CaptureInfo[]
  readonly counts: Counts
  readonly frames: number
  /** Seconds from the first frame to the last. */
  readonly seconds: number
  /** RFC 3339 time of frame 1; null without frames. */
  readonly zero: string | null
  readonly secrets: { readonly given: number; readonly used: number; readonly list: readonly SecretLine[] }
  /** Rows of `sas`. */
  readonly sas: number
  /** What views do not show, and why: bounds that were met. */
  readonly notes: readonly string[]
}

/** A secret without its value. */
export interface SecretLine {
  readonly kind: string
  readonly index: number
  readonly usedBy: readonly string[]
}

/** Payload families: one hue each. */
export type Family = "sa" | "ke" | "nonce" | "id" | "auth" | "ts" | "n" | "d" | "sk" | "v" | "err"

/** A node of a frame's tree: what `show --format json` has, and what views need beside it. */
export interface FieldView extends Omit<TreeNodeJson, "children"> {
  readonly children: readonly FieldView[]
  /** A payload's name. */
  readonly title?: string | undefined
  /** Of the payload that the node opens. */
  readonly family: Family | null
  /** Where the payload is specified. */
  readonly rfc: string | null
  /** The node's value is a secret, shown or not. */
  readonly secret: boolean
  /** A display filter that finds the frame by this field; null for headings and secrets. */
  readonly filter: string | null
}

/** A frame, decoded. `sources` are hex. */
export interface FrameDetail extends Omit<FrameJson, "tree"> {
  readonly tree: readonly FieldView[]
  readonly length: number
  /** Since frame 1. */
  readonly seconds: number
  /** The SA it belongs to; null when none is known. */
  readonly sa: string | null
  readonly checks: readonly CheckReport[]
  /** Frames that hold other parts of its message. */
  readonly companions: readonly number[]
}

/** A row of the packet list. */
export interface Line {
  readonly frame: number
  readonly time: string
  readonly relative: string
  readonly delta: string
  readonly source: string
  readonly destination: string
  readonly protocol: string
  readonly length: number
  readonly info: string
  /** What its IKE messages hold, opened ones too: `SK{IDr, AUTH, SAr2}`; empty for other frames. */
  readonly payloads: string
  /** The SA it belongs to; null when none is known. */
  readonly sa: string | null
  /** SPI of ESP and AH. */
  readonly spi: string | null
  /** Its encrypted content was opened. */
  readonly opened: boolean
}

/** A row of the SA list: an IKE SA, a Child SA under it, or data that belong to no Child SA. */
export interface SaRow {
  readonly id: string
  readonly kind: "ike" | "child" | "data"
  /** id of the IKE SA that it belongs to. */
  readonly parent: string | null
  /** `IKEv2`, `ESP tunnel`. */
  readonly what: string
  readonly state: string
  readonly suite: readonly string[]
  readonly initiator: string
  readonly responder: string
  readonly spiI: string | null
  readonly spiR: string | null
  readonly rekeys: string | null
  /** Seconds since frame 1. */
  readonly from: number
  readonly until: number
  readonly packets: number
  readonly bytes: number
  /** How many checks passed, failed, were skipped. */
  readonly checks: readonly [number, number, number]
}

export interface LadderView {
  readonly ladder: Ladder
  readonly sa: IkeSaReport
  readonly checks: readonly CheckReport[]
}

/** All that is known of one SA. */
export interface SaDetail {
  readonly row: SaRow
  readonly ike: IkeSaReport | null
  readonly child: ChildSaReport | null
  readonly data: readonly EspSaReport[]
}

/** A stretch of time with packets, and where the axis has it: `from` and `until` in seconds, `at` and `to` in [0, 1]. */
export interface Stretch {
  readonly from: number
  readonly until: number
  readonly at: number
  readonly to: number
  readonly frames: number
}

export interface Lane {
  readonly id: string
  readonly kind: "ike" | "child" | "data" | "keepalive"
  readonly state: string
  readonly rekeys: string | null
  /** Which Child SA of its IKE SA, for its colour. */
  readonly index: number
  readonly from: number
  readonly until: number
  /** IKE messages: seconds, frame, side. */
  readonly messages: readonly {
    readonly at: number
    readonly frame: number
    readonly side: "I" | "R"
    readonly name: string
  }[]
  /** Keys of an IKE SA, one set after another: the first Message ID that each protects, and its first message that opened. */
  readonly epochs: readonly { readonly at: number; readonly frame: number; readonly messageId: number }[]
  /** Bytes from initiator and from responder, by bin of the folded axis. */
  readonly up: Float32Array
  readonly down: Float32Array
  readonly packets: number
}

export interface Timeline {
  readonly from: number
  readonly until: number
  readonly bins: number
  readonly stretches: readonly Stretch[]
  readonly lanes: readonly Lane[]
  /** Lanes that found no room. */
  readonly leftOut: number
}

/** A step of a key schedule (`keys/step.ts`). `value` is hex, or null while values are hidden. */
export interface KeyStep {
  readonly name: string
  readonly formula: string
  readonly rfc: string
  readonly inputs: readonly { readonly name: string; readonly frame: number | null }[]
  readonly bytes: number
  readonly value: string | null
  readonly use: Use | undefined
  readonly way: string | undefined
  readonly at: number | undefined
}

export interface KeyDerivation {
  readonly sa: string
  readonly child: boolean
  readonly epoch: number | null
  readonly proof: string | null
  readonly given: readonly {
    readonly name: string
    readonly source: string
    readonly fits: string | null
    readonly bytes: number
    readonly value: string | null
    /** The member of the keys file, `psks`; null for a key of an earlier SA or epoch. */
    readonly kind: string | null
  }[]
  readonly steps: readonly KeyStep[]
}

/** A part of a filter's answer: bit `i` of `bits` says whether frame `from + i` passes. */
export interface FilterPart {
  /** First frame of the part, and the frame behind its last. */
  readonly from: number
  readonly until: number
  readonly bits: Uint32Array
  readonly matches: number
}

/** What is wrong with a filter, and where: `[at, end)` are characters. */
export interface FilterFault {
  readonly message: string
  readonly at: number
  readonly end: number
  readonly hints: readonly string[]
}

/** A finding as views list it. */
export interface FindingView {
  readonly code: string
  readonly severity: "error" | "warning" | "info" | "high" | "medium" | "low" | "critical"
  readonly title: string
  readonly text: string
  /** What to do; null where there is nothing. */
  readonly remedy: string | null
  readonly frames: readonly number[]
  readonly sas: readonly string[]
  /** Where it comes from: the analysis, or the audit. */
  readonly from: "analysis" | "audit"
  /** It says nothing that the verdict does not say. */
  readonly repeats: boolean
}

/** The verdict over the captures: what a person reads first. It is that of the worst IKE SA. */
export interface VerdictView {
  readonly tone: "ok" | "bad" | "warn" | "info"
  /** Null without an IKE SA. */
  readonly outcome: Outcome | null
  readonly certainty: Certainty
  readonly headline: string
  readonly why: string
  readonly remedy: string | null
  readonly frames: readonly number[]
  /** The IKE SA that it speaks of. */
  readonly sa: string | null
  /** What fits beside: `IKEv2`, `pre-shared key`, `106 ESP`. */
  readonly facts: readonly string[]
  readonly findings: readonly FindingView[]
}
