/** The second half of the plan: opens the data packets of every segment under the keys that the fold found, and joins what came of it. */
import { concat } from "../bytes/bytes.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { Kind, type PacketHandler, PacketView } from "../net/packet-view.ts"
import type { DataPlane } from "../open/data-plane.ts"
import type { DataSaTable } from "../open/data-table.ts"
import type { InnerPacket } from "../open/opened-packet.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { DataTable } from "../track/data-table.ts"
import { handOn } from "./inner-columns.ts"
import { type Doubtable, type JoinedFlow, OpenedJoin, spreadDoubt } from "./join-opened.ts"
import type { FlowEnds, Opened } from "./open-segment.ts"

export interface SegmentsToOpen {
  readonly opened: AsyncIterable<Opened>
  readonly keys: readonly DataSaKeys[]
  readonly table: DataSaTable
  readonly dataSas: DataTable
  /** Data SAs of which packets came in fragments or in a stream, which no segment has whole. */
  readonly inPieces: ReadonlySet<DataSa>
  /** Nothing that segments say by themselves is enough. */
  readonly doubtful: boolean
  /** A data plane for the packets of doubtful flows. */
  createPlane(): DataPlane
  /** Reads the capture from the beginning. */
  read(handler: PacketHandler): Promise<unknown>
}

/** Hangs the result of every data SA on it. */
export async function openSegments(job: SegmentsToOpen): Promise<void> {
  const join = new OpenedJoin(job.keys, finderIn(job.dataSas))
  for await (const opened of job.opened) join.add(opened)
  const flows = join.flows()
  for (const flow of flows) flow.doubtful ||= job.doubtful || job.inPieces.has(flow.data)
  spreadDoubt([...flows, ...keysInPieces(job)])
  for (const { doubtful, data, result } of flows) if (!doubtful) data.result = result
  if (flows.some(flow => flow.doubtful) || job.inPieces.size > 0 || job.doubtful) await openAgain(job, flows)
}

export interface ContentToOpen extends Omit<SegmentsToOpen, "createPlane"> {
  /** Frames before each segment. */
  readonly framesBefore: readonly number[]
  /** Gets every inner packet, in order. The object is used again. */
  onInner(packet: InnerPacket): void
  createPlane(onInner: (packet: InnerPacket) => void): DataPlane
}

/**
 * As `openSegments`, and hands on what was inside. A segment's packets are handed on when it is sure that one reading would have had the same; from the
 * first on of which it is not, everything is opened in one reading.
 */
export async function openContent(job: ContentToOpen): Promise<void> {
  if (job.inPieces.size > 0 || job.doubtful) return openPlainly(job, 0)
  const join = new OpenedJoin(job.keys, finderIn(job.dataSas))
  let segment = 0
  for await (const opened of job.opened) {
    const flows = join.add(opened)
    const { inner } = opened
    if (join.doubtful || !inner || inner.dependent || !flows.every(flow => flow !== undefined))
      return openPlainly(job, job.framesBefore[segment])
    handOn(inner, flows, job.keys, p => job.onInner(p))
    segment++
  }
  for (const { data, result } of join.flows()) data.result = result
}

/** Opens everything in one reading; packets of the first frames were handed on before. */
async function openPlainly(job: ContentToOpen, framesBefore: number): Promise<void> {
  const plane = job.createPlane(p => {
    if (p.frame > framesBefore) job.onInner(p)
  })
  await job.read({
    packet(view) {
      if (isData(view.kind)) plane.packet(view)
    },
    diagnostic: () => {},
  })
  plane.finish()
}

/** Opens the doubtful flows in one reading from the beginning: the plain way, by which all others are measured. */
async function openAgain(job: SegmentsToOpen, flows: readonly JoinedFlow[]): Promise<void> {
  const doubtful = new Set<DataSa | undefined>(job.inPieces)
  for (const flow of flows) if (flow.doubtful) doubtful.add(flow.data)
  if (job.doubtful) doubtful.add(undefined)
  const plane = job.createPlane()
  await job.read({
    packet(view) {
      if (isData(view.kind) && doubtful.has(job.dataSas.find(view))) plane.packet(view)
    },
    diagnostic: () => {},
  })
  plane.finish()
}

const isData = (kind: Kind): boolean => kind === Kind.ESP || kind === Kind.AH || kind === Kind.WESP

/** Finds the data SA of a flow; undefined where it was evicted. */
function finderIn(dataSas: DataTable): (flow: FlowEnds) => DataSa | undefined {
  // As a view of one of its packets.
  const view = new PacketView()
  return ({ protocol, spi, sourceBytes, destinationBytes }) => {
    const { length } = destinationBytes
    view.kind = protocol === "AH" ? Kind.AH : Kind.ESP
    view.spi = spi
    view.ipVersion = length === 16 ? 6 : length === 4 ? 4 : 0
    view.ipBytes = concat(sourceBytes, destinationBytes)
    view.sourceAt = 0
    view.destinationAt = length
    return dataSas.find(view)
  }
}

/** What comes in pieces may share its keys with flows that do not. */
const keysInPieces = ({ inPieces, table, keys }: SegmentsToOpen): Doubtable[] =>
  Array.from(inPieces, data => ({ candidates: table.find(data).map(key => keys.indexOf(key)), doubtful: true }))
