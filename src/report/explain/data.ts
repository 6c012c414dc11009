/** What the data SAs show that someone should know: one way only, unknown SPIs, failing ICVs, replays, repeated IVs. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { DataResult } from "../../open/data-flow.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { ChildIndex } from "../assemble.ts"

export function explainData(
  _all: readonly DataSa[],
  _index: ChildIndex,
  _results: readonly DataResult[],
): Diagnostic[] {
  return []
}
