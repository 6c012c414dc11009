/** A display filter over all frames of a session: its answer as bits, piece by piece. */
import { byteSource } from "../bytes/byte-source.ts"
import { allFields, type Field } from "../bytes/field.ts"
import { FrameDissector } from "../dissect/frame-dissector.ts"
import { compileFilter } from "../filter/filter.ts"
import { FrameFilter } from "../filter/frame-filter.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import { DataPlane } from "../open/data-plane.ts"
import type { FrameIndex } from "./frame-index.ts"
import type { FrameReader, FrameReaderOptions, Keys } from "./frame-reader.ts"
import type { FilterPart, Stop } from "./types.ts"

/** Frames of a piece. */
const PART_FRAMES = 1 << 16

export interface FilterRun extends FrameReaderOptions {
  readonly reader: FrameReader
  readonly keys: Keys
  readonly signal?: Stop
}

/** Calls `onPart` for each piece, in order; throws FilterError for a filter that cannot be compiled. */
export async function runFilter(text: string, run: FilterRun, onPart: (part: FilterPart) => void): Promise<void> {
  const filter = new FrameFilter(compileFilter(text))
  const parts = new Parts(run.index.frames, onPart)
  if (filter.names.length === 0) parts.fill(text.trim() === "" || filter.decide())
  else if (readsIkeAlone(filter)) await overIke(filter, run, parts)
  else if (readsColumns(filter, run)) await overColumns(filter, run, parts)
  else await overAll(filter, run, parts)
  parts.end()
}

/** Whether frames without an IKE message all give the same answer. */
const readsIkeAlone = ({ names, needs }: FrameFilter): boolean =>
  !needs.layers && !needs.data && !needs.summary && names.every(name => !/^(frame|_ws)\b/.test(name))

/** Only frames with IKE are read, each by itself. */
async function overIke(filter: FrameFilter, run: FilterRun, parts: Parts): Promise<void> {
  const { index, reader } = run
  const otherwise = filter.decide()
  const wants = (field: Field) => filter.wants(field)
  for (let frame = 1; frame <= index.frames; frame++) {
    const kind = index.kind[frame - 1]
    if (kind !== Kind.ISAKMP && kind !== Kind.QUOTED_ISAKMP) {
      parts.add(otherwise)
      continue
    }
    run.signal?.throwIfAborted()
    await drawAlone(frame, filter, reader, wants)
    parts.add(filter.decide())
  }
}

/** Draws one frame for the filter, from its bytes alone. */
const drawAlone = (frame: number, filter: FrameFilter, reader: FrameReader, wants: (field: Field) => boolean) =>
  reader.draw(frame, {
    needs: filter.needs,
    wants,
    packet: (view, dissector) => filter.draw(view, dissector),
    end: dissector => dissector.endFrame(filter.into()),
  })

/** Frames that are drawn by themselves at most where the others are decided by columns; with more, a reading in order is faster. */
const MOST_DRAWN = 20_000
/** Frames between two turns of the event loop. */
const TURN_FRAMES = 1 << 17

/** What the columns of the index know of a plain frame; of other names of this list it has nothing. */
const IN_COLUMNS: ReadonlySet<string> = new Set(
  "ip.src ip.dst ip.addr ipv6.src ipv6.dst ipv6.addr frame.number frame.len frame.cap_len".split(" "),
)

/** Whether the columns decide of most frames. */
function readsColumns(filter: FrameFilter, { index, keys }: FilterRun): boolean {
  if (!filter.names.every(name => IN_COLUMNS.has(name))) return false
  let drawn = 0
  for (let i = 0; i < index.frames && drawn <= MOST_DRAWN; i++) if (!isPlain(index, keys, i)) drawn++
  return drawn <= MOST_DRAWN
}

/** With keys a packet of ESP may have other addresses inside. */
function isPlain(index: FrameIndex, keys: Keys, i: number): boolean {
  if (index.plain[i] === 0) return false
  const kind = index.kind[i]
  return keys.table.size === 0 || (kind !== Kind.ESP && kind !== Kind.AH && kind !== Kind.WESP)
}

