/**
 * The data plane: ESP and AH packets are copied into a slot, opened SA by SA in batches, and handed on in the order in which they
 * came. Counts every ICV, replay, repeated IV and padding fault. Nothing is allocated per packet.
 */

import { u32At } from "../bytes/bytes.ts"
import { present } from "../bytes/typed.ts"
import type { SymmetricProvider } from "../crypto/provider.ts"
import type { Inflate } from "../ipsec/ipcomp.ts"
import { nullLayout } from "../ipsec/null-heuristic.ts"
import { outerHeaderBytes } from "../ipsec/outer-header.ts"
import { espStart } from "../ipsec/wesp.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import type { DataResult } from "../track/data-result.ts"
import type { DataTable } from "../track/data-table.ts"
import { type Copy, RecentPackets } from "../track/recent-packets.ts"
import type { DataFlow, SaState } from "./data-flow.ts"
import { DataFlows } from "./data-flows.ts"
import { type DataExecutor, LocalExecutor, MOST_BYTES, type OpenJob, SLOT_BYTES, slotPackets } from "./data-slot.ts"
import type { DataSaTable } from "./data-table.ts"
import { isToUnwrap, judgePacket } from "./judge-packet.ts"
import { hasEspInside, NestedOpener } from "./nested.ts"
import { type InnerPacket, OpenedPacket } from "./opened-packet.ts"
import type { CreateOpener, OpenerPool } from "./opener-pool.ts"
import { openWith } from "./packet-opener.ts"
import { verifiedRuns } from "./replay.ts"
import { SaStates } from "./sa-states.ts"
import { Unwrapper } from "./unwrap.ts"
import { WaitingPackets } from "./waiting-packets.ts"

export interface DataPlaneOptions {
  readonly provider: SymmetricProvider
  readonly table: DataSaTable
  /** A faster opener than the provider's packet by packet. */
  readonly createOpener?: CreateOpener
  /** Openers made before, in place of `createOpener`. */
  readonly openers?: OpenerPool
  /** Opens batches elsewhere (workers); by default here, with `createOpener`. */
  readonly executor?: (states: SaStates) => DataExecutor
  /** Gets every data packet for which there is a key, opened or not, in order. The object is used again. */
  readonly onPacket?: (packet: OpenedPacket) => void
  /** Gets every inner packet, in order. The object is used again. */
  readonly onInner?: (inner: InnerPacket) => void
  /** Nobody wants the content of packets: only the edges of their cleartext are decrypted (`clear-edges.ts`). */
  readonly edges?: boolean
  /** ESP inside ESP is left as it is, and counted (`leftNested`); only with `edges`. */
  readonly leaveNested?: boolean
  /** For IPComp. */
  readonly inflate?: Inflate
  /** Look for ESP without encryption where there is no key (RFC 5879). Default true. */
  readonly nullHeuristic?: boolean
  /** Data SAs followed at most; packets of further ones are left out. Default 100,000. */
  readonly maxFlows?: number
  /** The data SAs of the control plane: each gets the result of its packets. Without it the plane has a table of its own. */
  readonly dataSas?: Pick<DataTable, "find" | "packet">
  /**
   * Bytes of packets kept for keys that come later (`table.add`): for a stream, which is read once. Default 0: none.
   * Such packets are handed on when their key has come.
   */
  readonly waitingBytes?: number
}

/** What is known of the packets in one slot, in the order in which they came. */
class SlotColumns {
  n = 0
  used = 0
  readonly flow: DataFlow[] = []
  readonly state: (SaState | undefined)[] = []
  next = new Int32Array(0)
  ipAt = new Uint32Array(0)
  at = new Uint32Array(0)
  length = new Uint32Array(0)
  seqHi = new Uint32Array(0)
  frame = new Float64Array(0)
  seconds = new Float64Array(0)
  nanos = new Uint32Array(0)
  /** Where the packet stands in the slot's sorted columns. */
  sorted = new Uint32Array(0)
  readonly copy: Copy[] = []
  readonly active: DataFlow[] = []

