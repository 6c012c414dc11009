/** What the data SAs show that someone should know: one way only, unknown SPIs, failing ICVs, replays, repeated IVs. */

import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { explainDataCopies } from "./captured-twice.ts"
import type { ExplainContext } from "./context.ts"
import { explainFaults } from "./data-faults.ts"
import type { DataInput } from "./data-input.ts"
import { explainOneWay } from "./data-one-way.ts"
import { explainSenders } from "./data-senders.ts"
import { explainUnknownSpis } from "./data-unknown.ts"
import { explainIcmp } from "./icmp.ts"
import { explainSpiReuse } from "./spi-reuse.ts"
import { explainUnanswered } from "./unanswered.ts"

/** Findings of one code that are reported one by one; the rest is counted. */
const MAX_PER_CODE = 100

/** Every finding about data SAs, and those that only all SAs together show. */
export function explainData(input: DataInput, context: ExplainContext): Diagnostic[] {
  const all = [
    ...explainFaults(input),
    ...explainDataCopies(input),
    ...explainSenders(input),
    ...explainOneWay(input),
    ...explainUnknownSpis(input, context),
    ...explainSpiReuse(input.sas),
    ...explainUnanswered(input),
    ...explainIcmp(input),
  ]
  return [...new Set(all.map(d => d.code))].flatMap(code => capped(all.filter(d => d.code === code)))
}

function capped(same: readonly Diagnostic[]): Diagnostic[] {
  if (same.length <= MAX_PER_CODE) return [...same]
  const message = `and ${same.length - MAX_PER_CODE} more findings of this kind`
  return [...same.slice(0, MAX_PER_CODE), { ...same[MAX_PER_CODE], frame: null, time: null, message }]
}
