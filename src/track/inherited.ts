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

function inheritedChildren(sa: IkeSa): InheritedChild[] {
  const all: InheritedChild[] = []
  const seen = new Set<IkeSa>()
  let swapped = false
  for (let at: IkeSa | null = sa; at && !seen.has(at) && seen.size < MAX_ANCESTORS; at = at.parent) {
    seen.add(at)
    for (const child of at.children)
      all.push({ child, startedBy: swapped ? otherSide(child.startedBy) : child.startedBy })
    if (at.swapped) swapped = !swapped
  }
  return all
}

/**
 * The Child SA whose inbound SPI a side names: the newest that is still there, else the newest. Some peers name the other side's SPI, or
 * no protocol: that is understood when nothing fits better.
 */
export function childWith(sa: IkeSa, side: Side, protocol: number, spi: number | null): ChildSa | undefined {
  if (spi === null) return undefined
  const all = inheritedChildren(sa).filter(({ child: c }) => c.spiI === spi || c.spiR === spi)
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
  const all = survivor ? sa.children : inheritedChildren(sa).map(({ child }) => child)
  return all.filter(child => child.state === "installed")
}
