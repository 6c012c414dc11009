/** fzstd, which the page has once: its script runs before those of page and worker. The build puts this file in its place. */
import type * as Fzstd from "fzstd"

const shared: typeof Fzstd = Reflect.get(globalThis, "fzstd")
export const { Decompress, decompress } = shared
