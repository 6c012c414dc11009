/** Which IP fragments can be put together with others. */
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import type { Descent, IpFragment } from "../layers.ts"

/**
 * Hands a fragment on, also one that the capture cut off, but none that is quoted. Returns where the datagram ends on the wire, if what is there of
 * it is to be read by itself: the first of one that cannot be put together. Else 0.
 */
export function takeFragment(l: Descent, fragment: Omit<IpFragment, "cut">, wireEnd: number): number {
  const { protocol, offset, bytes: b, start: at, end } = fragment
  const isFirst = offset === 0
  // A UDP header says how long the whole datagram is.
  const alone = isFirst
    ? Math.max(wireEnd, protocol === IP_PROTOCOL.UDP && end - at >= 8 ? at + ((b[at + 4] << 8) | b[at + 5]) : 0)
    : 0
  if (l.quoting) return alone
  const cut = end < wireEnd
  if (cut) {
    const what = isFirst ? "is read as far as it is there" : "cannot be put together"
    l.finding("fragment-cut", `the capture cut an IP fragment off: its datagram ${what}`)
  }
  l.fragment({ ...fragment, cut })
  return cut ? alone : 0
}
