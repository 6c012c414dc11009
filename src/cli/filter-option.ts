/** `-Y EXPR`: the filter of the command line, and the frames that it lets through. */
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { FrameDissector } from "../dissect/frame-dissector.ts"
import { type Needs, needsOf } from "../dissect/needs.ts"
import { compileFilter, type Filter } from "../filter/filter.ts"
import { FilterError } from "../filter/filter-error.ts"
import { FilterSink } from "../filter/filter-sink.ts"
import { TeeSink } from "../filter/tee-sink.ts"
import type { FrameSources } from "../net/dissect.ts"
import type { PacketHandler, PacketView } from "../net/packet-view.ts"
import type { CaptureSource } from "../pipeline.ts"
import type { ReadingFlags } from "./captures.ts"
import { CliError } from "./exit.ts"
import { type FrameVisitor, visitFrames } from "./frames.ts"
import type { CommonOptions } from "./options.ts"

/** The filter of `-Y`, or undefined without one. Throws CliError that points at the column. */
export function filterOf({ filter }: Pick<CommonOptions, "filter">): FrameFilter | undefined {
  if (filter === undefined) return undefined
  try {
    return new FrameFilter(compileFilter(filter))
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const marked = error
      .marked(filter)
      .split("\n")
      .map(line => `    ${line}`)
    throw new CliError(`-Y: column ${error.column}: ${error.message}\n${marked.join("\n")}`, undefined, error.hints)
  }
}

/** Decides frame by frame: draw every packet of a frame, then ask `decide`. */
export class FrameFilter {
  /** What must be decoded for it. */
  readonly needs: Needs
  /** The names that it reads. */
  readonly names: readonly string[]
  /** It reads what is known only at the end of a frame. */
  readonly readsFrameEnd: boolean
  readonly #sink: FilterSink
  readonly #wantsHeading: boolean

  constructor(filter: Filter) {
    this.names = filter.wanted.map(w => w.name)
    this.needs = needsOf(this.names)
    this.readsFrameEnd = this.names.some(name => name.startsWith("_ws.") || name === "frame.protocols")
    this.#sink = new FilterSink(filter)
    this.#wantsHeading = this.names.some(name => name === "frame" || name === "frame.comment")
  }

  wants(field: Field): boolean {
    // The frame's heading and comments are drawn where any of the frame's fields is.
    return this.#sink.wants(field) || (this.#wantsHeading && field.name === "frame.number")
  }

  /** The sink to draw into: the filter's, and that of whoever shows the frame. */
  into(sink?: FieldSink): FieldSink {
    return sink ? new TeeSink(this.#sink, sink) : this.#sink
  }

  /** Draws a packet of the frame for the filter alone. */
  draw(view: PacketView, dissector: FrameDissector, sources?: FrameSources): void {
    dissector.draw(view, this.#sink, sources)
  }

  /** Whether what was drawn so far passes. */
  matches(): boolean {
    return this.#sink.matches()
  }

  /** Whether the frame passes; what was drawn of it is forgotten. */
  decide(): boolean {
    const passes = this.#sink.matches()
    this.#sink.reset()
    return passes
  }

  /** Forgets what was drawn. */
  reset(): void {
    this.#sink.reset()
  }
}

type FrameFlags = Pick<CommonOptions, "keys" | "filter"> & ReadingFlags

/**
 * Narrows a source to the frames that pass `-Y`, for commands that analyze. Where the filter reads what secrets may open, the
 * captures are read once more before; from a pipe it sees what needs no key.
 */
export async function narrowedBy(
  paths: readonly string[],
  flags: FrameFlags,
): Promise<(source: CaptureSource) => CaptureSource> {
  const filter = filterOf(flags)
  if (!filter) return source => source
  const { ike, data } = filter.needs
  const readsAgain = !paths.includes("-") && (ike === "payloads" || data)
  const frames = readsAgain ? await matchingFrames(paths, flags, filter) : undefined
  const narrowed = (handler: PacketHandler): PacketHandler =>
    frames ? onlyFrames(handler, frames) : new FilteredPackets(handler, filter, flags)
  return source => ({ rereadable: source.rereadable, read: handler => source.read(narrowed(handler)) })
}

/** Tells of a frame whether it passes `-Y`, for commands that read all frames but write some. Throws CliError for a pipe. */
export async function framesPassing(paths: readonly string[], flags: FrameFlags): Promise<(frame: number) => boolean> {
  const filter = filterOf(flags)
  if (!filter) return () => true
  if (paths.includes("-")) throw new CliError("-Y reads the capture once more: give it as a file, not as -")
  const frames = await matchingFrames(paths, flags, filter)
  return frame => frames.has(frame)
}

/** The numbers of all frames that pass, secrets of the command line used. */
export async function matchingFrames(
  paths: readonly string[],
  flags: FrameFlags,
  filter: FrameFilter,
): Promise<FrameSet> {
  const frames = new FrameSet()
  let frame = 0
  const visitor: FrameVisitor = {
    needs: filter.needs,
    quiet: true,
    wants: field => filter.wants(field),
    packet(view, dissector) {
      frame = view.frame
      filter.draw(view, dissector)
    },
    frameEnd(dissector) {
      dissector.endFrame(filter.into())
      if (!filter.decide()) return
      frames.add(frame)
      dissector.displayed()
    },
  }
  await visitFrames(paths, flags, visitor)
  return frames
}

const onlyFrames = (handler: PacketHandler, frames: FrameSet): PacketHandler => ({
  packet(view) {
    if (frames.has(view.frame)) handler.packet(view)
  },
  diagnostic: d => handler.diagnostic(d),
})

/** Decides packet by packet, as they come: a later message of a frame is judged with the earlier ones. */
class FilteredPackets implements PacketHandler {
  readonly #dissector: FrameDissector
  #frame = 0
  constructor(
    private readonly handler: PacketHandler,
    private readonly filter: FrameFilter,
    flags: FrameFlags,
  ) {
    this.#dissector = new FrameDissector({
      ikePorts: flags.ikePort,
      heuristicIke: flags.anyPort,
      needs: filter.needs,
      wants: field => filter.wants(field),
    })
  }

  packet(view: PacketView): void {
    if (view.frame !== this.#frame) this.filter.reset()
    this.#frame = view.frame
    this.filter.draw(view, this.#dissector)
    if (!this.filter.matches()) return
    this.#dissector.displayed()
    this.handler.packet(view)
  }

  diagnostic(diagnostic: Parameters<PacketHandler["diagnostic"]>[0]): void {
    this.handler.diagnostic(diagnostic)
  }
}

/** Frame numbers, a bit each. */
export class FrameSet {
  #bits = new Uint32Array(1024)

  add(frame: number): void {
    const word = frame >>> 5
    if (word >= this.#bits.length) {
      const wider = new Uint32Array(Math.max(2 * this.#bits.length, word + 1))
      wider.set(this.#bits)
      this.#bits = wider
    }
    this.#bits[word] |= 1 << (frame & 31)
  }

  has(frame: number): boolean {
    return ((this.#bits[frame >>> 5] ?? 0) & (1 << (frame & 31))) !== 0
  }
}
