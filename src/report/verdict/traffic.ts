/** ESP and AH of an SA that is up: blocked, one way only, failing under proven keys. RFC 4303, RFC 3948. */

import { isMulticast } from "../../net/address-bytes.ts"
import type { DataSa } from "../../track/data-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { selectorTexts } from "../../track/selector.ts"
import { icmpName, isTooBig, readingOf } from "../explain/icmp.ts"
import { type Facts, packetsOf, spoke, traffic } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { judgeLarge } from "./large.ts"
import { ENOUGH, looksUnanswered } from "./one-way.ts"
import { addressOf, countText, plural, secondsText } from "./words.ts"

export function judgeTraffic(f: Facts): Judgement | undefined {
  return failing(f) ?? outside(f) ?? rejected(f) ?? oneWay(f) ?? stopped(f) ?? judgeLarge(f)
}

/** Packets in the tunnel that the receiver has to drop: the selectors do not allow them. RFC 4301 §5.2. */
function outside(f: Facts): Judgement | undefined {
  for (const { data, child } of f.carried) {
    const r = data.result
    if (!r || r.outside === 0) continue
    const what = `${data.protocol} to ${data.destination}`
    return {
      outcome: "degraded",
      certainty: "proven",
      cause: "inner-outside-selectors",
      frames: r.outsideFrames.slice(0, 4),
      headline: `packets inside ${what} lie outside its selectors`.slice(0, 60),
      why: `${countText(r.outside)} of ${plural(r.opened, "packet")} inside ${what} (frame ${r.outsideFrames[0]} first) ${r.outside === 1 ? "lies" : "lie"} outside ${child ? `${selectorTexts(child.selectors.i.slice(0, 2)).join(", ")} ⇄ ${selectorTexts(child.selectors.r.slice(0, 2)).join(", ")}` : "its traffic selectors"}: the receiver drops them`,
    }
  }
  return undefined
}

/** Packets that fail from some point on, under keys that opened others of the same SA; or all of them, under keys that hold for IKE. */
function failing(f: Facts): Judgement | undefined {
  for (const { child, data } of f.carried) {
    const r = data.result
    if (!r || r.icvFailed < ENOUGH || r.failedFrames.at(-1) !== data.lastFrame) continue
    const what = `${data.protocol} to ${data.destination}`
    if (r.icvOk === 0 && f.readable && child && child.keyStatus !== "none")
      return {
        outcome: "degraded",
        certainty: "inferred",
        cause: "icv-failed",
        frames: r.failedFrames.slice(0, 4),
        headline: `${what} fails its ICV`,
        why: `the ICV of none of ${plural(r.icvFailed, "packet")} of ${what} holds (frame ${r.failedFrames[0]} first) under the keys of a negotiation that is opened whole: changed on the way, or the sender uses other keys; the receiver drops them`,
      }
    if (r.icvOk === 0) continue
    return {
      outcome: "degraded",
      certainty: "proven",
      cause: "icv-failed",
      frames: r.failedFrames.slice(0, 4),
      headline: `${what} fails its ICV since frame ${r.failedFrames[0]}`,
      why: `the ICV of ${plural(r.icvOk, "packet")} of ${what} holds, of ${countText(r.icvFailed)} it does not (frame ${r.failedFrames[0]} first, to the last): changed on the way, or sent under other keys; the receiver drops them`,
    }
  }
  return undefined
}

function oneWay(f: Facts): Judgement | undefined {
  const all = traffic(f)
  const to = (["initiator", "responder"] as const).find(
    side => all[side].length > 0 && all[otherSide(side)].length === 0,
  )
  // A capture of one direction shows one direction.
  if (new Set(f.sent.map(s => s.from)).size < 2) return undefined
  // A tunnel of the same peers may carry the way back.
  if (!to || f.readable !== f.carried.every(c => c.child !== null)) return undefined
  const flows = all[to]
  if (elsewhere(f, otherSide(to), flows) || flows.some(d => isAnswered(f, d))) return undefined
  const packets = packetsOf(flows)
  if (packets < ENOUGH || flows.some(d => isMulticast(d.destination)) || !looksUnanswered(flows, packets))
    return undefined
  const raw = flows.every(d => d.encapsulation === "none")
  const [first] = flows
  const [sender, receiver] = [addressOf(f.sa, otherSide(to)), addressOf(f.sa, to)]
  const seconds = secondsBetween(first.first, flows[flows.length - 1].last)
  const measure = `${plural(packets, `small ${first.protocol} packet`)} to ${receiver} in ${secondsText(seconds)} (from frame ${first.firstFrame} on) and none back, while IKE is seen both ways`
  return {
    outcome: "degraded",
    certainty: "inferred",
    cause: raw ? "esp-blocked" : "esp-one-way",
    frames: flows.map(d => d.firstFrame),
    headline: raw
      ? `${first.protocol} one way only: blocked, most likely`
      : `${first.protocol} one way only: none from ${receiver}`,
    why: raw
      ? `${measure}: a filter drops IP protocol ${first.protocol === "ESP" ? 50 : 51}, ${receiver} has no route or policy for the answer, or the host behind it is silent`
      : `${measure}: ${receiver} drops them, has no route, policy or NAT exemption for the answer, or the host behind it is silent`,
    remedy: raw
      ? `Let IP protocol ${first.protocol === "ESP" ? "50 pass both ways, or force UDP encapsulation" : "51 pass both ways"}; else look at routes and policies of ${receiver} for what ${sender} sends.`
      : undefined,
  }
}

