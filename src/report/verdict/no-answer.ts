/** A request that nobody answers before the SA is up: what the path, the port and the size say of it. RFC 7296 §2.1, §2.23, RFC 7383 §1. */

import { NO_SPI } from "../../track/beginning.ts"
import type { IcmpError } from "../../track/icmp-errors.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { misframingIn, misframingText } from "../../track/misframing.ts"
import { otherSide } from "../../track/peer.ts"
import { icmpName, readingOf } from "../explain/icmp.ts"
import { FITS, NAT_T_PORT } from "../explain/silence.ts"
import { type Facts, icmpTo, lostIke, peerAt } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { bytesOf, frameOf, framesOf, isEncrypted, isOpened, isWhole, type Sent } from "./sent.ts"
import { addressOf, exchangeOf, plural, sendings } from "./words.ts"

/** Bytes of an IKE message that Ethernet carries whole over IPv4: without headers of IP and UDP, and the non-ESP marker. */
const WHOLE_ON_ETHERNET = 1500 - 32

/** `outcome` is `no-answer` before the SA is up. */
export function noAnswer(f: Facts, s: Sent, outcome: Judgement["outcome"] = "no-answer"): Judgement {
  const silent = otherSide(s.from)
  const to = addressOf(f.sa, silent)
  const what = `${exchangeOf(f, s)} was ${sendings(s)}`
  const base = { outcome, certainty: "seen" as const, frames: framesOf(s) }
  const icmp = icmpTo(f, to, frameOf(s))
  if (icmp.length > 0) return byIcmp(f, s, icmp, base)
  const lost = lostIke(f).filter(e => e.frame > frameOf(s) && e.source === to)
  if (lost.length > 0)
    return {
      ...base,
      certainty: "inferred",
      cause: "fragments-lost",
      frames: [...framesOf(s), ...lost.map(e => e.frame)],
      headline: `The answer of ${to} lost IP fragments`,
      why: `${what}; the answer from frame ${lost[0].frame} on never came whole: fragments of it are lost on the way`,
    }
  const unread = misframed(f, s)
  if (unread) return { ...unread, outcome }
  const { parts } = s
  const total = parts[0].fragment?.total ?? 1
  if (!isWhole(s))
    return {
      ...base,
      cause: "fragments-lost",
      headline: `Fragments of ${exchangeOf(f, s)} were lost`,
      why: `${what}, and ${parts.length} of its ${total} fragments came (frame ${frameOf(s)} first): the others are lost before this capture, and without them ${to} cannot decrypt it`,
    }
  const damaged = unreadable(f, s)
  if (damaged) return { ...damaged, outcome }
  const erred = f.sa.epochs.flatMap(e => e.mistakes ?? []).find(m => m.by === s.from && m.frame <= frameOf(s))
  if (erred && isEncrypted(s))
    return {
      ...base,
      certainty: "inferred",
      cause: "implementation-mistake",
      headline: `${to} cannot open ${exchangeOf(f, s)}, most likely`,
      why: `${what} and never answered: the ICV of frame ${erred.frame} holds only ${erred.instead} (${erred.rfc}); who does as it should drops such messages`,
    }
  const large = parts.length > 1 || bytesOf(s) > FITS
  const form = formOf(s)
  const [ikeFragments, ipFragments] = [form === "IKE fragments", form === "IP fragments"]
  const size = `${plural(bytesOf(s), "byte")} in ${form}`
  const port = peerAt(f, silent, frameOf(s)).port
  const spokeOn500 = f.sent.some(x => x.from === silent && peerAt(f, silent, frameOf(x)).port !== NAT_T_PORT)
  const spokeOn4500 = f.sent.some(x => x.from === silent && peerAt(f, silent, frameOf(x)).port === NAT_T_PORT)
  // Daemons send again in time: where none does, the answer may have come, and be missing here.
  if (s.repeats.length === 0 && (spokeOn500 || spokeOn4500 || isEncrypted(s)))
    return {
      ...base,
      certainty: "inferred",
      cause: "no-answer",
      headline: `No answer to ${exchangeOf(f, s)} is in the capture`,
      why: `${what}, and never again, as what is not answered would be: ${addressOf(f.sa, s.from)} stopped, or the answer of ${to} is missing from this capture${large ? `; or it was lost by its size (${size})` : ""}`,
    }
  if (port === NAT_T_PORT && spokeOn500 && !spokeOn4500 && large)
    return {
      ...base,
      certainty: "inferred",
      cause: ipFragments ? "fragments-lost" : "no-answer-on-4500",
      headline: `${exchangeOf(f, s)} is large, on port 4500, and never answered`,
      why: `${what}: ${size}, while the small ones on port 500 were answered: ${ipFragments ? "IP fragments are lost on the way, or UDP 4500 is blocked" : `UDP 4500 is blocked, or ${ikeFragments ? "fragments" : "packets"} of this size are lost`}`,
      remedy: `Look for a filter or NAT that drops ${ipFragments ? "IP fragments, or UDP 4500" : "UDP 4500, or packets of this size"}; use IKE fragmentation with a smaller size.`,
    }
  if (port === NAT_T_PORT && spokeOn500 && !spokeOn4500)
    return {
      ...base,
      certainty: "inferred",
      cause: "no-answer-on-4500",
      headline: `${to} never answers on port 4500`,
      why: `${to} answers on port 500 and never on 4500: ${what}; a firewall or a NAT without a rule for UDP 4500 is in the way`,
    }
  if (large && (spokeOn500 || spokeOn4500))
    return {
      ...base,
      certainty: "inferred",
      cause: "fragments-lost",
      headline: `${exchangeOf(f, s)} is large, and never answered`,
      why: `${what}: ${size}, while smaller messages before were answered: most likely ${ipFragments || ikeFragments ? "fragments" : "packets of this size"} are lost on the way, or ${to} cannot cope with it`,
    }
  return {
    ...base,
    cause: "no-answer",
    headline: `${to} does not answer ${exchangeOf(f, s)}`,
    why: `${what} and never answered: ${spokeOn500 || spokeOn4500 ? `${to} answered before, so it gave up, or packets are dropped since` : "nobody listens there, it has no connection for this peer, or a filter drops the packets"}`,
  }
}

