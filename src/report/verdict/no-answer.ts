/** A request that nobody answers before the SA is up: what the path, the port and the size say of it. RFC 7296 §2.1, §2.23, RFC 7383 §1. */

import type { IcmpError } from "../../track/icmp-errors.ts"
import { otherSide } from "../../track/peer.ts"
import { icmpName } from "../explain/icmp.ts"
import { type Facts, peerAt } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { bytesOf, frameOf, framesOf, type Sent } from "./sent.ts"
import { addressOf, exchangeOf, sendings } from "./words.ts"

const NAT_T_PORT = 4500
/** Bytes of an IKE message that need no IP fragments: IPv6's smallest MTU without headers. RFC 7383 §2.5.1. */
export const FITS = 1280 - 48

/** `outcome` is `no-answer` before the SA is up. */
export function noAnswer(f: Facts, s: Sent, outcome: Judgement["outcome"] = "no-answer"): Judgement {
  const silent = otherSide(s.from)
  const to = addressOf(f.sa, silent)
  const what = `${exchangeOf(f, s)} was ${sendings(s)}`
  const base = { outcome, certainty: "seen" as const, frames: framesOf(s) }
  const icmp = f.world.icmpOf(f.sa).filter(e => e.lastFrame > frameOf(s))
  if (icmp.length > 0) return byIcmp(f, s, icmp, base)
  const lost = f.world.lostOf(f.sa).filter(e => e.frame > frameOf(s) && e.source === to)
  if (lost.length > 0)
    return {
      ...base,
      certainty: "inferred",
      cause: "fragments-lost",
      frames: [...framesOf(s), ...lost.map(e => e.frame)],
      headline: `The answer of ${to} lost IP fragments`,
      why: `${what}; the answer from frame ${lost[0].frame} on never came whole: fragments of it are lost on the way`,
    }
  const port = peerAt(f, silent, frameOf(s)).port
  const spokeOn500 = f.sent.some(x => x.from === silent && peerAt(f, silent, frameOf(x)).port !== NAT_T_PORT)
  const spokeOn4500 = f.sent.some(x => x.from === silent && peerAt(f, silent, frameOf(x)).port === NAT_T_PORT)
  if (port === NAT_T_PORT && spokeOn500 && !spokeOn4500)
    return {
      ...base,
      certainty: "inferred",
      cause: "no-answer-on-4500",
      headline: `${to} never answers on port 4500`,
      why: `${to} answers on port 500 and never on 4500: ${what}; a firewall or a NAT without a rule for UDP 4500 is in the way`,
    }
  if (spokeOn500 || spokeOn4500)
    if (s.parts.length > 1 || bytesOf(s) > FITS)
      return {
        ...base,
        certainty: "inferred",
        cause: "fragments-lost",
        headline: `${exchangeOf(f, s)} is large, and never answered`,
        why: `${what}: ${bytesOf(s)} bytes in ${s.parts.length > 1 ? `${s.parts.length} IKE fragments` : "IP fragments"}, while smaller messages before were answered: most likely fragments are lost on the way`,
      }
  return {
    ...base,
    cause: "no-answer",
    headline: `${to} does not answer ${exchangeOf(f, s)}`,
    why: `${what} and never answered: ${spokeOn500 || spokeOn4500 ? `${to} answered before, so it gave up, or packets are dropped since` : "nobody listens there, it has no connection for this peer, or a filter drops the packets"}`,
  }
}

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
  }
}
