/** How V8's heap grows while SAs stream through it. */
import { setFlagsFromString } from "node:v8"

/**
 * Lets the heap grow by 80 per cent before old objects are collected. V8 lets it grow fourfold, which a stream of SAs, each of which lives as long as
 * the caps allow, turns into 600 MB where 150 are in use.
 */
export const growSlowly = (): void => setFlagsFromString("--heap-growing-percent=80")
