/** The second half of the plan: opens the data packets of every segment under the keys that the fold found, and joins what came of it. */
import { concat } from "../bytes/bytes.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { Kind, type PacketHandler, PacketView } from "../net/packet-view.ts"
import type { DataPlane } from "../open/data-plane.ts"
import type { DataSaTable } from "../open/data-table.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { DataTable } from "../track/data-table.ts"
import { type Doubtable, type JoinedFlow, joinOpened, spreadDoubt } from "./join-opened.ts"
import type { Opened, OpenedFlow } from "./open-segment.ts"

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
  const segments: Opened[] = []
  for await (const opened of job.opened) segments.push(opened)
  const flows = joinOpened(segments, job.keys, flow => job.dataSas.find(viewOf(flow)))
  for (const flow of flows) flow.doubtful ||= job.doubtful || job.inPieces.has(flow.data)
  spreadDoubt([...flows, ...keysInPieces(job)])
  for (const { doubtful, data, result } of flows) if (!doubtful) data.result = result
  if (flows.some(flow => flow.doubtful) || job.inPieces.size > 0 || job.doubtful) await openAgain(job, flows)
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

/** A view of a packet of the flow, to find its data SA with. */
function viewOf({ protocol, spi, sourceBytes, destinationBytes }: OpenedFlow): PacketView {
  const view = new PacketView()
  const { length } = destinationBytes
  view.kind = protocol === "AH" ? Kind.AH : Kind.ESP
  view.spi = spi
  view.ipVersion = length === 16 ? 6 : length === 4 ? 4 : 0
  view.ipBytes = concat(sourceBytes, destinationBytes)
  view.sourceAt = 0
  view.destinationAt = length
  return view
}

/** What comes in pieces may share its keys with flows that do not. */
const keysInPieces = ({ inPieces, table, keys }: SegmentsToOpen): Doubtable[] =>
  Array.from(inPieces, data => ({ candidates: table.find(data).map(key => keys.indexOf(key)), doubtful: true }))
