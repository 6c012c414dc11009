/** Elastic Common Schema 8: one document an IKE SA and one a data SA. https://www.elastic.co/docs/reference/ecs */
import { safeJson } from "../../bytes/safe-json.ts"
import type { EspSaReport, IkeSaReport, Report, Verdict } from "../../report/types.ts"
import { secondsBetween } from "../units.ts"
import { type SensorInput, verdictOfData } from "./messages.ts"

const ECS_VERSION = "8.17.0"

/** Documents as lines of JSON. */
export function* ecs({ report, sas }: SensorInput): Generator<string> {
  const overTcp = new Set(sas.filter(sa => sa.overTcp).map(sa => sa.id))
  for (const sa of report.ike_sas) yield `${safeJson(ikeDocument(sa, report, overTcp.has(sa.id)))}\n`
  for (const d of report.esp_sas) yield `${safeJson(dataDocument(d, report))}\n`
}

function ikeDocument(sa: IkeSaReport, report: Report, overTcp: boolean): object {
  const messages = sa.exchanges.flatMap(x => x.messages)
  return {
    ...common(sa.first_time, sa.last_time, sa.verdict, "ikedump.ike"),
    source: { ip: sa.initiator.address, address: sa.initiator.address, port: sa.initiator.port },
    destination: { ip: sa.responder.address, address: sa.responder.address, port: sa.responder.port },
    network: {
      type: typeOf(sa.initiator.address),
      transport: overTcp ? "tcp" : "udp",
      iana_number: overTcp ? "6" : "17",
      protocol: "ike",
      packets: messages.length,
      community_id: sa.community_id ?? undefined,
    },
    related: { ip: [...new Set([sa.initiator.address, sa.responder.address])], user: users(sa) },
    ikedump: {
      sa: sa.id,
      version: sa.version,
      spi_i: sa.spi_i,
      spi_r: sa.spi_r,
      state: sa.state,
      suite: sa.suite,
      auth: sa.auth,
      ids: sa.ids,
      children: sa.child_sas.map(c => c.id),
      captures: sa.captures.map(i => report.captures[i]?.path).filter(p => p !== undefined),
      verdict: sa.verdict,
    },
  }
}

/** Identities of both ends, in the order of the roles; undefined where none is known. */
function users({ ids }: IkeSaReport): string[] | undefined {
  const known = [ids.initiator?.value, ids.responder?.value].filter(v => v !== undefined)
  return known.length > 0 ? known : undefined
}

function dataDocument(d: EspSaReport, report: Report): object {
  const inside = { none: d.protocol.toLowerCase(), udp: "udp", tcp: "tcp" }[d.encapsulation]
  return {
    ...common(d.first_time, d.last_time, verdictOfData(d, report), "ikedump.data"),
    source: { ip: d.source, address: d.source, packets: d.packets, bytes: d.bytes },
    destination: { ip: d.destination, address: d.destination },
    network: {
      type: typeOf(d.source),
      transport: inside,
      iana_number: { esp: "50", ah: "51", udp: "17", tcp: "6" }[inside],
      protocol: d.protocol.toLowerCase(),
      packets: d.packets,
      bytes: d.bytes,
      community_id: d.community_id ?? undefined,
    },
    related: { ip: [...new Set([d.source, d.destination])] },
    ikedump: {
      sa: d.id,
      spi: d.spi,
      child_sa: d.child_sa,
      sequence: d.sequence,
      decrypted: d.decrypted,
      icv_ok: d.icv_ok,
      icv_failed: d.icv_failed,
      verdict: verdictOfData(d, report),
    },
  }
}

function common(first: string, last: string, verdict: Verdict | null, dataset: string): object {
  const outcome = verdict?.outcome
  return {
    "@timestamp": millis(first),
    ecs: { version: ECS_VERSION },
    event: {
      kind: "event",
      category: ["network"],
      type: ["connection", "protocol"],
      module: "ikedump",
      dataset,
      action: outcome ? `ike-${outcome}` : undefined,
      outcome:
        outcome === "up" || outcome === "closed" ? "success" : outcome && outcome !== "partial" ? "failure" : "unknown",
      reason: verdict?.headline || undefined,
      start: millis(first),
      end: millis(last),
      // Nanoseconds.
      duration: Math.max(0, Math.round(secondsBetween(first, last) * 1e9)),
    },
    message: verdict ? [verdict.headline, verdict.why].filter(Boolean).join(": ") : undefined,
    observer: { product: "ikedump", type: "analyzer" },
  }
}

/** Elasticsearch's `date` keeps milliseconds. */
const millis = (time: string): string => time.replace(/(\.\d{3})\d*Z$/, "$1Z")
const typeOf = (address: string): string => (address.includes(":") ? "ipv6" : "ipv4")
