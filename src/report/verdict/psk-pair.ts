/** Which of the pre-shared keys given each end uses, where that shows. */
import { otherSide, type Side } from "../../track/peer.ts"
import type { Facts } from "./facts.ts"
import { nameOf } from "./words.ts"

/** `left.lab uses psks[0], so right.lab has another key, most likely psks[1]`; undefined where no key given fits. */
export function pskPair(f: Facts): string | undefined {
  const psks = f.world.uses().filter(u => u.kind === "psks")
  const mine = psks.find(u => u.used_by.includes(f.sa.id))
  if (!mine) return undefined
  const side = userOf(f)
  const others = psks.filter(u => u.used_by.length === 0)
  const own = `${nameOf(f, side)} uses psks[${mine.index}]`
  const other = nameOf(f, otherSide(side))
  return others.length > 0
    ? `${own}, so ${other} has another key, most likely psks[${others[0].index}]: the two differ`
    : `${own}, so ${other} has another key: the two differ`
}

/** `left.lab uses psks[0]; psks[1] fits nothing here`, where one of those given is left over. */
export function otherPsk(f: Facts): string | undefined {
  const psks = f.world.uses().filter(u => u.kind === "psks")
  const mine = psks.find(u => u.used_by.includes(f.sa.id))
  const other = psks.find(u => u.used_by.length === 0)
  return mine && other
    ? `${nameOf(f, "initiator")} uses psks[${mine.index}]; psks[${other.index}] fits nothing here, perhaps the other end's`
    : undefined
}

/** Whose hash the key made: in Aggressive Mode the responder's comes first. RFC 2409 §5.4. */
const userOf = ({ sa }: Facts): Side =>
  sa.checks.some(c => c.id === "ikev1-hash-r" && c.status === "pass") &&
  !sa.checks.some(c => c.id === "ikev1-hash-i" && c.status === "pass")
    ? "responder"
    : "initiator"
