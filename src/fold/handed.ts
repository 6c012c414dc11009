/** What a key server handed out becomes part of the SA by which it came. RFC 6407 §5, RFC 9838 §4. */
import { groupChildOf, type Handed, newGroup, type RekeyKeys } from "../track/group.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import type { FoldContext } from "./context.ts"

/** `learn` takes the keys of each rekey SA. Returns those SAs of which messages are there already: what they hold may open now. */
export function takeHanded(
  sa: IkeSa,
  { data, rekeys, senderIds, senderIdBits }: Handed,
  children: ChildUnlock,
  { tracker, keys: writer }: Pick<FoldContext, "tracker" | "keys">,
  learn: (keys: RekeyKeys) => void,
): IkeSa[] {
  const group = (sa.group ??= newGroup("member"))
  if (senderIds.length > 0) group.senderIds = senderIds
  group.senderIdBits ??= senderIdBits
  for (const child of data) {
    // The policy of an SA that goes on comes again with each rekey.
    if (child.spiR === null || groupChildOf(sa, child.spiR)) continue
    sa.children.push(child)
    writer.apply(children.handed(child))
  }
  return rekeys.flatMap(keys => {
    group.rekeys.push(keys.spi)
    learn(keys)
    return tracker.find(sa.version, keys.spi.slice(0, 16), keys.spi.slice(16)) ?? []
  })
}
