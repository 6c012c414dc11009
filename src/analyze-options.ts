/** What an analysis is asked for, what it reads, and what it gives: the types of `analyze` (`src/pipeline.ts`). */
import type { Diagnostic } from "./bytes/diagnostic.ts"
import type { CryptoProvider } from "./crypto/provider.ts"
import type { Opened } from "./ike/shared/payload.ts"
import type { PacketHandler, PacketView } from "./net/packet-view.ts"
import type { DataPlaneOptions } from "./open/data-plane.ts"
import type { DataSaTable } from "./open/data-table.ts"
import type { OpenedPacket } from "./open/opened-packet.ts"
import type { Conclusion, DataConclusion } from "./report/conclusion.ts"
import type { CaptureInfo, DiagnosticReport, EspSaReport, Report } from "./report/types.ts"
import type { Secrets } from "./secrets/secrets.ts"
import type { SegmentedCapture } from "./segment/segmented.ts"
import type { Census } from "./track/census.ts"
import type { DataSa } from "./track/data-sa.ts"
import type { IkeSa } from "./track/ike-sa.ts"
import type { TrackLimits } from "./track/limits.ts"
import type { Memory } from "./track/memory.ts"
import type { MessageObserver } from "./track/observer.ts"

/** Where packets come from: `read` calls the handler for each. A pipe can be read once only. */
export interface CaptureSource {
  readonly rereadable: boolean
  /**
   * The capture in segments that others scan and open, where that is worth it; with `samples`, packets to prove keys on are kept; with `content`, what is
   * inside ESP will be asked for.
   */
  segments?(options: { readonly samples: boolean; readonly content: boolean }): Promise<SegmentedCapture | undefined>
  read(handler: PacketHandler): Promise<CaptureInfo[]>
  /** Reads the packets that have to be opened, where that is less than all: those of data SAs that have no result yet. */
  readData?(handler: PacketHandler): Promise<void>
}

export interface AnalyzeOptions {
  readonly provider: CryptoProvider
  /** Asked for when the first packet comes, if a function: a capture can carry secrets in front of its packets. */
  readonly secrets?: Secrets | (() => Secrets)
  /** More secrets may come while a source that can be read once is read (`LiveAnalysis.learn`): messages and packets wait for them. */
  readonly secretsGrow?: boolean
  /** For a source that can be read once: gets a handle on the analysis as it begins. */
  onLive?(live: LiveAnalysis): void
  readonly limits?: Partial<TrackLimits>
  /** Secrets in the report. */
  readonly showKeys?: boolean
  /** For the data plane: a faster opener, inflate, workers; who gets the inner packets. */
  readonly data?: Pick<DataPlaneOptions, "createOpener" | "executor" | "inflate" | "onInner">
  /** Leave ESP and AH closed. */
  readonly controlOnly?: boolean
  /** Cleartext of a message, by its frame and its place among the frame's messages (from 0). */
  onOpened?(frame: number, place: number, opened: Opened): void
  /**
   * For a source that can be read once: gets each packet after the analysis took it in; `open` opens ESP and AH under the keys
   * known by then, instead of the data plane counting them.
   */
  onPacket?(view: PacketView, open: (view: PacketView) => OpenedPacket | undefined): void
  /** Sees IKE messages as they are understood. */
  readonly observer?: MessageObserver
  /** Called when the control plane is done and the data plane is not begun: every IKE SA, and the keys for data SAs. May wait. */
  onControl?(known: Pick<AnalysisResult, "sas" | "dataSas" | "table">): void | Promise<void>
  /** Gets each IKE message's frame and bytes on the wire. */
  onMessage?(frame: number, bytes: number): void
  /** Called now and then with the number of key sets tried. */
  onTrials?(trials: number): void
  /** Gets what it asks for as it is made, instead of the report keeping it. */
  readonly sink?: ReportSink
  /**
   * What becomes of SAs that no sink takes. `all`: the report lists them. `conclusions`: IKE SAs are judged and the report lists none; each can be
   * made of its conclusion (`ikeSaReport`). `none`: they are dropped as they close, and none is judged.
   */
  readonly retain?: "all" | "conclusions" | "none"
  /** Who speaks when for the last time, from a reading before: without secrets each IKE SA closes when it is silent for good. */
  readonly census?: Census
  /** IKE SAs, and data SAs, that the report keeps at most; those that close later are counted only. */
  readonly keepSas?: number
  /** Count packets of data SAs over time too: `DataSa.rates`. */
  readonly rates?: boolean
  /** For many analyses of a few packets: what repeats from message to message. */
  readonly memory?: Memory
  /** Search every private address for the one behind a NAT detection hash; `near`: only those around what the capture names; `own`: only those that the SA names. */
  readonly findNatAddress?: boolean | "near" | "own"
}

/** Who takes the parts of a report one by one. */
export interface ReportSink {
  /** Gets each IKE SA as it closes, with all that is concluded of it. */
  ikeSa?(conclusion: Conclusion): void
  /** Gets each data SA; `data` is what the report was made of, where it left the table before the end. */
  espSa?(sa: EspSaReport, data?: DataSa): void
  /** Gets each finding as it is made. */
  finding?(finding: DiagnosticReport): void
  /** Gets each finding beside that, before it becomes text. */
  fact?(diagnostic: Diagnostic): void
}

/** A capture that is being read, for the first and only time. */
export interface LiveAnalysis {
  /** More secrets (`secretsGrow`): messages and packets that wait for them are opened now. */
  learn(more: Secrets): void
  /** Opens what is held: nothing more comes for the moment. */
  flush(): void
}

/** What an analysis knows beside the report: the live objects, for commands that need more than the report says. */
export interface AnalysisResult {
  readonly report: Report
  readonly sas: readonly IkeSa[]
  /** What was concluded of each, in the same order; none of those that were handed on as they closed. */
  readonly conclusions: readonly Conclusion[]
  /** What was concluded of the data SAs that the report lists, in its order. */
  readonly data: readonly DataConclusion[]
  readonly dataSas: readonly DataSa[]
  /** Keys of all data SAs, for opening packets again. */
  readonly table: DataSaTable
}