/** All sendings of a message are what their receiver takes for something else. */
export function misframed(f: Facts, s: Sent): Judgement | undefined {
  const how = misframingIn(f.sa, s.from, framesOf(s))
  return (
    how && {
      outcome: "no-answer",
      certainty: "inferred",
      cause: how,
      frames: framesOf(s),
      headline: `${exchangeOf(f, s)} ${how === "no-esp-marker" ? "lacks the" : "on port 500 has a"} Non-ESP Marker`,
      why: `${exchangeOf(f, s)} of ${addressOf(f.sa, s.from)} was ${sendings(s)}, ${misframingText(how)}`,
    }
  )
}

/** No sending of a message opens under the SA's keys, so its receiver cannot read it either. RFC 7296 §2.21. */
export function unreadable(f: Facts, s: Sent): Judgement | undefined {
  const checks = f.sa.checks.filter(c => c.id === "sk-integrity")
  const failed = checks.filter(c => c.status === "fail" && c.frame !== null && framesOf(s).includes(c.frame))
  if (failed.length <= s.repeats.length) return undefined
  const [from, to] = [addressOf(f.sa, s.from), addressOf(f.sa, otherSide(s.from))]
  const known = f.sent.some(x => x.from === s.from && x !== s && isOpened(x))
  return {
    outcome: "no-answer",
    certainty: "inferred",
    cause: "icv-failed",
    frames: framesOf(s),
    headline: `${to} cannot read ${exchangeOf(f, s)} of ${from}`,
    why: `${exchangeOf(f, s)} of ${from} was ${sendings(s)}, and its ICV fails under the keys ${known ? "that open other messages of its sender" : "given"} (frame ${failed[0].frame}): it is changed on the way, or ${from} uses other keys${known ? "" : ", or these keys are not theirs"}; ${to} drops it`,
    remedy: `Capture at both ends and compare the message: where its octets differ, look for the device between that changes it; where not, ${from} is at fault.`,
  }
}

/** How a message of that size travels. */
export function formOf(s: Sent): "IKE fragments" | "IP fragments" | "one packet" {
  if (s.parts.length > 1 || s.exchange.messages.some(m => m.fragment && m.from === s.from)) return "IKE fragments"
  return bytesOf(s) > WHOLE_ON_ETHERNET ? "IP fragments" : "one packet"
}

/** A first request that is none of an SA of its own. */
export function strayRequest(f: Facts, s: Sent): Judgement | undefined {
  const twin = answeredUnder(f)
  return twin && stray(f, s, twin)
}

/** An SA of the same peers whose initiator chose the same SPI, answered before this request came. */
const answeredUnder = ({ sa, world }: Facts): IkeSa | undefined =>
  sa.spiR === NO_SPI
    ? world
        .between(sa)
        .find(x => x.spiI === sa.spiI && x.version === sa.version && x.number < sa.number && x.spiR !== NO_SPI)
    : undefined

/** No peer makes a second SA under an SPI that it uses: RFC 7296 §2.6, RFC 2408 §2.5.3. */
const stray = (f: Facts, s: Sent, twin: IkeSa): Judgement => ({
  outcome: "partial",
  certainty: "inferred",
  cause: "stray-first-message",
  frames: framesOf(s),
  headline: `Not part of ${twin.id}: late, repeated with other content, or forged`,
  why: `${exchangeOf(f, s)} has the initiator's SPI of ${twin.id}, which was answered before, and other content; nobody answers it, and no peer begins a second SA under an SPI in use`,
})

function byIcmp(
  f: Facts,
  s: Sent,
  icmp: readonly IcmpError[],
  base: Pick<Judgement, "outcome" | "certainty" | "frames">,
): Judgement {
  const [first] = icmp
  const text = icmpName(first)
  const more = icmp.reduce((n, e) => n + e.count, 0) - 1
  return {
    ...base,
    cause: "icmp-error",
    frames: [...base.frames, ...icmp.map(e => e.frame)],
    headline: `ICMP from ${first.reporter}: ${text}`,
    why: `${exchangeOf(f, s)} to ${first.destination.address} port ${first.destination.port} was ${sendings(s)}; ${first.reporter} answers with ICMP "${text}" (frame ${first.frame}${more > 0 ? ` and ${more} more` : ""})`,
    remedy: `Look at ${first.reporter}: ${readingOf(first).meaning}. Nothing authenticates an ICMP error.`,
  }
}
