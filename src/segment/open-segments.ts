/** The second half of the plan: opens the data packets of every segment under the keys that the fold found, and joins what came of it. */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { Kind, type PacketHandler, PacketView } from "../net/packet-view.ts"
import type { DataPlane } from "../open/data-plane.ts"
import type { DataSaTable } from "../open/data-table.ts"
import type { DataResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { DataTable } from "../track/data-table.ts"
import { type Doubtable, type JoinedFlow, joinOpened, spreadDoubt } from "./join-opened.ts"
import type { Opened } from "./open-segment.ts"

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

/** The result of every flow, in the order of their first packets; each hangs on its data SA. */
export async function openSegments(job: SegmentsToOpen): Promise<DataResult[]> {
  const segments: Opened[] = []
  for await (const opened of job.opened) segments.push(opened)
  const flows = joinOpened(segments, job.keys)
  const found = new Map(flows.map(flow => [flow, dataSaOf(job.dataSas, flow)]))
  for (const flow of flows) {
    const data = found.get(flow)
    flow.doubtful ||= job.doubtful || (data !== undefined && job.inPieces.has(data))
  }
  spreadDoubt([...flows, ...keysInPieces(job)])
  const sure = flows.filter(flow => !flow.doubtful)
  for (const flow of sure) {
    const data = found.get(flow)
    flow.result.data = data
    if (data) data.result = flow.result
  }
  const isAgain = sure.length < flows.length || job.inPieces.size > 0 || job.doubtful
  const again = isAgain ? await openAgain(job, flows, found) : []
  return [...sure, ...again].sort((a, b) => a.firstFrame - b.firstFrame).map(flow => flow.result)
}

/** Opens the doubtful flows in one reading from the beginning: the plain way, by which all others are measured. */
async function openAgain(
  job: SegmentsToOpen,
  flows: readonly JoinedFlow[],
  found: ReadonlyMap<JoinedFlow, DataSa | undefined>,
): Promise<{ firstFrame: number; result: DataResult }[]> {
  const doubtful = new Set<DataSa | undefined>(job.inPieces)
  for (const flow of flows) if (flow.doubtful) doubtful.add(found.get(flow))
  if (job.doubtful) doubtful.add(undefined)
  const plane = job.createPlane()
  await job.read({
    packet(view) {
      if (isData(view.kind) && doubtful.has(job.dataSas.find(view))) plane.packet(view)
    },
    diagnostic: () => {},
  })
  plane.finish()
  return Array.from(plane.flows(), ({ firstFrame, result }) => ({ firstFrame, result }))
}

const isData = (kind: Kind): boolean => kind === Kind.ESP || kind === Kind.AH || kind === Kind.WESP

function dataSaOf(dataSas: DataTable, { result, destinationBytes }: JoinedFlow): DataSa | undefined {
  const view = new PacketView()
  view.kind = result.protocol === "AH" ? Kind.AH : Kind.ESP
  view.spi = result.spi
  view.ipVersion = destinationBytes.length === 16 ? 6 : destinationBytes.length === 4 ? 4 : 0
  view.ipBytes = destinationBytes
  view.destinationAt = 0
  return dataSas.find(view)
}

/** What comes in pieces may share its keys with flows that do not. */
const keysInPieces = ({ inPieces, table, keys }: SegmentsToOpen): Doubtable[] =>
  Array.from(inPieces, ({ protocol, spi, source, destination }) => ({
    candidates: table.find(protocol, spi, source, destination).map(key => keys.indexOf(key)),
    doubtful: true,
  }))
