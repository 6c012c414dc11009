/** What `watch --metrics` serves: every packet counted as it comes, whatever the analysis keeps of it. */

import { BoundedMap } from "../bytes/bounded-map.ts"
import { hex8 } from "../bytes/hex.ts"
import { destinationAddress, sourceAddress } from "../net/address.ts"
import { Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"
import type { Metrics } from "../render/openmetrics.ts"
import { SequenceSet } from "../track/sequence-set.ts"
import type { WatchGroups } from "./watch-groups.ts"

/** Caps: data SAs that carried something longest ago go first. */
const METRICS_LIMITS = { dataSas: 10_000, runs: 256 }

interface Flow {
  readonly id: string
  readonly protocol: "ESP" | "AH"
  readonly spi: string
  readonly source: string
  readonly destination: string
  packets: number
  bytes: number
  readonly sequences: SequenceSet
}

const KINDS = new Map<number, "isakmp" | "esp" | "ah" | "keepalive">([
  [Kind.ISAKMP, "isakmp"],
  [Kind.ESP, "esp"],
  [Kind.AH, "ah"],
  [Kind.KEEPALIVE, "keepalive"],
])

/** Counts packets on their way to the groups. */
export class WatchMetrics implements PacketHandler {
  readonly #flows = new BoundedMap<string, Flow>(METRICS_LIMITS.dataSas)
  readonly #counts = { frames: 0, isakmp: 0, esp: 0, ah: 0, keepalive: 0, other: 0 }
  #known = 0

  constructor(
    private readonly groups: WatchGroups,
    private readonly next: PacketHandler,
  ) {}

  diagnostic(d: Parameters<PacketHandler["diagnostic"]>[0]): void {
    this.next.diagnostic(d)
  }

  packet(view: PacketView): void {
    this.#counts.frames++
    this.#counts[KINDS.get(view.kind) ?? "other"]++
    if (view.kind === Kind.ESP || view.kind === Kind.AH) this.#data(view)
    this.next.packet(view)
  }

  /** The state of this moment. */
  now(): Metrics {
    const { outcomes, findings } = this.groups.summary()
    return {
      outcomes,
      findings,
      counts: this.#counts,
      data: [...this.#flows.values()].map(({ sequences, ...flow }) => ({
        ...flow,
        missing: sequences.missing,
        duplicate: sequences.duplicate,
        late: sequences.outOfOrder,
      })),
    }
  }

  #data(view: PacketView): void {
    const [source, destination] = [sourceAddress(view), destinationAddress(view)]
    const key = `${view.kind} ${view.spi} ${source} ${destination}`
    const flow = this.#flows.use(key) ?? this.#begin(key, view, source, destination)
    flow.packets++
    flow.bytes += view.payloadWireBytes
    flow.sequences.add(view.sequence)
  }

  #begin(key: string, { kind, spi }: PacketView, source: string, destination: string): Flow {
    const flow: Flow = {
      id: `data/${this.#known++}`,
      protocol: kind === Kind.AH ? "AH" : "ESP",
      spi: `0x${hex8(spi)}`,
      source,
      destination,
      packets: 0,
      bytes: 0,
      sequences: new SequenceSet(METRICS_LIMITS.runs),
    }
    this.#flows.set(key, flow)
    return flow
  }
}
