/** fzstd, which the page has once: its script runs before those of page and worker. The build puts this file in its place. */
import type * as Fzstd from "fzstd"

export const { Decompress, decompress } = (globalThis as unknown as { fzstd: typeof Fzstd }).fzstd
