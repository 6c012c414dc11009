/** What a session reports of its captures before ESP and AH are opened: states and verdicts of the control plane. */
import type { AnalysisResult } from "../analyze-options.ts"
import { Kind } from "../net/packet-view.ts"
import { ChildIndex, dataConclusions } from "../report/assemble.ts"
import type { CaptureInfo, Counts, Report } from "../report/types.ts"
import { judge } from "../report/verdict/index.ts"
import { verdictOf } from "../report/verdict/judgement.ts"
import { stateOf } from "../report/verdict/state.ts"
import { OutcomeCounts } from "../report/verdict/summary.ts"
import { CaptureWorld, type Given } from "../report/verdict/world.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { FrameIndex } from "./frame-index.ts"

export interface ControlInput extends Omit<Given, "uses"> {
  readonly captures: readonly CaptureInfo[]
  readonly index: FrameIndex
}

/** The report, and what was concluded of its SAs. */
export function controlReport(
  { sas, dataSas }: Pick<AnalysisResult, "sas" | "dataSas">,
  { captures, index, ...given }: ControlInput,
): Pick<AnalysisResult, "report" | "conclusions" | "data"> {
  const children = new ChildIndex()
  for (const sa of sas) children.add(sa)
  const about = { sas, data: dataSas, index: children, end: null, icmp: [], lost: [] }
  const world = new CaptureWorld({ ...given, ...about, uses: () => [] })
  const outcomes = new OutcomeCounts()
  const conclusions = sas.map(sa => {
    const verdict = verdictOf(judge(sa, [], world))
    outcomes.add(verdict.outcome)
    return { sa, checks: sa.checks, findings: [], verdict, state: stateOf(sa, verdict) }
  })
  const dataJudge = { ownerOf: (data: DataSa) => world.ownerOf(data), judgeOrphan: () => null }
  const data = [...dataConclusions(dataSas, children, dataJudge)]
  const report = {
    ...emptyReport(),
    captures: [...captures],
    counts: countsOf(index),
    esp_sas: data.map(d => d.report),
    verdict: outcomes.summary(),
  }
  return { report, conclusions, data }
}

function countsOf(index: FrameIndex): Counts {
  const counts = { frames: index.frames, isakmp: 0, esp: 0, ah: 0, keepalive: 0, other: 0 }
  for (const kind of index.of(index.kind))
    if (kind === Kind.ISAKMP) counts.isakmp++
    else if (kind === Kind.ESP || kind === Kind.WESP) counts.esp++
    else if (kind === Kind.AH) counts.ah++
    else if (kind === Kind.KEEPALIVE) counts.keepalive++
  return counts
}

/** Of captures that are not read yet. */
export const emptyReport = (): Report => ({
  schema: "ikedump/report/1",
  captures: [],
  counts: { frames: 0, isakmp: 0, esp: 0, ah: 0, keepalive: 0, other: 0 },
  ike_sas: [],
  esp_sas: [],
  secrets: [],
  diagnostics: [],
  verdict: new OutcomeCounts().summary(),
})