/** Plain frames by what the index knows of them, the others each by itself. */
async function overColumns(filter: FrameFilter, run: FilterRun, parts: Parts): Promise<void> {
  const { index, keys, reader } = run
  const wants = (field: Field) => filter.wants(field)
  const sink = filter.into()
  const columns = COLUMNS.filter(c => wants(c.field))
  const bytes = new Uint8Array(8)
  const src = byteSource(bytes, "")
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < index.frames; i++) {
    if (i % TURN_FRAMES === TURN_FRAMES - 1) await new Promise(go => setTimeout(go, 0))
    run.signal?.throwIfAborted()
    if (isPlain(index, keys, i)) {
      view.setUint32(0, index.source[i])
      view.setUint32(4, index.destination[i])
      for (const { field, value, at } of columns)
        if (value) sink.leaf(field, src, 0, 0, value(index, i))
        else sink.leaf(field, src, at, at + 4, bytes.subarray(at, at + 4))
    } else await drawAlone(i + 1, filter, reader, wants)
    parts.add(filter.decide())
  }
}

/** Fields of a plain frame: a number, or the address at an offset of both. */
interface Column {
  readonly field: Field
  readonly at: 0 | 4
  readonly value?: (index: FrameIndex, i: number) => number
}

const COLUMNS: readonly Column[] = allFields().flatMap((field): Column[] => {
  switch (field.name) {
    case "ip.src":
      return [{ field, at: 0 }]
    case "ip.dst":
      return [{ field, at: 4 }]
    case "ip.addr":
      return [
        { field, at: 0 },
        { field, at: 4 },
      ]
    case "frame.number":
      return [{ field, at: 0, value: (_, i) => i + 1 }]
    case "frame.len":
      return [{ field, at: 0, value: (index, i) => index.original[i] }]
    case "frame.cap_len":
      return [{ field, at: 0, value: (index, i) => index.captured[i] }]
    default:
      return []
  }
})

/** The captures are read in order, once. */
async function overAll(filter: FrameFilter, run: FilterRun, parts: Parts): Promise<void> {
  const { captures, walk, keys, plane, signal } = run
  const data = new DataPlane({ ...plane, table: keys.table, nullHeuristic: false })
  const dissector = new FrameDissector({
    ikePorts: walk.ikePorts,
    heuristicIke: walk.heuristicIke,
    inflate: plane.inflate,
    needs: filter.needs,
    wants: field => filter.wants(field),
    opened: keys.messages,
    openData: keys.table.size > 0 ? view => data.openNow(view) : undefined,
  })
  let frame = 0
  const end = () => {
    if (frame === 0) return
    dissector.endFrame(filter.into())
    const passes = filter.decide()
    if (passes) dissector.displayed()
    parts.add(passes)
  }
  const packet = (view: PacketView) => {
    // What a gap in a TCP stream held back to the end belongs to a frame that was decided long ago.
    if (view.frame < frame) return
    if (view.frame !== frame) {
      end()
      frame = view.frame
    }
    filter.draw(view, dissector)
  }
  await captures.read({ packet, diagnostic: () => {} }, { ...walk, all: true, signal })
  end()
}

/** Collects bits into pieces. */
class Parts {
  #bits = new Uint32Array(PART_FRAMES / 32)
  #from = 1
  #next = 1
  #matches = 0

  constructor(
    private readonly frames: number,
    private readonly onPart: (part: FilterPart) => void,
  ) {}

  add(passes: boolean): void {
    const i = this.#next++ - this.#from
    if (passes) {
      this.#bits[i >>> 5] |= 1 << (i & 31)
      this.#matches++
    }
    if (this.#next - this.#from === PART_FRAMES) this.#flush()
  }

  fill(passes: boolean): void {
    while (this.#next <= this.frames) this.add(passes)
  }

  end(): void {
    if (this.#next > this.#from) this.#flush()
  }

  #flush(): void {
    this.onPart({ from: this.#from, until: this.#next, bits: this.#bits, matches: this.#matches })
    this.#from = this.#next
    this.#bits = new Uint32Array(PART_FRAMES / 32)
    this.#matches = 0
  }
}
