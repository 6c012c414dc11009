/** Which of the pre-shared keys given each end uses, where that shows. */
import type { Facts } from "./facts.ts"
import { nameOf } from "./words.ts"

/** `left.lab uses psks[0], so 10.1.0.2 has another, most likely psks[1]`; undefined where no key given fits. */
export function pskPair(f: Facts): string | undefined {
  const psks = f.world.uses().filter(u => u.kind === "psks")
  const mine = psks.find(u => u.used_by.includes(f.sa.id))
  if (!mine) return undefined
  const others = psks.filter(u => u.used_by.length === 0)
  const [own, other] = [nameOf(f, "initiator"), f.sa.responder.address]
  return others.length > 0
    ? `${own} uses psks[${mine.index}], so ${other} has another key, most likely psks[${others[0].index}]: the two differ`
    : `${own} uses psks[${mine.index}], so ${other} has another key: the two differ`
}
