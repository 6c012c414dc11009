/** ESP or AH that flows one way only: by Child SA and those that replaced it, else by addresses. */

import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { isMulticast } from "../../net/address-bytes.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { type Selector, selectorTexts } from "../../track/selector.ts"
import { copyFinder } from "./data-copies.ts"
import type { DataInput } from "./data-input.ts"
import { dataFinding, dataText } from "./data-words.ts"
import { isOneSided, speaks, waysOf } from "./silence.ts"
import { plural } from "./words.ts"

/** Fewer packets one way may be waiting for their answer. */
const ENOUGH = 3
/** Seconds that an answer takes at most: where nothing shows who made the SAs, what is shorter says nothing. */
const WAIT = 0.5

/** Packets by receiver. */
interface Flow {
  readonly packets: Map<string, number>
  readonly all: DataSa[]
  readonly first: DataSa
  /** The Child SA at the head, with a name for what it joins. */
  readonly child: ChildSa | null
}

export function explainOneWay({ all, index, sas }: DataInput): Diagnostic[] {
  const heads = lineages(sas)
  const flows = new Map<string, Flow>()
  for (const data of all) {
    if (isMulticast(data.destination)) continue
    const owner = index.find(data)
    // Of several senders under one SPI, some may be forged, and in a group no answer is due.
    if (!owner && data.senders.length > 1) continue
    const head = owner && (heads.get(owner.child.id) ?? owner.child)
    const key = head && owner ? purposeOf(owner.sa, head) : [data.source, data.destination].sort().join(" ")
    let flow = flows.get(key)
    if (!flow) flows.set(key, (flow = { packets: new Map(), all: [], first: data, child: head ?? null }))
    flow.all.push(data)
    const to = owner ? receiver(owner.sa, owner.child, data) : data.destination
    flow.packets.set(to, (flow.packets.get(to) ?? 0) + data.packets)
  }
  const copiesOf = copyFinder(all)
  const isAlone = oneSided(sas)
  const bothWays = new Set([...flows.values()].filter(f => f.packets.size > 1).flatMap(f => f.all))
  return [...flows.values()]
    .filter(f => !f.all.some(data => copiesOf(data).some(copy => bothWays.has(copy))))
    .flatMap(flow => oneWay(flow, isAlone))
}

/** Whether IKE from one address to another goes on as only answers let it, and none of them is in the capture. */
function oneSided(sas: readonly IkeSa[]): (from: string, to: string) => boolean {
  const [alone, seen] = [waysOf(sas, isOneSided), waysOf(sas, speaks)]
  return (from, to) => alone.has(`${from} ${to}`) && !seen.has(`${to} ${from}`)
}

/** Peers and selectors, no matter which side asked: two tunnels for one purpose share the traffic, each peer sending into the one that it likes. */
function purposeOf(sa: IkeSa, child: ChildSa): string {
  const { i, r } = child.selectors
  const end = (side: Side, selectors: readonly Selector[]) =>
    `${sa.peer(side).address} ${selectorTexts(selectors).sort().join(",")}`
  return [child.protocol, ...[end(child.startedBy, i), end(otherSide(child.startedBy), r)].sort()].join(" | ")
}

/** Who gets packets with this SPI: the side that chose it. */
function receiver(sa: IkeSa, child: ChildSa, data: DataSa): string {
  const side = child.spiI === data.spi ? child.startedBy : otherSide(child.startedBy)
  return sa.peer(side).address
}

function oneWay({ packets, all, first, child }: Flow, isAlone: (from: string, to: string) => boolean): Diagnostic[] {
  const total = [...packets.values()].reduce((a, b) => a + b, 0)
  if (packets.size !== 1 || total < ENOUGH) return []
  if (!child && all.every(data => secondsBetween(first.first, data.last) < WAIT)) return []
  const [to] = packets.keys()
  const what = child
    ? `${child.id} (${selectorTexts(child.selectors.i).join(", ")} ⇄ ${selectorTexts(child.selectors.r).join(", ")})`
    : `${first.protocol} between ${first.source} and ${first.destination}`
  const carries = `${what} carries ${plural(total, "packet")} to ${to} and none back (first ${dataText(first)})`
  if (isAlone(first.source, first.destination))
    return [dataFinding(first, "esp-one-way", "info", `${carries}: the capture has this direction alone, of IKE too`)]
  return [
    dataFinding(
      first,
      "esp-one-way",
      "warning",
      `${carries}: the other end drops them or has no route, policy or NAT exemption for the answer, or a filter drops ESP or UDP 4500 one way, or the capture sees one direction only`,
    ),
  ]
}

/** The first Child SA of each chain of rekeys, by the id of every one in it. */
function lineages(sas: readonly IkeSa[]): Map<string, ChildSa> {
  const heads = new Map<string, ChildSa>()
  for (const child of sas.flatMap(sa => sa.children)) heads.set(child.id, heads.get(child.rekeys ?? "") ?? child)
  return heads
}
