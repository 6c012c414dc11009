/**
 * Peers that speak with one another, while they speak: their packets are kept, bounded, and analyzed again when they spoke. What changed
 * is an event. That is the whole analysis each time, with its keys and its verdict, over a few dozen packets.
 */

import type { AnalysisResult } from "../analyze-options.ts"
import { BoundedMap } from "../bytes/bounded-map.ts"
import { toHex } from "../bytes/hex.ts"
import { recordOf } from "../bytes/typed.ts"
import { destinationAddress, sourceAddress } from "../net/address.ts"
import { isQuoted, Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"
import { analyze } from "../pipeline.ts"
import type { Metrics } from "../render/openmetrics.ts"
import type { Report } from "../report/types.ts"
import { isBad, OUTCOMES } from "../report/verdict/types.ts"
import { isRipe, stoppedEvents, type WatchEvent, watchEvents } from "../report/watch-events.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { Memory } from "../track/memory.ts"
import { nodeProvider } from "./crypto.ts"
import { createNodeEspOpener } from "./esp-kernels.ts"
import { inflate } from "./inflate.ts"
import { keptView } from "./kept-view.ts"

/**
 * Caps: the peers that spoke longest ago go first; of peers who speak for ever the middle goes. Those of whom there is one packet
 * are few at a time, since a scan or a flood makes any number; and in one look no more are looked at than there is time for.
 */
const WATCH_LIMITS = {
  groups: 10_000,
  strangers: 1000,
  looks: 200,
  lastLooks: 2000,
  spis: 256,
  messages: 512,
  keptBytes: 64 << 20,
  dataFirst: 16,
  dataLast: 16,
}
/** Packets of a stranger at most. */
const FEW = 1

interface Group {
  /** Under which it is in a table, and SPIs of initiators. */
  readonly key: string
  readonly spis: string[]
  /** Packets so far, and bytes of those that are kept. */
  packets: number
  bytes: number
  /** IKE messages, and the first data packets of each SPI. */
  readonly kept: PacketView[]
  /** The last data packets of each SPI. */
  readonly last: BoundedMap<number, PacketView[]>
  readonly counts: BoundedMap<number, number>
  readonly reported: Set<string>
  /** What was said so far. */
  before: Report | undefined
  /** The last analysis. */
  report: Report | undefined
  /** It spoke since the last look. */
  changed: boolean
  /** Its silence may yet become an event. */
  waiting: boolean
  /** When it spoke last. */
  seen: number
}

export class WatchGroups implements PacketHandler {
  readonly #groups = new Map<string, Group>()
  /** Those of whom there is one packet. */
  readonly #strangers = new Map<string, Group>()
  readonly #memory = new Memory()
  /** Groups by the initiator's SPI: peers move. */
  readonly #bySpi = new Map<string, Group>()
  #bytes = 0
  #clock = 0
  /** The time of the last look, and whether IKE came since. */
  #looked = 0
  #spoke = false
  /** Time that passed with or without packets. */
  #passed = 0

  constructor(private readonly secrets: () => Secrets) {}

  diagnostic(): void {}

  packet(view: PacketView): void {
    this.#clock = view.seconds + view.nanos / 1e9
    if (this.#looked === 0) this.#looked = this.#clock
    if (view.kind === Kind.ISAKMP) this.#ike(view)
    else if (view.kind === Kind.ESP || view.kind === Kind.AH) this.#data(view)
    else if (isQuoted(view.kind)) this.#keep(this.#groupOf(view), view)
  }

  /** Whether a packet of this time is a reason to look first at what came before. */
  isDue(seconds: number): boolean {
    return (this.#spoke && seconds - this.#looked >= SETTLED_SECONDS) || seconds - this.#looked >= TICK_SECONDS
  }

  /** Seconds since 1970 of the last packet. */
  get clock(): number {
    return this.#clock
  }

  /** What happened since the last call. `clock` is the time to judge silence by, seconds since 1970; infinite at the end. */
  async events(clock: number): Promise<WatchEvent[]> {
    this.#spoke = false
    // At the end of a capture nobody knows what would have come.
    if (Number.isFinite(clock)) this.#passed = Math.max(this.#passed, clock)
    this.#looked = Math.max(this.#clock, this.#passed)
    const events: WatchEvent[] = []
    let left = Number.isFinite(clock) ? WATCH_LIMITS.looks : WATCH_LIMITS.lastLooks
    for (const group of this.#all()) {
      if (!group.changed && !(group.waiting && clock - group.seen > SETTLED_SECONDS)) continue
      // The others have their turn the next time.
      if (left-- === 0) {
        this.#spoke = true
        break
      }
      group.changed = false
      const looked = await this.#analyze(group)
      const { report } = looked
      group.report = report
      events.push(...watchEvents(group.before, looked, clock), ...stoppedEvents(report, this.#looked, group.reported))
      const silent = clock - group.seen >= RIPE_SECONDS
      group.waiting = !silent
      group.before = silent ? report : withoutWaiting(report, group.before, clock)
    }
    return events.sort((a, b) => (a.time < b.time ? -1 : 1))
  }

  /** The IKE SAs of all peers by what became of them, and the findings, as they were at the last look. */
  summary(): Pick<Metrics, "outcomes" | "findings"> {
    const outcomes = recordOf(OUTCOMES, () => 0)
    const findings = { error: 0, warning: 0, info: 0 }
    for (const { report } of this.#all()) {
      for (const sa of report?.ike_sas ?? []) outcomes[sa.verdict.outcome]++
      for (const { severity } of report?.diagnostics ?? []) findings[severity]++
    }
    return { outcomes, findings }
  }

  *#all(): Generator<Group> {
    yield* this.#groups.values()
    yield* this.#strangers.values()
  }

  #ike(view: PacketView): void {
    const { payloadBytes: b, payloadStart: at, payloadEnd } = view
    if (payloadEnd - at < 16) return
    const spi = toHex(b, at, at + 8)
    const known = this.#bySpi.get(spi)
    const group = known ? this.#young(known) : this.#groupOf(view)
    if (!known) {
      this.#bySpi.set(spi, group)
      if (group.spis.length >= WATCH_LIMITS.spis) this.#bySpi.delete(group.spis.shift() ?? "")
      group.spis.push(spi)
    }
    this.#keep(group, view)
  }

  /** Keeps a message, or what the path said of one. */
  #keep(group: Group, view: PacketView): void {
    this.#hold(group, view)
    group.waiting = true
    group.seen = this.#clock
    this.#spoke = true
  }

  /** Keeps a packet; of many the middle goes, and of all what was kept first. */
  #hold(group: Group, view: PacketView): void {
    if (group.kept.length >= WATCH_LIMITS.messages)
      for (const gone of group.kept.splice(WATCH_LIMITS.messages / 4, 1)) this.#weigh(group, -bytesOf(gone))
    const kept = keptView(view)
    group.kept.push(kept)
    group.changed = true
    this.#weigh(group, bytesOf(kept))
    while (this.#bytes > WATCH_LIMITS.keptBytes && this.#strangers.size + this.#groups.size > 1)
      this.#forget(this.#strangers.size > 1 ? this.#strangers : this.#groups)
  }

  #weigh(group: Group, bytes: number): void {
    group.bytes += bytes
    this.#bytes += bytes
  }

  #data(view: PacketView): void {
    const group = this.#groupOf(view)
    const count = (group.counts.get(view.spi) ?? 0) + 1
    group.counts.set(view.spi, count)
    group.seen = this.#clock
    group.waiting = true
    if (count <= WATCH_LIMITS.dataFirst) {
      this.#hold(group, view)
      return
    }
    const last = group.last.get(view.spi) ?? []
    if (last.length >= WATCH_LIMITS.dataLast) last.shift()
    last.push(keptView(view))
    group.last.set(view.spi, last)
  }

  #groupOf(view: PacketView): Group {
    const key = [sourceAddress(view), destinationAddress(view)].sort().join(" ")
    const known = this.#groups.get(key) ?? this.#strangers.get(key)
    if (known) return this.#young(known)
    const group: Group = {
      key,
      spis: [],
      packets: 1,
      bytes: 0,
      kept: [],
      last: new BoundedMap(WATCH_LIMITS.spis),
      counts: new BoundedMap(WATCH_LIMITS.spis),
      reported: new Set(),
      before: undefined,
      report: undefined,
      changed: false,
      waiting: false,
      seen: 0,
    }
    if (this.#strangers.size >= WATCH_LIMITS.strangers) this.#forget(this.#strangers)
    this.#strangers.set(key, group)
    return group
  }

  /** A group that speaks: the one that spoke last stands last. */
  #young(group: Group): Group {
    const { key } = group
    this.#strangers.delete(key)
    this.#groups.delete(key)
    if (++group.packets <= FEW) this.#strangers.set(key, group)
    else {
      if (this.#groups.size >= WATCH_LIMITS.groups) this.#forget(this.#groups)
      this.#groups.set(key, group)
    }
    return group
  }

  #forget(groups: Map<string, Group>): void {
    const [key, group] = groups.entries().next().value ?? []
    if (key === undefined || group === undefined) return
    groups.delete(key)
    this.#bytes -= group.bytes
    for (const spi of group.spis) this.#bySpi.delete(spi)
  }

  async #analyze(group: Group): Promise<AnalysisResult> {
    const views = [...group.kept, ...[...group.last.values()].flat()].sort((a, b) => a.frame - b.frame)
    const read = async (handler: PacketHandler) => {
      for (const view of views) handler.packet(view)
      return []
    }
    const data = { createOpener: createNodeEspOpener, inflate }
    return analyze(
      { rereadable: true, read },
      // A search takes as long as a hundred looks.
      { provider: nodeProvider, secrets: this.secrets, data, memory: this.#memory, findNatAddress: "own" },
    )
  }
}

/** Memory of a packet that is kept: its frame, what it was put together from, and its objects. */
const bytesOf = ({ frameBytes, payloadBytes }: PacketView): number =>
  frameBytes.length + (payloadBytes === frameBytes ? 0 : payloadBytes.length) + VIEW_BYTES
/** What the objects of a packet take, about. */
const VIEW_BYTES = 512

/** Messages that come so close to one another are looked at together. */
const SETTLED_SECONDS = 0.2
/** Silence is looked for so often. */
const TICK_SECONDS = 5
/** After so long nothing more is made of silence. */
const RIPE_SECONDS = 60

/** The report to compare with the next time: a failure that was not said yet is left out, so that it is said then. */
function withoutWaiting(report: Report, before: Report | undefined, clock: number): Report {
  const ike_sas = report.ike_sas.map(sa => {
    if (!isBad(sa.verdict.outcome) || isRipe(sa, clock)) return sa
    const old = before?.ike_sas.find(b => b.spi_i === sa.spi_i && b.first_time === sa.first_time)
    return { ...sa, verdict: old?.verdict ?? { ...sa.verdict, outcome: "partial" as const, cause: null } }
  })
  return { ...report, ike_sas }
}