  /** Makes room for `packets`. */
  widen(packets: number): void {
    if (this.next.length >= packets) return
    this.next = wider(this.next, new Int32Array(packets))
    this.ipAt = wider(this.ipAt, new Uint32Array(packets))
    this.at = wider(this.at, new Uint32Array(packets))
    this.length = wider(this.length, new Uint32Array(packets))
    this.seqHi = wider(this.seqHi, new Uint32Array(packets))
    this.frame = wider(this.frame, new Float64Array(packets))
    this.seconds = wider(this.seconds, new Float64Array(packets))
    this.nanos = wider(this.nanos, new Uint32Array(packets))
    this.sorted = new Uint32Array(packets)
  }
}

function wider<T extends { set(values: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Packets of one SA in a slot, on average, that are enough for a batch; with fewer the slot is widened. */
const ENOUGH = 5

/** Packets larger than any that IP carries do not occur. */
const MAX_PACKET = 65_535 + 40

/** Packets of a flow without a key that are looked at for NULL encryption. */
export const NULL_TRIALS = 64

/** How deep ESP in ESP is followed. */
const MAX_NESTING = 4

export class DataPlane {
  readonly #options: DataPlaneOptions
  readonly #flows: DataFlows
  readonly #executor: DataExecutor
  readonly #columns: readonly SlotColumns[]
  readonly #unwrap: (p: OpenedPacket) => void
  readonly #opened = new OpenedPacket()
  readonly #recent = new RecentPackets()
  /** Made when the first packet waits. */
  #waiting: WaitingPackets | undefined
  /** Packets with ESP inside that were left (`leaveNested`). */
  leftNested = 0
  readonly #inFlight: number[] = []
  #slot = 0
  /** Bytes and packets that slots are filled to by now. */
  #bytesLimit = 0
  #packetsLimit = 0

  constructor(options: DataPlaneOptions) {
    this.#options = options
    const states = new SaStates(options.provider, options.createOpener, options.openers)
    this.#flows = new DataFlows({
      table: options.table,
      states,
      maxFlows: options.maxFlows ?? 100_000,
      onForget: flow => this.#waiting?.forget(flow),
      dataSas: options.dataSas,
    })
    this.#executor = options.executor?.(states) ?? new LocalExecutor(sa => states.openers.of(sa.keys), options.edges)
    this.#columns = this.#executor.slots.map(() => new SlotColumns())
    this.#limit(Math.min(SLOT_BYTES, this.#executor.slots[0].bytes.length))
    this.#unwrap = this.#unwrapperAt(0, options.onInner ?? (() => {}))
  }

  /** Packets of flows past the caps, and packets dropped while they waited for a key. */
  get leftOut(): number {
    return this.#flows.leftOut + (this.#waiting?.dropped ?? 0)
  }

  /** Takes in the packet of a view, if it is ESP, AH or WESP. Its bytes are copied. */
  packet(view: PacketView): void {
    const { kind } = view
    if (kind !== Kind.ESP && kind !== Kind.AH && kind !== Kind.WESP) return
    if (this.#flows.tableGrew) this.#tableGrew()
    const flow = this.#flows.of(view)
    if (!flow) return
    flow.result.packets++
    flow.lastFrame = view.frame
    this.#take(flow, view, this.#recent.copyOf(view, flow.number))
  }

  /** Opens the packet of a view at once and returns what came of it (until the next call); undefined without a key for it. Counts it as `packet` does. */
  openNow(view: PacketView): OpenedPacket | undefined {
    this.flush()
    const p = this.#opened
    p.frame = -1
    this.packet(view)
    this.flush()
    return p.frame === view.frame && (p.sa || p.opened) ? p : undefined
  }

  /** What is known of the SA of a packet; undefined past the cap. */
  flowOf(view: PacketView): DataFlow | undefined {
    return this.#flows.of(view)
  }

  /** Keys have come, and no packet may follow: opens what waited for them. */
  settle(): void {
    if (this.#flows.tableGrew) this.#tableGrew()
    this.flush()
  }

  /** Opens all packets that it holds. */
  flush(): void {
    if (this.#columns[this.#slot].n > 0) this.#start()
    while (this.#inFlight.length > 0) this.#finishOldest()
  }

  /** Every flow, in order of first packets. */
  flows(): Iterable<DataFlow> {
    return this.#flows.all()
  }

  /** The counters so far, in order of first packets; exact after `flush`. */
  results(): DataResult[] {
    return Array.from(this.#flows.all(), flow => flow.result)
  }

  /** Opens what is left and gives the counters of all flows, in order of their first packets. */
  finish(): DataResult[] {
    this.settle()
    this.#flows.join()
    for (const { result, current } of this.#flows.all()) result.verified = verifiedRuns(result, current?.replay)
    return this.results()
  }

  /** Unwraps opened packets; what is again ESP or AH under a key is opened and unwrapped in turn. */
  #unwrapperAt(depth: number, onInner: (inner: InnerPacket) => void): (p: OpenedPacket) => void {
    let deeper: ((p: OpenedPacket) => void) | undefined
    const nested = new NestedOpener(this.#flows)
    const unwrapper = new Unwrapper(inner => {
      const p = depth < MAX_NESTING ? nested.open(inner) : undefined
      if (!p) onInner(inner)
      else {
        this.#options.onPacket?.(p)
        deeper ??= this.#unwrapperAt(depth + 1, onInner)
        if (p.opened) deeper(p)
      }
    }, this.#options.inflate)
    return p => unwrapper.unwrap(p)
  }

  #take(flow: DataFlow, view: PacketView, twin: Copy): void {
    const { payloadBytes: b, payloadEnd: end } = view
    const start = espStart(view)
    const length = end - start
    if (view.payloadWireBytes > end - view.payloadStart || length < 8 || length > MAX_PACKET) {
      flow.result.truncated++
      return
    }
    if (!flow.current && !this.#isNull(flow, view)) {
      if (this.#options.waitingBytes)
        (this.#waiting ??= new WaitingPackets(this.#options.waitingBytes)).keep(flow, view, twin)
      return
    }
    const ipBytes = outerHeaderBytes(view.ipVersion, view.ipBytes, view.ipStart)
    let columns = this.#columns[this.#slot]
    while (columns.n >= this.#packetsLimit || columns.used + ipBytes + length > this.#bytesLimit) {
      if (this.#widen(columns)) continue
      this.#start()
      columns = this.#columns[this.#slot]
    }
    const { bytes } = this.#executor.slots[this.#slot]
    const i = columns.n++
    columns.ipAt[i] = columns.used
    copy(bytes, columns.used, view.ipBytes, view.ipStart, ipBytes)
    const at = columns.used + ipBytes
    copy(bytes, at, b, start, length)
    columns.at[i] = at
    columns.length[i] = length
    columns.used = at + length
    columns.copy[i] = twin
    columns.frame[i] = view.frame
    columns.seconds[i] = view.seconds
    columns.nanos[i] = view.nanos
    columns.flow[i] = flow
    columns.state[i] = flow.current
    columns.seqHi[i] = flow.current?.sa.keys.esn ? flow.current.sequence.infer(view.sequence) : 0
    columns.next[i] = -1
    if (flow.count++ === 0) {
      flow.head = i
      columns.active.push(flow)
    } else columns.next[flow.tail] = i
    flow.tail = i
  }

  #limit(bytes: number): void {
    this.#bytesLimit = bytes
    this.#packetsLimit = slotPackets(bytes)
    this.#executor.widen?.(this.#slot, bytes)
    for (const columns of this.#columns) columns.widen(this.#packetsLimit)
  }

  /** Makes room in a full slot that is small yet, or has only a few packets of each SA. False when there is none, or enough packets. */
  #widen({ n, active }: SlotColumns): boolean {
    const room = this.#executor.widen ? MOST_BYTES : this.#executor.slots[this.#slot].bytes.length
    if ((n >= ENOUGH * active.length && this.#bytesLimit >= SLOT_BYTES) || this.#bytesLimit >= room) return false
    this.#limit(Math.min(2 * this.#bytesLimit, room))
    return true
  }

  /** Slots go back into the cache when few SAs are left. */
  #narrow({ n, active }: SlotColumns): void {
    if (n > 4 * ENOUGH * active.length && this.#bytesLimit > SLOT_BYTES)
      this.#limit(Math.max(SLOT_BYTES, this.#bytesLimit / 2))
  }

  /** Whether a flow without a key is proven to be unencrypted, by this packet or one before. RFC 5879. */
  #isNull(flow: DataFlow, view: PacketView): boolean {
    const { data, result } = flow
    if (data.protocol !== "ESP" || this.#options.nullHeuristic === false) return false
    if (result.nullEncrypted) return true
    if (result.packets > NULL_TRIALS) return false
    result.nullEncrypted = nullLayout(view)
    if (!result.nullEncrypted) return false
    flow.nullAt = result.packets
    flow.nullSkipped = result.packets - result.truncated - 1
    return true
  }

  /** Keys were added: flows without one look again, and packets that waited for theirs are opened. */
  #tableGrew(): void {
    const keyed = this.#flows.lookAgain()
    if (keyed.length === 0) return
    // A slot holds packets of a flow under one key only.
    this.flush()
    this.#waiting?.release(keyed, (flow, view, twin) => this.#take(flow, view, twin))
  }

  /** Sorts the slot by SA, starts to open it, and goes on in a free slot. */
  #start(): void {
    const columns = this.#columns[this.#slot]
    const slot = this.#executor.slots[this.#slot]
    const jobs: OpenJob[] = []
    let n = 0
    for (const flow of columns.active) {
      const from = n
      for (let i = flow.head; i >= 0; i = columns.next[i]) {
        columns.sorted[i] = n
        slot.at[n] = columns.at[i]
        slot.length[n] = columns.length[i]
        slot.seqHi[n] = columns.seqHi[i]
        slot.frame[n] = columns.frame[i]
        slot.ok[n++] = 0
      }
      const state = columns.state[flow.head]
      if (state?.usable && !state.ah) jobs.push({ sa: state.sa, from, n: n - from })
      flow.count = 0
    }
    this.#narrow(columns)
    columns.active.length = 0
    this.#executor.start(this.#slot, jobs)
    this.#inFlight.push(this.#slot)
    if (this.#inFlight.length === this.#columns.length) this.#finishOldest()
    this.#slot = this.#columns.findIndex((_, i) => !this.#inFlight.includes(i))
  }

  #finishOldest(): void {
    const at = present(this.#inFlight.shift())
    this.#executor.wait(at)
    const columns = this.#columns[at]
    const slot = this.#executor.slots[at]
    const p = this.#opened
    p.bytes = slot.bytes
    p.clear = slot.out
    for (let i = 0; i < columns.n; i++) this.#finishPacket(columns, i, slot.ok[columns.sorted[i]] === 1)
    for (let i = 0; i < columns.n; i++) columns.state[i]?.sequence.settle()
    columns.n = columns.used = 0
  }

  #finishPacket(columns: SlotColumns, i: number, ok: boolean): void {
    const p = this.#opened
    const flow = columns.flow[i]
    p.frame = columns.frame[i]
    p.seconds = columns.seconds[i]
    p.nanos = columns.nanos[i]
    p.ipStart = columns.ipAt[i]
    p.start = columns.at[i]
    p.end = p.start + columns.length[i]
    p.seqHi = columns.seqHi[i]
    p.sequence = u32At(p.bytes, p.start + (flow.data.protocol === "AH" ? 8 : 4))
    p.edges = this.#options.edges === true
    p.copy = columns.copy[i]
    judgePacket(flow, columns.state[i], p, ok)
    if (p.sa || p.opened) this.#options.onPacket?.(p)
    if (isToUnwrap(p) && (this.#options.onInner || (this.#options.edges && hasEspInside(p)))) {
      if (this.#options.leaveNested) {
        this.leftNested++
        return
      }
      if (p.edges && flow.current) openWith(flow.current, p, p.seqHi)
      this.#unwrap(p)
    }
  }
}

function copy(to: Uint8Array, at: number, from: Uint8Array, start: number, length: number): void {
  if (length < 64) for (let i = 0; i < length; i++) to[at + i] = from[start + i]
  else to.set(from.subarray(start, start + length), at)
}
