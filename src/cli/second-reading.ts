/** How V8's heap grows while a report is made: slowly, but for the second reading of a capture, for its ESP and AH. */
import type { CaptureSource } from "../analyze-options.ts"
import { growFreely, growSlowly } from "../node/heap-growth.ts"

type Wrap = (source: CaptureSource) => CaptureSource

/** Lets the heap grow slowly from now on; what `wrap` makes of a source lifts that for its second reading. Call it before there is work. */
export function heapInBounds(wrap: Wrap = source => source): Wrap {
  growSlowly(GROWTH_PERCENT)
  return source => growingFreely(wrap(source))
}

/** A flood of IP fragments takes 5.5 s of CPU with 80, 3.6 with this and 3.0 with 160, and a flood of ESP SPIs 143, 160 and 179 MB. */
const GROWTH_PERCENT = 120

/** Below so many bytes of objects V8's own growth is little. */
const SMALL_HEAP = 32 << 20

/**
 * The source, whose second reading lifts `--heap-growing-percent`. No object of that reading stays, but each buffer that a cipher returns counts as
 * growth. Looking for old objects because of those costs a tenth of the time. Not where much is alive to grow from.
 */
function growingFreely(source: CaptureSource): CaptureSource {
  let readings = 0
  return {
    rereadable: source.rereadable,
    segments: source.segments?.bind(source),
    read(handler) {
      if (readings++ > 0 && process.memoryUsage().heapUsed < SMALL_HEAP) growFreely()
      return source.read(handler)
    },
  }
}
