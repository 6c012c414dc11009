/** How V8's heap grows while captures are analyzed: slowly, but for the second reading of a capture, for its ESP and AH. */
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
      if (readings++ > 0) growFreelyIfSmall()
      return source.read(handler)
    },
  }
}

/** Lifts the bound for a reading of which nothing stays. */
export function growFreelyIfSmall(): void {
  if (process.memoryUsage().heapUsed < SMALL_HEAP) growFreely()
}

/** IKE messages from one look at the heap to the next. */
const LOOK = 4096
/** Beyond so many bytes of objects the heap grows by fewer per cent: many messages are in it, and all of them stay. */
const LARGE_HEAP = 64 << 20
const LARGE_GROWTH_PERCENT = 50

/** To be called with each IKE message, for the many that somebody may send. */
export function heapOfMessages(): () => void {
  let messages = 0
  return () => {
    if (++messages % LOOK > 0) return
    if (process.memoryUsage().heapUsed > LARGE_HEAP) growSlowly(LARGE_GROWTH_PERCENT)
  }
}
