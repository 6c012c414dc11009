/** `--sa ID`, `--failed`: which IKE SAs, in every command that knows them. */
import type { Command } from "commander"
import { Kind, type PacketHandler } from "../net/packet-view.ts"
import type { AnalysisResult, CaptureSource } from "../pipeline.ts"
import { failedIds, narrowReport, tracesOf } from "../report/narrow.ts"
import type { Report } from "../report/types.ts"
import { CliError } from "./exit.ts"

export interface SaFlags {
  readonly sa?: string[]
  readonly failed?: boolean
}

export const withSas = (c: Command): Command =>
  c
    .option("--sa <id>", "only this IKE SA, as report names it (ike/0); repeatable", (id, all?: string[]) => [
      ...(all ?? []),
      id,
    ])
    .option("--failed", "only IKE SAs where something went wrong")

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

const namesOf = (report: Report): string =>
  report.ike_sas.length === 0
    ? "this capture has none"
    : `from ${report.ike_sas[0].id} to ${report.ike_sas[report.ike_sas.length - 1].id}`

/** The source, narrowed to the packets of the selected IKE SAs and their Child SAs, as an analysis of the whole names them. */
export function packetsOf(
  { report }: Pick<AnalysisResult, "report">,
  flags: SaFlags,
): (source: CaptureSource) => CaptureSource {
  const ids = selectedSas(report, flags)
  if (!ids) return source => source
  const { frames, spis } = tracesOf(report, ids)
  const only = (handler: PacketHandler): PacketHandler => ({
    packet(view) {
      const data = view.kind === Kind.ESP || view.kind === Kind.AH || view.kind === Kind.WESP
      if (data ? spis.has(view.spi) : frames.has(view.frame)) handler.packet(view)
    },
    diagnostic: d => handler.diagnostic(d),
  })
  return source => ({ rereadable: source.rereadable, read: handler => source.read(only(handler)) })
}
