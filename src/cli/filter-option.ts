/** `-Y EXPR`: the filter of the command line, and the frames that it lets through. */

import type { CaptureSource } from "../analyze-options.ts"
import { FrameDissector } from "../dissect/frame-dissector.ts"
import { compileFilter } from "../filter/filter.ts"
import { FilterError } from "../filter/filter-error.ts"
import { FrameFilter, FrameSet } from "../filter/frame-filter.ts"
import type { PacketHandler, PacketView } from "../net/packet-view.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { type ReadingFlags, readFlags, readForCommand } from "./captures.ts"
import { CliError } from "./exit.ts"
import { type FrameVisitor, visitFrames, wantedPackets } from "./frames.ts"
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

type FrameFlags = Pick<CommonOptions, "keys" | "filter" | "sa" | "failed"> & ReadingFlags

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
  const readsAgain = !paths.some(isReadOnce) && (ike === "payloads" || data)
  const frames = readsAgain ? await matchingFrames(paths, flags, filter) : undefined
  const narrowed = (handler: PacketHandler): PacketHandler =>
    frames ? onlyFrames(handler, frames) : new FilteredPackets(handler, filter, flags)
  return source => ({ rereadable: source.rereadable, read: handler => source.read(narrowed(handler)) })
}

/** Whether a frame passes `-Y`, for commands that read all frames but write some. Throws CliError for a pipe. */
export async function framesPassing(paths: readonly string[], flags: FrameFlags): Promise<(frame: number) => boolean> {
  const filter = filterOf(flags)
  if (!filter && !flags.sa && !flags.failed) return () => true
  if (paths.some(isReadOnce))
    throw new CliError("-Y, --sa and --failed read the capture once more: give it as a file, not as -")
  const frames = filter ? await matchingFrames(paths, flags, filter) : await selectedFrames(paths, flags)
  return frame => frames.has(frame)
}

/** The numbers of the frames of the IKE SAs that `--sa` and `--failed` select. */
async function selectedFrames(paths: readonly string[], flags: FrameFlags): Promise<FrameSet> {
  const frames = new FrameSet()
  const wanted = await wantedPackets(paths, flags)
  const taker: PacketHandler = { packet: view => frames.add(view.frame), diagnostic() {} }
  await readForCommand(paths, taker, { ...readFlags(flags), wanted })
  return frames
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
