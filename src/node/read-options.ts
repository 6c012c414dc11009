/** How captures are read. */
import type { CaptureRecord, RecordSink } from "../capture/record.ts"
import type { WalkOptions } from "../net/walker.ts"

export interface ReadOptions extends WalkOptions {
  /** Set `stopped` to end the reading after the current packet. */
  readonly stop?: { stopped: boolean }
  /** Called for each chunk read, with bytes of all files as stored; `total` is undefined with a pipe. */
  progress?(done: number, total: number | undefined): void
  /** Called before waiting for more of a pipe: the time to flush. */
  beforeWait?(): void
  /** What captures hold beside packets: embedded secrets, names, comments, interfaces. */
  readonly blocks?: Omit<RecordSink, "record" | "diagnostic">
  /** Gets each record, in merged order, before it is walked. */
  onRecord?(record: CaptureRecord): void
  /** Records that hold nothing for the walk do not come through `onRecord`, where this is there: it gets how many there were in a row. */
  onPassed?(records: number): void
}
