/** How V8 holds new objects in a report that is written when the capture was read to its end. */
import { setFlagsFromString } from "node:v8"

/**
 * Keeps the space of new objects as small as it begins, 1 MB. V8 lets it grow to two of 16 MB, which stay; what a report makes is either gone at
 * once or alive until its end, so the larger space saves no time: 25 MB less, the same CPU. Call it before there is work.
 */
export const keepYoungHeapSmall = (): void => setFlagsFromString("--semi-space-growth-factor=1")
