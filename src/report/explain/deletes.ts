/** Delete payloads for SPIs that nobody negotiated here. RFC 7296 §1.4.1. */
import { spiOf } from "../../bytes/bytes.ts"
import { toHex } from "../../bytes/hex.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { lacksMessages } from "./gaps.ts"
import type { Say } from "./say.ts"
import { addressOf } from "./words.ts"

export function explainDeletes(sa: IkeSa, say: Say): void {
  if (sa.strayDeletes.length === 0) return
  // Where messages stayed closed, or any are missing, the Child SA may have been made in them.
  if (!sa.begun || sa.parent !== null || sa.exchanges.some(x => x.messages.some(m => m.encrypted && !m.opened))) return
  if (lacksMessages(sa)) return
  for (const { frame, time, from, spi } of sa.strayDeletes) {
    // One that comes to be later in the capture: frames are out of order.
    const number = spiOf(spi)
    if (sa.children.some(c => c.spiI === number || c.spiR === number)) continue
    say(
      "delete-unknown-spi",
      "warning",
      { frame, time },
      `${addressOf(sa, from)} deletes SPI ${toHex(spi)} in frame ${frame}, which no Child SA of this IKE SA has: ${sa.version === 1 ? "the capture lacks its Quick Mode, or " : ""}the two ends disagree about which SAs exist`,
    )
  }
}
