/** An Ethernet frame inside a tunnel. */
import type { Descent } from "../layers.ts"
import { ethernet } from "../link/ethernet.ts"

/** Counts a layer and goes on with the Ethernet frame at `at`. */
export function inEthernet(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (l.enter()) ethernet(l, b, at, end)
}
