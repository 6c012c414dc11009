/** Lifetimes and forward secrecy. IKEv1 negotiates lifetimes, IKEv2 does not: there only a life from beginning to end shows one. RFC 7296 §2.8. */
import { grouped } from "../../bytes/grouped.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import { v1StateOf } from "../../track/v1-state.ts"
import type { AuditFacts } from "../facts.ts"
import { choiceFrame } from "../frames.ts"
import type { Demand } from "../profile.ts"
import type { Tunnel, TunnelData } from "../tunnel.ts"
import { spanText } from "../words.ts"
import { closedNegotiations } from "./ipsec.ts"
import { framesOf, type Gap, KEYS, type Subject, type View } from "./types.ts"

const within = (seconds: number) => (d: Demand) => d.seconds !== undefined && seconds <= d.seconds

/** What one SA shows: a negotiated lifetime, a life that ended, or one that went on too long already. */
export interface Life {
  readonly id: string
  readonly where: string
  readonly frame: number | null
  readonly negotiated: number | null
  /** From its first message to its last, or to its successor. */
  readonly lived: number
  /** Replaced or deleted in the capture: it did not live longer. */
  readonly ended: boolean
}

export const ikeLives = (tunnel: Tunnel): Life[] =>
  tunnel.sas
    .filter(sa => sa.state !== "failed" && sa.choice !== null)
    .map(sa => ({
      id: sa.id,
      where: `IKEv${sa.version}`,
      frame: choiceFrame(sa),
      negotiated: sa.version === 1 ? (v1StateOf(sa).answer?.lifetimeSeconds ?? null) : null,
      lived: secondsBetween(sa.first, sa.last),
      ended: (sa.successors.length > 0 || sa.facts.deletion !== null) && sa.begun,
    }))

export function childLives(tunnel: Tunnel, facts: AuditFacts): Life[] {
  const negotiated = new Map(tunnel.sas.map(sa => [sa.id, negotiatedIn(sa, facts)]))
  const data = grouped(tunnel.data, d => d.child)
  return tunnel.children.map(c => ({
    id: c.id,
    where: c.protocol,
    frame: c.frame,
    negotiated: negotiated.get(c.ike)?.(c) ?? null,
    lived: secondsBetween(c.first, lastOf(c, data.get(c) ?? [])),
    ended: c.state === "rekeyed" || c.state === "deleted",
  }))
}

/** The lifetime that was agreed for a Child SA: in its own Quick Mode, else in the first of the IKE SA. */
function negotiatedIn(sa: IkeSa, facts: AuditFacts): (child: ChildSa) => number | null {
  if (sa.version !== 1) return () => null
  const chosen = facts.of(sa).quick.filter(q => q.chosen)
  const all = grouped(chosen, q => q.protocol)
  const places = grouped([...chosen.keys()], i => chosen[i].frame)
  return ({ protocol, frame }) => {
    const near = [frame - 1, frame, frame + 1].flatMap(f => places.get(f) ?? []).sort((a, b) => a - b)
    const own = near.map(i => chosen[i]).find(q => q.protocol === protocol)
    return (own ?? all.get(protocol)?.[0])?.lifetimeSeconds ?? null
  }
}

/** The last packet of a Child SA, where data goes on after the last IKE message about it. */
const lastOf = (child: ChildSa, data: readonly TunnelData[]): Moment =>
  data.map(d => d.lastTime).reduce((a, b) => (secondsBetween(a, b) > 0 ? b : a), child.last)

/** Lives in the capture. Whether one that is not over is too long shows only once it is; the ones before it show how long they last. */
export function lifetimeView(lives: readonly Life[], gaps: readonly Gap[]): View {
  const subjects: Subject[] = []
  const open: Gap[] = []
  for (const life of lives) {
    const at = { names: [], objects: [life.id], frames: framesOf(life.frame), where: life.where }
    if (life.negotiated !== null)
      subjects.push({ ...at, text: `negotiated for ${spanText(life.negotiated)}`, met: within(life.negotiated) })
    const text = `lived ${spanText(life.lived)}`
    if (life.ended) subjects.push({ ...at, text, met: within(life.lived) })
    else subjects.push({ ...at, text: `${text} so far`, met: within(life.lived), unfinished: true })
    if (!life.ended && life.negotiated === null)
      open.push({
        objects: [life.id],
        why: "the SA is not replaced in the capture",
        shows: "a capture from one rekey to the next",
      })
  }
  const known = subjects.some(s => !s.unfinished)
  return { subjects, gaps: [...(known ? [] : open), ...gaps] }
}

/** Child SAs that come after the first have a key exchange of their own, or hang on the IKE SA's keys. RFC 7296 §1.3.1. */
export function secrecyView(tunnel: Tunnel): View {
  const later = laterChildren(tunnel.sas)
  const gaps = closedNegotiations(tunnel)
  const subjects = later.map(c => ({
    names: [],
    text: c.pfs ? "key exchange of its own" : "keys of the IKE SA alone",
    objects: [c.id],
    frames: framesOf(c.frame),
    where: c.protocol,
    met: () => c.pfs,
  }))
  if (subjects.length > 0) return { subjects, gaps }
  const made = tunnel.children.length > 0
  return {
    subjects,
    gaps: gaps.length > 0 ? gaps : made ? [noRekey(tunnel)] : [],
  }
}

const noRekey = (tunnel: Tunnel): Gap => ({
  objects: [tunnel.id],
  why: "no Child SA is made after the first",
  shows: `a rekey of a Child SA in the capture, and ${KEYS}`,
})

/** In IKEv2 the first Child SA comes with the IKE SA and its fresh key exchange; in IKEv1 the first Quick Mode right behind it. */
export function laterChildren(sas: readonly IkeSa[]): ChildSa[] {
  const first = new Set(sas.filter(sa => sa.parent === null).flatMap(sa => firstTogether(sa.children)))
  return sas.flatMap(sa => sa.children).filter(c => !first.has(c))
}

/** One exchange may make several (IKEv1 with more SA payloads, ESP with AH). */
const firstTogether = (children: readonly ChildSa[]): ChildSa[] => children.filter(c => c.frame === children[0].frame)
