/** What Child SAs agreed: it stands behind keys in IKE, except that ESP without encryption shows by itself. */
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Demand } from "../profile.ts"
import { isCombinedMode, keyExchangeBits } from "../strength.ts"
import type { Tunnel, TunnelData } from "../tunnel.ts"
import { FROM_BEGINNING, framesOf, type Gap, KEYS, type Subject, type View } from "./types.ts"

/** Exchanges in which Child SAs are made. */
const MAKES: Readonly<Record<1 | 2, readonly number[]>> = {
  1: [EXCHANGE_V1.QUICK_MODE],
  2: [EXCHANGE_TYPE.IKE_AUTH, EXCHANGE_TYPE.CREATE_CHILD_SA],
}

/** Negotiations that nobody opened, or that the capture has not. */
export const closedNegotiations = (tunnel: Tunnel): Gap[] => tunnel.sas.flatMap(sa => closedIn(sa, tunnel))

function closedIn(sa: IkeSa, tunnel: Tunnel): Gap[] {
  if (sa.state === "failed") return []
  const messages = sa.exchanges.filter(x => MAKES[sa.version].includes(x.type)).flatMap(x => x.messages)
  if (messages.some(m => m.encrypted && !m.opened && m.retransmissionOf === null))
    return [{ objects: [sa.id], why: "the negotiation of Child SAs is encrypted", shows: KEYS }]
  if (sa.begun || tunnel.children.some(c => c.ike === sa.id)) return []
  return [{ objects: [sa.id], why: "the negotiation of Child SAs is not in the capture", shows: FROM_BEGINNING }]
}

type Part = "protocol" | "encr" | "integ" | "ke"

export function childView(tunnel: Tunnel, part: Part): View {
  const { children } = tunnel
  const subjects = children.flatMap(c => {
    const names = namesOf(c, part)
    return names.length > 0 ? [subject(c, names)] : []
  })
  return { subjects, gaps: closedNegotiations(tunnel) }
}

function namesOf(c: ChildSa, part: Part): readonly string[] {
  switch (part) {
    case "protocol":
      return [c.protocol]
    case "encr":
      return c.suite.encr ? [c.suite.encr] : []
    case "integ":
      return c.suite.integ && !(c.suite.encr && isCombinedMode(c.suite.encr)) ? [c.suite.integ] : []
    case "ke":
      return c.suite.ke
  }
}

const subject = (c: ChildSa, names: readonly string[]): Subject => ({
  names,
  text: names.join(" + "),
  objects: [c.id],
  frames: framesOf(c.frame),
  where: c.protocol,
})

/** Data SAs whose negotiation the capture does not have: the protocol shows, and ESP without encryption does (RFC 5879). */
export function looseView(loose: readonly TunnelData[], part: Part): View {
  const subjects: Subject[] = []
  const gaps: Gap[] = []
  for (const { report, isNull, firstFrame } of loose) {
    const bare = report.protocol === "ESP" && isNull
    const at = { objects: [report.id], frames: framesOf(firstFrame), where: report.protocol }
    if (part === "protocol") subjects.push({ ...at, names: [report.protocol], text: report.protocol })
    else if (part === "encr" && bare) subjects.push({ ...at, names: ["NULL"], text: "NULL" })
    else if (part !== "encr" || report.protocol === "ESP")
      gaps.push({
        objects: [report.id],
        why: "its negotiation is not in the capture",
        shows: `the IKE messages and ${KEYS}`,
      })
  }
  return { subjects, gaps }
}

/** The group of a Child SA's own key exchange beside the IKE SA's. */
export function childGroupView(tunnel: Tunnel): View {
  const byId = new Map(tunnel.sas.map(sa => [sa.id, sa]))
  const subjects = tunnel.children.flatMap(c => {
    const ike = byId.get(c.ike)?.choice?.names.ke ?? []
    // The first Child SA of an IKEv2 SA has the SA's own key exchange (RFC 7296 §1.2).
    if (c.suite.ke.length === 0 || ike.length === 0) return []
    return [
      {
        ...subject(c, []),
        text: `${c.suite.ke.join(" + ")} under ${ike.join(" + ")}`,
        met: (d: Demand) => d.rule !== undefined && fits(d.rule, c.suite.ke, ike),
      },
    ]
  })
  return { subjects, gaps: closedNegotiations(tunnel) }
}

function fits(rule: "same" | "same or stronger", child: readonly string[], ike: readonly string[]): boolean {
  if (child.some(n => ike.includes(n))) return true
  if (rule === "same") return false
  const strongest = (names: readonly string[]) => Math.max(...names.map(n => keyExchangeBits(n) ?? 0))
  return strongest(child) >= strongest(ike)
}
