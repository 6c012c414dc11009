/** What the exporters write, out of an analysis: every key epoch, every direction of every Child SA, and what the user gave. */

import { equal } from "../bytes/bytes.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import type { ExportChild, ExportEpoch, ExportIkeSa, ExportInput, Skipped } from "../secrets/export/export.ts"
import { type ChildSaSecret, IKE_SECRET_NAMES, type IkeSaSecret, type Secrets } from "../secrets/secrets.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { v2StateOf } from "../track/v2-state.ts"
import { type BySpi, bySpi } from "./by-spi.ts"

interface Known {
  readonly sas: readonly IkeSa[]
  readonly dataSas: readonly DataSa[]
}

/** What can be exported, and what of the secrets has no place in any format. */
export function exportInput(known: Known, secrets: Secrets): { input: ExportInput; skipped: Skipped[] } {
  const entriesBySpi = new Map<string | undefined, IkeSaSecret[]>()
  for (const entry of secrets.ikeSas) entriesBySpi.set(entry.spiI, [...(entriesBySpi.get(entry.spiI) ?? []), entry])
  const ike = known.sas.filter(sa => sa.epochs.length > 0).map(sa => exportSa(sa, entriesBySpi.get(sa.spiI) ?? []))
  const seen = bySpi(known.dataSas)
  const derived = known.sas.flatMap(sa => sa.children.flatMap(child => directions(sa, child, seen)))
  const rest = otherEntries(ike, secrets)
  const rows = givenRows(derived, known.dataSas, secrets)
  return {
    input: { ike: [...ike, ...rest.sas], children: [...derived, ...rows.children], pool: secrets },
    skipped: [...rest.skipped, ...rows.skipped],
  }
}

function exportSa(sa: IkeSa, given: readonly IkeSaSecret[]): ExportIkeSa {
  const names = sa.choice?.names
  return {
    spiI: sa.spiI,
    spiR: sa.spiR,
    version: sa.version === 1 ? "1.0" : "2.0",
    epochs: sa.epochs.map((epoch, n) => ({ values: { ...(n === 0 ? beside(sa, given) : {}), ...valuesOf(epoch) } })),
    encr: names?.encr ?? undefined,
    integ: names?.integ ?? undefined,
    prf: names?.prf ?? (names?.hash ? `HMAC-${names.hash}` : undefined),
  }
}

const valuesOf = ({ values }: { readonly values: Readonly<Record<string, Uint8Array>> }): ExportEpoch["values"] =>
  Object.fromEntries(IKE_SECRET_NAMES.flatMap(n => (values[n]?.length ? [[n, values[n]]] : [])))

/** Secrets of the SA that are no keys of an epoch: the MSK that was given, and the nonces of its negotiation. */
function beside(sa: IkeSa, entries: readonly IkeSaSecret[]): ExportEpoch["values"] {
  const mine = entries.filter(s => !s.spiR || s.spiR === sa.spiR)
  const given = (name: "msk" | "dh_shared") => {
    const value = mine.find(s => s.values[name])?.values[name]
    return value ? { [name]: value } : {}
  }
  const nonces = v2StateOf(sa).negotiation?.nonces
  return {
    ...given("msk"),
    ...(sa.epochs.length === 1 ? given("dh_shared") : {}),
    ...(nonces ? { nonce_i: nonces.ni, nonce_r: nonces.nr } : {}),
  }
}

