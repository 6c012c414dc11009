/** A report narrowed to some of its IKE SAs: `--sa`, `--failed`. */
import type { IkeSa } from "../track/ike-sa.ts"
import type { Report } from "./types.ts"
import { isBad } from "./verdict/types.ts"

/** ids of the IKE SAs where something went wrong. */
export const failedIds = (report: Pick<Report, "ike_sas">): string[] =>
  report.ike_sas.filter(sa => isBad(sa.verdict.outcome)).map(sa => sa.id)

/** The report with these IKE SAs alone, and the data SAs and findings that are theirs. Captures, counts and the verdict are of the whole. */
export function narrowReport(report: Report, ids: ReadonlySet<string>): Report {
  const ike_sas = report.ike_sas.filter(sa => ids.has(sa.id))
  const children = ike_sas.flatMap(sa => sa.child_sas.map(c => c.id))
  const esp_sas = report.esp_sas.filter(e => e.owner !== null && ids.has(e.owner))
  const kept = new Set([...ike_sas.map(sa => sa.id), ...children, ...esp_sas.map(e => e.id)])
  const diagnostics = report.diagnostics.filter(d => d.sa !== null && kept.has(d.sa))
  return { ...report, ike_sas, esp_sas, diagnostics }
}

/** SPIs and frames by which packets of these IKE SAs are known. */
export function tracesOf(sas: readonly IkeSa[], ids: ReadonlySet<string>): { frames: Set<number>; spis: Set<number> } {
  const mine = sas.filter(sa => ids.has(sa.id))
  const frames = mine.flatMap(sa => sa.exchanges.flatMap(x => x.messages.map(m => m.frame)))
  const spis = mine.flatMap(sa => sa.children).flatMap(c => [c.spiI, c.spiR])
  return { frames: new Set(frames), spis: new Set(spis.filter(spi => spi !== null)) }
}
