/** Which IP fragments can be put together with others. */
import type { Descent, IpFragment } from "../layers.ts"

/**
 * Hands a fragment on, also one that the capture cut off, but none that is quoted. Returns whether what is there of it is to be read by itself: the first
 * of a datagram that cannot be put together.
 */
export function takeFragment(l: Descent, fragment: Omit<IpFragment, "cut">, wireEnd: number): boolean {
  const isFirst = fragment.offset === 0
  if (l.quoting) return isFirst
  const cut = fragment.end < wireEnd
  if (cut) {
    const what = isFirst ? "is read as far as it is there" : "cannot be put together"
    l.finding("fragment-cut", `the capture cut an IP fragment off: its datagram ${what}`)
  }
  l.fragment({ ...fragment, cut })
  return cut && isFirst
}
