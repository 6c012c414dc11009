/** A display filter over all frames of a session: its answer as bits, piece by piece. */
import type { Field } from "../bytes/field.ts"
import { FrameDissector } from "../dissect/frame-dissector.ts"
import { compileFilter } from "../filter/filter.ts"
import { FrameFilter } from "../filter/frame-filter.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import { DataPlane } from "../open/data-plane.ts"
import type { FrameReader, FrameReaderOptions, Keys } from "./frame-reader.ts"
import type { FilterPart } from "./types.ts"

/** Frames of a piece. */
const PART_FRAMES = 1 << 16

export interface FilterRun extends FrameReaderOptions {
  readonly reader: FrameReader
  readonly keys: Keys
  readonly signal?: AbortSignal
}

/** Calls `onPart` for each piece, in order; throws FilterError for a filter that cannot be compiled. */
export async function runFilter(text: string, run: FilterRun, onPart: (part: FilterPart) => void): Promise<void> {
  const filter = new FrameFilter(compileFilter(text))
  const parts = new Parts(run.index.frames, onPart)
  if (filter.names.length === 0) parts.fill(text.trim() === "" || filter.decide())
  else if (readsIkeAlone(filter)) await overIke(filter, run, parts)
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
    const kind = index.kind.at(frame - 1)
    if (kind !== Kind.ISAKMP && kind !== Kind.QUOTED_ISAKMP) {
      parts.add(otherwise)
      continue
    }
    run.signal?.throwIfAborted()
    await reader.draw(frame, {
      needs: filter.needs,
      wants,
      packet: (view, dissector) => filter.draw(view, dissector),
      end: dissector => dissector.endFrame(filter.into()),
    })
    parts.add(filter.decide())
  }
}

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