/** ICMP errors instead of the other end's packets. */
function rejected(f: Facts): Judgement | undefined {
  const all = traffic(f)
  for (const error of f.world.icmpOfData(f.sa)) {
    const there = f.carried.find(({ data }) => data.spi === error.spi && data.destination === error.destination.address)
    if (!there || error.count < ENOUGH || isTooBig(error)) continue
    const to = all.responder.includes(there.data) ? "responder" : "initiator"
    const back = all[otherSide(to)]
    if (spoke(f, to, error.frame) || back.some(d => d.lastFrame > error.frame)) continue
    const { meaning, refuses } = readingOf(error)
    const refused = refuses && error.reporter === error.destination.address
    const { protocol } = there.data
    return {
      outcome: refused && back.length > 0 ? "lost" : "degraded",
      certainty: "seen",
      cause: "icmp-error",
      frames: [error.frame, error.lastFrame],
      headline: `ICMP for ${protocol}: ${icmpName(error)}`,
      why: `${plural(error.count, `${protocol} packet`)} to ${error.destination.address} ${error.count === 1 ? "is" : "are"} answered by ICMP "${icmpName(error)}" from ${error.reporter} (frames ${error.frame} to ${error.lastFrame}), and nothing else comes back since: ${meaning}`,
      remedy: refused
        ? `Is the daemon on ${error.reporter} up? Dead peer detection would end this SA and begin another.`
        : undefined,
    }
  }
  return undefined
}

/** Packets more than came back, and seconds without any, from which on it is no coincidence. */
const UNANSWERED = 6
const SILENT = 2

/** It flowed both ways, and one direction goes on alone, as requests do that nobody answers any more. */
function stopped(f: Facts): Judgement | undefined {
  const all = traffic(f)
  for (const to of ["initiator", "responder"] as const) {
    const [there, back] = [all[to], all[otherSide(to)]]
    if (there.length === 0 || back.length === 0 || there.some(d => isMulticast(d.destination))) continue
    const [last, end] = [latest(back), latest(there)]
    // Of what was captured at several places each has its own clock.
    if ([...there, ...back].some(d => f.world.copiesOf(d).length > 0)) continue
    const seconds = secondsBetween(last.last, end.last)
    const more = packetsOf(there) - packetsOf(back)
    if (seconds < SILENT || more < UNANSWERED || !looksUnanswered(there, packetsOf(there)) || isEnded(f, last)) continue
    const silent = addressOf(f.sa, to)
    return {
      outcome: "degraded",
      certainty: "inferred",
      cause: "esp-one-way",
      frames: [last.lastFrame, end.lastFrame],
      headline: `${end.protocol} one way only: none from ${silent} any more`,
      why: `${end.protocol} of ${silent} ends in frame ${last.lastFrame}, while small packets to it go on for ${secondsText(seconds)} (to frame ${end.lastFrame}), ${more} more than came back: nobody answers any more`,
    }
  }
  return undefined
}

const latest = (all: readonly DataSa[]): DataSa => all.reduce((a, b) => (secondsBetween(a.last, b.last) > 0 ? b : a))

/** Whether the IKE SA or its Child SA was ended by then: what still comes is late. */
const isEnded = ({ sa }: Facts, data: DataSa): boolean =>
  sa.facts.deletion !== null && sa.facts.deletion.frame <= data.lastFrame + 1

/** Whether packets of an SA that belongs to nobody come back meanwhile, by the frames: time may have gone back. */
const isAnswered = (f: Facts, there: DataSa): boolean =>
  f.world
    .flows(there.destination, there.source)
    .some(
      back =>
        back.protocol === there.protocol && back.firstFrame < there.lastFrame && back.lastFrame > there.firstFrame,
    )

/** Whether another SA of these peers carries packets to a side meanwhile. */
function elsewhere(f: Facts, side: Side, flows: readonly DataSa[]): boolean {
  const from = flows.reduce((a, b) => (secondsBetween(a.first, b.first) < 0 ? b : a)).first
  const to = latest(flows).last
  return f.world
    .between(f.sa)
    .some(
      sa =>
        sa !== f.sa &&
        f.world
          .dataOf(sa)
          .some(
            ({ data }) =>
              data.destination === f.sa.peer(side).address &&
              secondsBetween(from, data.last) > 0 &&
              secondsBetween(data.first, to) > 0,
          ),
    )
}
