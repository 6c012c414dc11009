/** How a link layer is declared: its LINKTYPE number, and the walk from its header on. */
import type { Walk } from "../layers.ts"

export type LinkWalk = readonly [linkType: number, walk: Walk]
