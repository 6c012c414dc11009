/** `--sa` and `--failed`: the IKE SAs that a command is about, and their packets. */

import type { AnalysisResult } from "../analyze-options.ts"
import { Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"
import { failedIds, narrowReport, tracesOf } from "../report/narrow.ts"
import type { Report } from "../report/types.ts"
import { CliError } from "./exit.ts"

export interface SaFlags {
  readonly sa?: string[]
  readonly failed?: boolean
}

/** The ids that the flags select; undefined for all. Throws CliError for an id that no IKE SA has. */
export function selectedSas(report: Report, { sa, failed }: SaFlags): ReadonlySet<string> | undefined {
  if (!sa && !failed) return undefined
  const known = new Set(report.ike_sas.map(s => s.id))
  const unknown = sa?.find(id => !known.has(id))
  if (unknown !== undefined) throw new CliError(`no IKE SA is named ${unknown}`, undefined, [namesOf(report)])
  return new Set([...(sa ?? []), ...(failed ? failedIds(report) : [])])
}

/** The report with the selected IKE SAs alone. */
export function narrowed(report: Report, flags: SaFlags): Report {
  const ids = selectedSas(report, flags)
  return ids ? narrowReport(report, ids) : report
}

function namesOf({ ike_sas: sas }: Report): string {
  if (sas.length === 0) return "this capture has none"
  return sas.length === 1 ? `the only one is ${sas[0].id}` : `from ${sas[0].id} to ${sas[sas.length - 1].id}`
}

/** Which packets are of the selected IKE SAs and their Child SAs, as an analysis of the whole names them. */
export function packetsOf(
  { report, sas }: Pick<AnalysisResult, "report" | "sas">,
  flags: SaFlags,
): ((view: PacketView) => boolean) | undefined {
  const ids = selectedSas(report, flags)
  if (!ids) return undefined
  const { frames, spis } = tracesOf(sas, ids)
  return view => {
    const data = view.kind === Kind.ESP || view.kind === Kind.AH || view.kind === Kind.WESP
    return data ? spis.has(view.spi) : frames.has(view.frame)
  }
}

/** The handler, which gets these packets alone. */
export const onlyPackets = (handler: PacketHandler, wanted: (view: PacketView) => boolean): PacketHandler => ({
  packet(view) {
    if (wanted(view)) handler.packet(view)
  },
  diagnostic: d => handler.diagnostic(d),
})
