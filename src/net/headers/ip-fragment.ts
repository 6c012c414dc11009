/** Which IP fragments can be put together with others. */
import type { Descent } from "../layers.ts"

/** Whether a fragment can be put together with others: not one that is quoted or that the capture cut off. */
export function isWholeFragment(l: Descent, offset: number, end: number, wireEnd: number): boolean {
  if (l.quoting) return false
  if (end >= wireEnd) return true
  if (offset === 0)
    l.finding("fragment-cut", "the capture cut an IP fragment off: its datagram is read as far as it is there")
  else l.finding("fragment-cut", "the capture cut an IP fragment off: its datagram cannot be put together")
  return false
}
