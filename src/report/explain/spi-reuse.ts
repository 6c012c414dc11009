/** An SPI chosen for a Child SA while the same side still has another with it. RFC 7296 §2.9, RFC 4301 §4.4.2.1. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { hex8 } from "../../bytes/hex.ts"
import { spiKey } from "../../ipsec/spi-key.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { momentText } from "../../track/moment.ts"
import { PairTable } from "../../track/pair-table.ts"
import { otherSide } from "../../track/peer.ts"

export function explainSpiReuse(sas: readonly IkeSa[]): Diagnostic[] {
  const live = new PairTable<ChildSa, number>()
  const out: Diagnostic[] = []
  const children = sas.flatMap(sa => sa.children.map(child => ({ sa, child })))
  for (const { sa, child } of children.sort((a, b) => a.child.frame - b.child.frame))
    for (const spi of [child.spiI, child.spiR]) {
      if (spi === null) continue
      const owner = sa.peer(spi === child.spiI ? child.startedBy : otherSide(child.startedBy)).address
      const key = spiKey({ protocol: child.protocol, spi })
      const before = live.get(owner, key)
      live.touch(owner, key, child)
      if (!before || before === child || hasEnded(before, child)) continue
      out.push({
        code: "spi-reused",
        severity: "warning",
        frame: child.frame,
        time: momentText(child.first),
        sa: sa.id,
        message: `${owner} chooses SPI ${hex8(spi)} in frame ${child.frame} for ${child.id} while ${before.id} (frame ${before.frame}) still has it: packets of the two cannot be told apart`,
      })
    }
  return out
}

const hasEnded = (before: ChildSa, child: ChildSa): boolean =>
  before.state !== "installed" && before.last.seconds <= child.first.seconds
