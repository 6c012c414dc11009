/** Child SAs of an IKE SA: its own, and those it took over from the SAs that it replaced. RFC 7296 §2.18. */
import { SECURITY_PROTOCOL } from "../registry/ikev2/security-protocols.ts"
import type { ChildSa } from "./child-sa.ts"
import type { IkeSa } from "./ike-sa.ts"
import { otherSide, type Side } from "./peer.ts"

/** A Child SA, and which side of the IKE SA that has it now started it. */
interface InheritedChild {
  readonly child: ChildSa
  readonly startedBy: Side
}

/** Rekeys looked back over for Child SAs. */
const MAX_ANCESTORS = 1024

/** Protocol of a Child SA by its number. RFC 7296 §3.3.1. */
const PROTOCOL: Readonly<Record<number, ChildSa["protocol"]>> = {
  [SECURITY_PROTOCOL.AH]: "AH",
  [SECURITY_PROTOCOL.ESP]: "ESP",
}

/** Child SAs of one SPI that are remembered: of more the oldest are forgotten. */
const MAX_SAME_SPI = 256

/** Child SAs of an IKE SA by one of their SPIs: there may be thousands, each of which replaces one. */
export function withSpi(sa: IkeSa, spi: number): readonly ChildSa[] {
  const index = (sa.childIndex ??= { n: 0, bySpi: new Map() })
  for (const child of sa.children.slice(index.n))
    for (const key of new Set([child.spiI, child.spiR])) {
      const list = index.bySpi.get(key)
      if (!list) index.bySpi.set(key, [child])
      else if (list.push(child) > MAX_SAME_SPI) list.shift()
    }
  index.n = sa.children.length
  return index.bySpi.get(spi) ?? []
}

function inheritedChildren(
  sa: IkeSa,
  of: (sa: IkeSa) => readonly ChildSa[],
  ancestors = MAX_ANCESTORS,
): InheritedChild[] {
  const all: InheritedChild[] = []
  const seen = new Set<IkeSa>()
  let swapped = false
  for (let at: IkeSa | null = sa; at && !seen.has(at) && seen.size < ancestors; at = at.parent) {
    seen.add(at)
    for (const child of of(at)) all.push({ child, startedBy: swapped ? otherSide(child.startedBy) : child.startedBy })
    if (at.swapped) swapped = !swapped
  }
  return all
}

/**
 * The Child SA whose inbound SPI a side names: the newest that is still there, else the newest. Some peers name the other side's SPI, or
 * no protocol: that is understood when nothing fits better. `ancestors` are the SAs looked through, its own first.
 */
export function childWith(
  sa: IkeSa,
  side: Side,
  protocol: number,
  spi: number | null,
  ancestors?: number,
): ChildSa | undefined {
  if (spi === null) return undefined
  const all = inheritedChildren(sa, at => withSpi(at, spi), ancestors)
  const exact = all.filter(
    ({ child: c, startedBy }) =>
      c.protocol === (PROTOCOL[protocol] ?? c.protocol) && (startedBy === side ? c.spiI : c.spiR) === spi,
  )
  const of = (exact.length > 0 ? exact : all).map(({ child }) => child)
  return newest(of.filter(c => c.state === "installed")) ?? newest(of)
}

const newest = (children: readonly ChildSa[]): ChildSa | undefined =>
  children.reduce<ChildSa | undefined>((a, b) => (a && a.frame > b.frame ? a : b), undefined)

/** Child SAs that end with their IKE SA. Of two SAs that replaced one at once, the one that stays has those of before (RFC 7296 §2.8.2). */
export function orphansOf(sa: IkeSa): ChildSa[] {
  const survivor = sa.parent?.successors.some(x => x !== sa && x.state !== "deleted")
  const all = survivor ? sa.children : inheritedChildren(sa, at => at.children).map(({ child }) => child)
  return all.filter(child => child.state === "installed")
}
