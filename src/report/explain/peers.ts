/** Who the peers are: vendor and version by Vendor IDs, else by habits. Said once for each address. */

import type { IkeSa } from "../../track/ike-sa.ts"
import type { Side } from "../../track/peer.ts"
import type { ExplainContext } from "./context.ts"
import type { Say } from "./say.ts"
import { addressOf, listText } from "./words.ts"

/** Vendor IDs that name a feature or a draft, which many products send. */
const FEATURE =
  /^(RFC|draft|XAUTH|DPD|Dead Peer|Cisco Unity|CISCO-UNITY|FRAGMENTATION|Fragmentation|Vid-Initial|Vid-|IKE CGA|IKE Fragmentation|MS-Negotiation|MS NT5|Microsoft Vid|IKEv2 |[0-9a-f]{16,}$)/i

/** Notifications of IKE_SA_INIT that show an implementation by being there together. */
const HABITS: readonly { readonly has: readonly string[]; readonly name: string }[] = [
  {
    has: [
      "IKEV2_FRAGMENTATION_SUPPORTED",
      "SIGNATURE_HASH_ALGORITHMS",
      "CHILDLESS_IKEV2_SUPPORTED",
      "MULTIPLE_AUTH_SUPPORTED",
    ],
    name: "strongSwan",
  },
]

export function explainPeers(sa: IkeSa, say: Say, context: ExplainContext): void {
  const { messages } = sa.exchanges[0] ?? { messages: [] }
  const bothSpoke = messages.some(m => m.from === "initiator") && messages.some(m => m.from === "responder")
  if (bothSpoke && context.seenBefore(sa, "vendors")) return
  for (const side of ["initiator", "responder"] as const) explainPeer(sa, say, side, context)
}

function explainPeer(sa: IkeSa, say: Say, side: Side, context: ExplainContext): void {
  const first = sa.exchanges[0]?.messages.find(m => m.from === side)
  if (!first) return
  if (!context.newPeer(addressOf(sa, side), sa.vendors[side])) return
  const names = [...new Set(sa.vendors[side].filter(v => !FEATURE.test(v)).map(productOf))]
  const habit = names.length === 0 ? habitOf(first.notifies) : undefined
  if (names.length === 0 && !habit) return
  const who = addressOf(sa, side)
  const says = names.length > 0 ? `says it is ${listText(names)} (Vendor ID` : `behaves like ${habit} (notifications`
  say("peer-vendor", "info", first, `${who} ${says}, frame ${first.frame})`)
}

/** The maker, where a Vendor ID names one of its features. */
const productOf = (name: string): string =>
  /^cisco/i.test(name) ? "Cisco" : /\(Fortinet\)$/.test(name) ? "Fortinet" : name

const habitOf = (notifies: readonly string[]): string | undefined =>
  HABITS.find(h => h.has.every(n => notifies.includes(n)))?.name