/** Both directions of a Child SA: SPIr stands in what the exchange's starter sends. */
function directions(sa: IkeSa, child: ChildSa, dataSas: BySpi<DataSa>): ExportChild[] {
  const { protocol, suite } = child
  if (child.keyStatus === "none") return []
  const starter = sa.peer(child.startedBy).address
  const other = sa.peer(child.startedBy === "initiator" ? "responder" : "initiator").address
  const ways = [
    { spi: child.spiR, key: child.keys.encr_i, integKey: child.keys.integ_i, source: starter, destination: other },
    { spi: child.spiI, key: child.keys.encr_r, integKey: child.keys.integ_r, source: other, destination: starter },
  ]
  return ways.flatMap(({ spi, key, integKey, source, destination }) => {
    if (spi === null || (!key && !integKey)) return []
    // The packets have the addresses that NAT and MOBIKE left.
    const seen = dataSas(protocol, spi)
    const data = seen.find(d => (d.result?.opened ?? 0) > 0) ?? seen[0]
    return {
      protocol,
      spi,
      source: data?.source ?? source,
      destination: data?.destination ?? destination,
      encr: protocol === "AH" ? undefined : (suite.encr ?? "NULL"),
      key: key ?? EMPTY,
      integ: suite.integ ?? undefined,
      integKey: integKey ?? EMPTY,
      esn: suite.esn,
      mode: child.mode,
    }
  })
}

const EMPTY = new Uint8Array(0)

/** Entries of the keys files for IKE SAs that the capture has not, or did not open. */
function otherEntries(ike: readonly ExportIkeSa[], secrets: Secrets): { sas: ExportIkeSa[]; skipped: Skipped[] } {
  const have = new Set(ike.map(sa => sa.spiI))
  const bySpis = new Map<string, IkeSaSecret[]>()
  const skipped: Skipped[] = []
  for (const entry of secrets.ikeSas) {
    const { spiI, spiR, origin } = entry
    if (spiI && have.has(spiI)) continue
    if (spiI && spiR) bySpis.set(`${spiI}/${spiR}`, [...(bySpis.get(`${spiI}/${spiR}`) ?? []), entry])
    else
      skipped.push({ what: `${origin.kind}[${origin.index}]`, why: "it has no SPIs, and no IKE SA was opened with it" })
  }
  const sas = [...bySpis.values()].map(entries => ({
    spiI: entries[0].spiI ?? "",
    spiR: entries[0].spiR ?? "",
    version: entries.find(e => e.version)?.version ?? versionOf(entries[0]),
    epochs: entries.map(({ values }) => ({ values })),
    encr: entries.find(e => e.encr)?.encr,
    integ: entries.find(e => e.integ)?.integ,
    prf: entries.find(e => e.prf)?.prf,
  }))
  return { sas, skipped }
}

const versionOf = ({ values }: IkeSaSecret): "1.0" | "2.0" =>
  Object.keys(values).some(name => name.startsWith("skeyid") || name === "encryption_key") ? "1.0" : "2.0"

/** Rows of the keys files that say more than was derived. */
function givenRows(
  derived: readonly ExportChild[],
  dataSas: readonly DataSa[],
  secrets: Secrets,
): { children: ExportChild[]; skipped: Skipped[] } {
  const skipped: Skipped[] = []
  const byRow = new Map(dataSas.map(d => [d.result?.sa?.row, d]))
  const have = bySpi(derived)
  const children = secrets.childSas.flatMap(row => {
    const data = byRow.get(row)
    const keys = data?.result?.sa?.keys
    const spi = row.spi ?? data?.spi
    const key = keys?.key ?? row.key
    if (spi !== undefined && have(row.protocol, spi).some(d => equal(d.key, key))) return []
    const skip = (why: string) => {
      skipped.push({ what: `${row.origin.kind}[${row.origin.index}]`, why })
      return []
    }
    if (spi === undefined) return skip("it is for several SPIs, and opened no packet")
    if (row.saltMissing && !keys) return skip("its key has no salt")
    return [rowOf(row, spi, data, keys)]
  })
  return { children, skipped }
}

const rowOf = (row: ChildSaSecret, spi: number, data: DataSa | undefined, keys: EspKeys | undefined): ExportChild => ({
  protocol: row.protocol,
  spi,
  source: data?.source ?? row.source,
  destination: data?.destination ?? row.destination,
  encr: row.protocol === "AH" ? undefined : (keys?.encr.name ?? row.encr),
  key: keys && row.protocol === "ESP" ? keys.key : row.key,
  integ: keys?.integ?.name ?? row.integ,
  integKey: row.integKey,
  esn: keys?.esn ?? row.esn,
})
