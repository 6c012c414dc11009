/** All that a capture shows of one tunnel, by control. */
import { CONTROLS, type ControlId } from "../controls.ts"
import type { AuditFacts } from "../facts.ts"
import type { Tunnel, TunnelData } from "../tunnel.ts"
import { authenticationViews } from "./authentication.ts"
import { keyExchangeView, partView, versionView } from "./ike.ts"
import { childGroupView, childView, closedNegotiations, looseView } from "./ipsec.ts"
import { childLives, ikeLives, lifetimeView, secrecyView } from "./times.ts"
import { joined, NOTHING, type View } from "./types.ts"

export type { Subject, View } from "./types.ts"

/** By the id of a control. */
export type Views = ReadonlyMap<string, View>

export function viewsOf(tunnel: Tunnel, facts: AuditFacts): Views {
  const each = (view: (sa: Tunnel["sas"][number]) => View) => joined(tunnel.sas.map(view))
  const authentication = tunnel.sas.map(sa => authenticationViews(sa, facts.of(sa)))
  const proved = (id: ControlId) => joined(authentication.map(m => m.get(id) ?? NOTHING))
  return new Map<ControlId, View>([
    ["ike-version", each(versionView)],
    ["ike-encryption", each(sa => partView(sa, "encr"))],
    ["ike-integrity", each(sa => partView(sa, "integ"))],
    ["ike-prf", each(sa => partView(sa, "prf"))],
    ["ike-key-exchange", each(keyExchangeView)],
    ["authentication", proved("authentication")],
    ["signature-scheme", proved("signature-scheme")],
    ["signature-hash", proved("signature-hash")],
    ["rsa-key", proved("rsa-key")],
    ["signature-curve", proved("signature-curve")],
    ["ipsec-protocol", childView(tunnel, "protocol")],
    ["ipsec-encryption", childView(tunnel, "encr")],
    ["ipsec-integrity", childView(tunnel, "integ")],
    ["child-key-exchange", childView(tunnel, "ke")],
    ["child-group", childGroupView(tunnel)],
    ["forward-secrecy", secrecyView(tunnel)],
    ["ike-lifetime", lifetimeView(ikeLives(tunnel), [])],
    ["child-lifetime", lifetimeView(childLives(tunnel, facts), closedNegotiations(tunnel))],
  ])
}

/** What shows of data SAs that belong to no IKE SA of the capture. Of IKE itself nothing does, unless others are there. */
export function looseViews(loose: readonly TunnelData[], otherIke: boolean): Views {
  const objects = loose.map(d => d.report.id)
  const unseen: View = {
    subjects: [],
    gaps: [{ objects, why: "no IKE message is in the capture", shows: "the IKE messages (UDP 500 and 4500)" }],
  }
  const ipsec: [ControlId, View][] = [
    ["ipsec-protocol", looseView(loose, "protocol")],
    ["ipsec-encryption", looseView(loose, "encr")],
    ["ipsec-integrity", looseView(loose, "integ")],
  ]
  const others = otherIke ? [] : CONTROLS.filter(c => !c.id.startsWith("ipsec-")).map(c => [c.id, unseen] as const)
  return new Map<ControlId, View>([...ipsec, ...others])
}
