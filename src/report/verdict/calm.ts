/** What is left when nothing went wrong: up, closed in order, or too little of it in the capture. RFC 7296 §1.4.1, §2.4, §2.8, RFC 6023. */
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { isErrorType } from "../../registry/ikev2/notify.ts"
import { speaksGdoi } from "../../track/group.ts"
import { type Check, type IkeSa, isProof, isProofOf } from "../../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { asksNoChild, CERTREQ_BYTES } from "./auth-v2.ts"
import { childTimes } from "./child-times.ts"
import { answerTo, type Facts, goesOnFor, ofType, PATIENCE, packetsOf, traffic } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { arrivedAt, frameOf, isEncrypted, isOpened, isWhole, type Sent, timeOf } from "./sent.ts"
import {
  canBe,
  DELETE_IKE_BYTES,
  roomOf,
  SHORTEST_CHILD,
  SHORTEST_ID,
  shortestAuth,
  WITH_CERTIFICATE,
} from "./sizes.ts"
import { isRedundant, successorOf, unseenParent, unseenSuccessor } from "./successor.ts"
import type { Certainty, Outcome } from "./types.ts"
import { addressOf, exchangeOf, plural, secondsText } from "./words.ts"
import type { World } from "./world.ts"

export function judgeCalm(f: Facts): Judgement {
  return (f.sa.version === 2 ? calmV2(f) : calmV1(f)) ?? partial(f)
}

const fine = (
  outcome: Outcome,
  certainty: Certainty,
  frames: readonly number[],
  headline: string,
  why: string,
): Judgement => ({
  outcome,
  certainty,
  cause: null,
  frames,
  headline,
  why,
  remedy: null,
})

function calmV2(f: Facts): Judgement | undefined {
  const { sa } = f
  const parent = unseenParent(f)
  if (!sa.begun && sa.parent === null && !parent && sa.keyStatus === "none") return goesOnAlone(f)
  const auth = ofType(f, EXCHANGE.IKE_AUTH).findLast(s => !s.request)
  const later = f.sent.some(s => s.exchange.type !== EXCHANGE.IKE_SA_INIT && s.exchange.type !== EXCHANGE.IKE_AUTH)
  const isUp =
    sa.v2?.authenticated ||
    sa.parent !== null ||
    parent ||
    later ||
    (auth !== undefined && isWhole(auth) && !isOpened(auth)) ||
    f.carried.length > 0
  if (!isUp) return undefined
  const frames = auth ? [frameOf(auth)] : [f.sent[0] ? frameOf(f.sent[0]) : 0].filter(n => n > 0)
  return (
    refusedUnasked(f) ??
    ended(f, parent) ??
    childless(f, frames) ??
    childlessUnread(f, frames) ??
    unmeasured(f, frames, parent) ??
    up(f, frames, parent)
  )
}

/** Its beginning is not in the capture, and it works: its requests are answered, and ESP comes both ways. */
function goesOnAlone(f: Facts): Judgement | undefined {
  const answered = f.sent.find(s => !s.request && isEncrypted(s) && s.exchange.type !== EXCHANGE.IKE_AUTH)
  const packets = traffic(f)
  const [there, back] = [packetsOf(packets.responder), packetsOf(packets.initiator)]
  if (!answered || there === 0 || back === 0) return undefined
  return fine(
    "up",
    "inferred",
    [frameOf(answered)],
    `Up: IKE SA, ${plural(there + back, "packet")} both ways`,
    `its beginning is not in the capture; ${exchangeOf(f, answered)} is answered (frame ${frameOf(answered)}), and ESP comes both ways between these peers${carriedText(f)}`,
  )
}

function ended(f: Facts, parent: IkeSa | undefined): Judgement | undefined {
  const { sa } = f
  const unseen = unseenSuccessor(f)
  const next = successorOf(sa)?.id ?? unseen?.id
  const kept = carriedText(f)
  if (sa.facts.deletion !== null && sa.successors.length === 0 && sa.state === "deleted")
    return fine(
      "closed",
      "proven",
      [sa.facts.deletion.frame],
      "Closed in order",
      `a Delete of the IKE SA in frame ${sa.facts.deletion.frame} ends it${kept}`,
    )
  if (sa.successors.length > 0)
    return fine(
      "closed",
      "proven",
      sa.facts.deletion ? [sa.facts.deletion.frame] : [],
      `Replaced by ${next}`,
      `it was rekeyed: ${next} goes on in its place${kept}`,
    )
  if (unseen && isRedundant(sa, unseen))
    return fine(
      "closed",
      "inferred",
      ofType(f, EXCHANGE.CREATE_CHILD_SA).map(frameOf),
      "Replaced by a rekey, most likely",
      `both ends rekeyed it at once: ${unseen.id} is the one that lost, most likely, and the other has no message in the capture${kept}`,
    )
  if (parent && isRedundant(parent, sa))
    return fine(
      "closed",
      "inferred",
      f.sent.map(frameOf),
      "Closed: the loser of two rekeys at once, most likely",
      `both ends rekeyed ${parent.id} at once, and all of this one is an INFORMATIONAL of a Delete's size right behind (frame ${frameOf(f.sent[0])}): who made the one that lost deletes it (RFC 7296 §2.8.2)`,
    )
  if (next)
    return fine(
      "closed",
      "inferred",
      [f.sent.at(-1)?.parts[0].frame ?? 0],
      `Replaced by ${next}, most likely`,
      `its last CREATE_CHILD_SA exchange is followed by ${next}, whose beginning is in none of its own messages: a rekey${kept}`,
    )
  const newer = supersededBy(f)
  if (newer)
    return {
      ...fine(
        "closed",
        "proven",
        [newer.frame],
        `Superseded by ${newer.sa.id}`,
        `${newer.sa.id} says INITIAL_CONTACT in frame ${newer.frame}: older SAs between these identities end there${kept}`,
      ),
      superseded: true,
    }
  return parent ? undefined : (deletedUnread(f, kept) ?? superseded(f, kept))
}

/** Without keys: the last exchange is an INFORMATIONAL of exactly a Delete's size, answered, and nothing follows. */
function deletedUnread(f: Facts, kept: string): Judgement | undefined {
  const last = f.sent.findLast(s => s.request)
  if (!last || last.exchange.type !== EXCHANGE.INFORMATIONAL || isOpened(last) || !answerTo(f, last)) return undefined
  const room = roomOf(last, f.sa.choice)
  if (!room || !canBe(room, DELETE_IKE_BYTES) || canBe(room, 0)) return undefined
  return fine(
    "closed",
    "inferred",
    [frameOf(last)],
    "Closed in order, most likely",
    `the last exchange (frame ${frameOf(last)}) has ${plural(room.ciphertext, "byte")} of ciphertext, a Delete's size, is answered, and nothing follows${kept}`,
  )
}

/** A later SA whose initiator says that it has no other with this peer; what came up after that stays. RFC 7296 §2.4. */
function supersededBy({ sa, sent, world }: Facts): { readonly sa: IkeSa; readonly frame: number } | undefined {
  for (const x of world.between(sa)) {
    const frame = x.v2?.initialContact
    if (frame && sent.some(s => s.exchange.type === EXCHANGE.IKE_AUTH && !s.request && frameOf(s) > frame)) continue
    if (x.number > sa.number && frame && sameIdentities(sa, x)) return { sa: x, frame }
  }
  return undefined
}

/** Seconds that the ESP of an SA may be quiet before another takes its place. */
const STOPS = 60
/** Seconds between the end of an SA and the beginning of another that takes its place. */
const REPLACED = 1.5
/** The same where the peers hold several SAs, so that more of them begin and end. */
const AT_ONCE = 0.25

/**
 * Without keys: another SA of the same peers comes up, and this one ends right then with an INFORMATIONAL of a Delete's size, or says nothing
 * more while its ESP stops and the other's begins.
 */
function superseded(f: Facts, kept: string): Judgement | undefined {
  const { sa, world } = f
  const last = f.sent.at(-1)
  if (!last) return undefined
  const several = holdSeveral(f)
  for (const next of world.between(sa)) {
    if (next.number <= sa.number || !next.begun || next.choice === null) continue
    if (f.readable && !sameIdentities(sa, next)) continue
    const up = childTimes(next).at(0) ?? next.children.at(0)?.first
    if (!up) continue
    const apart = secondsBetween(timeOf(last), up)
    const ending = f.sent.findLast(s => s.request)
    const room = ending && isEncrypted(ending) ? roomOf(ending, sa.choice) : undefined
    const [mine, others] = [f.carried, world.dataOf(next)]
    if (!mine.every(({ data }) => secondsBetween(data.last, up) > -REPLACED)) continue
    const deletes =
      sa.version === 2 &&
      !f.readable &&
      ending?.exchange.type === EXCHANGE.INFORMATIONAL &&
      room !== undefined &&
      canBe(room, DELETE_IKE_BYTES) &&
      Math.abs(apart) < (several ? AT_ONCE : REPLACED)
    const stops =
      apart > 0 &&
      others.length > 0 &&
      !several &&
      samePort(sa, next) &&
      mine.some(({ data }) => secondsBetween(data.last, up) < STOPS)
    // In the open no Delete and no INITIAL_CONTACT came: IKEv2 ends an SA by one of them (RFC 7296 §1.4.1, §2.4).
    if (stops && f.readable && sa.version === 2)
      return {
        ...fine(
          "lost",
          "inferred",
          [frameOf(last)],
          `Dropped without a word; ${next.id} goes on`,
          `${next.id} between the same identities comes up ${secondsText(apart)} after the last message of this one (frame ${frameOf(last)}), without INITIAL_CONTACT, and its ESP stops there, with no Delete: a side restarted and lost it${kept}`,
        ),
        cause: "peer-restarted",
        remedy: undefined,
      }
    if (deletes || stops)
      return {
        ...fine(
          "closed",
          "inferred",
          [frameOf(last)],
          `Superseded by ${next.id}, most likely`,
          `${next.id} of the same peers comes up ${secondsText(Math.abs(apart))} ${apart < 0 ? "before" : "after"} the last message of this one (frame ${frameOf(last)}), ${deletes ? "of a Delete's size" : "and its ESP stops there"}${kept}`,
        ),
        superseded: true,
      }
  }
  return undefined
}

/** Seconds that an SA goes on beside a newer one, longer than one that is replaced does. */
const BESIDE = 1

/** Whether these peers hold several SAs at once, as of several connections: then a quiet one is not replaced by the next. */
function holdSeveral({ sa, world }: Facts): boolean {
  const all = world.between(sa)
  return all.some((older, i) => {
    const newer = all.slice(i + 1).find(x => x.begun && x.choice !== null && x.state !== "failed")
    return newer !== undefined && goesOnBeside(older, newer, world)
  })
}

/** Whether both ends speak under an SA, or packets go both ways, well after another came up. */
function goesOnBeside(older: IkeSa, newer: IkeSa, world: World): boolean {
  const isAfter = (at: Moment) => secondsBetween(newer.first, at) > BESIDE
  if (isAfter(older.last)) {
    const late = older.exchanges.findLast(x => x.messages.some(m => isAfter(m.time)))
    if (late && new Set(late.messages.map(m => m.from)).size > 1) return true
  }
  const to = world.dataOf(older).filter(({ data }) => isAfter(data.last))
  return new Set(to.map(({ data }) => data.destination)).size > 1
}

/** Behind a NAT each peer has a port of its own: RFC 3948 §5.2. */
const samePort = (a: IkeSa, b: IkeSa): boolean => portOf(a, b.initiator.address) === portOf(b, b.initiator.address)

/** The last UDP port of an address under an SA. */
const portOf = (sa: IkeSa, address: string): number | undefined =>
  [sa.paths.at(-1) ?? sa].flatMap(p => [p.initiator, p.responder]).find(p => p.address === address)?.port

function sameIdentities(a: IkeSa, b: IkeSa): boolean {
  const turned = a.initiator.address !== b.initiator.address
  return (["initiator", "responder"] as const).every(
    side => a.ids[side]?.value === b.ids[turned ? otherSide(side) : side]?.value,
  )
}

const isAsked = (f: Facts): boolean => ofType(f, EXCHANGE.IKE_AUTH).some(s => s.request)

/** The answer of IKE_AUTH alone is in the capture, and refuses the Child SA. */
function refusedUnasked(f: Facts): Judgement | undefined {
  const { sa } = f
  const n = sa.notices.find(
    x => x.encrypted && x.from === "responder" && x.exchangeType === EXCHANGE.IKE_AUTH && isErrorType(x.type),
  )
  if (!n || isAsked(f) || sa.children.length > 0 || f.carried.length > 0) return undefined
  return {
    ...fine(
      "no-tunnel",
      "proven",
      [n.frame],
      `IKE up, no tunnel: ${n.name}`,
      `${addressOf(sa, "responder")} answers ${n.name} (frame ${n.frame}) and makes no Child SA; what was asked for is not in the capture`,
    ),
    cause: "child-refused",
    remedy: undefined,
  }
}

/** RFC 6023: up without a Child SA by agreement; else the Child SA was never made. */
function childless(f: Facts, frames: readonly number[]): Judgement | undefined {
  const { sa } = f
  const state = sa.v2
  if (!f.readable || !state?.authenticated || sa.children.length > 0 || f.carried.length > 0 || sa.parent !== null)
    return undefined
  if (!sa.begun) return undefined
  if (!isAsked(f)) return undefined
  const accepted = acceptedText(sa)
  const certainty: Certainty = unproved(sa) ? "inferred" : "proven"
  if (state.otherProtocol !== null)
    return fine(
      "up",
      certainty,
      frames,
      `IKE SA up, with a Child SA of protocol ${state.otherProtocol}`,
      `${accepted}, and agreed on a Child SA of security protocol ${state.otherProtocol}, whose packets are not read here`,
    )
  if (state.childRequest === null)
    return fine(
      "up",
      certainty,
      frames,
      "IKE SA up, without a Child SA by agreement",
      `${accepted}; the initiator asked for no Child SA (RFC 6023)`,
    )
  return {
    ...fine(
      "no-tunnel",
      certainty,
      frames,
      "IKE up, no tunnel: no Child SA was made",
      `${accepted} (frame ${frames[0]}), and the answer has neither a Child SA nor an error`,
    ),
    cause: "child-refused",
    remedy: "Look into the log of the responder.",
  }
}

/** A proof of one side that does not hold under what is given here, whatever its peer took. */
const unproved = (sa: IkeSa): Check | undefined =>
  sa.version === 2 ? sa.checks.find(c => c.status === "fail" && isProof(c)) : undefined

/** Its packets, and whether they go both ways. */
function flowText(f: Facts): string {
  const { initiator, responder } = traffic(f)
  const packets = packetsOf(f.carried.map(c => c.data))
  const both = packetsOf(initiator) > 0 && packetsOf(responder) > 0
  return packets > 0 ? `, ${plural(packets, "packet")}${both ? " both ways" : ""}` : ""
}

function acceptedText(sa: IkeSa): string {
  const failed = unproved(sa)
  if (!failed) return "both ends are authenticated"
  const side = isProofOf("initiator", failed) ? "initiator" : "responder"
  const under = sa.auth[side]?.isPsk ? "under the secrets given" : "here"
  return `both ends go on (the ${side}'s AUTH in frame ${failed.frame} does not hold ${under})`
}

function up(f: Facts, frames: readonly number[], parent: IkeSa | undefined): Judgement {
  const { sa } = f
  const tunnels = sa.children.filter(c => c.state === "installed").length
  const certainty: Certainty = f.readable && !unproved(sa) ? "proven" : "inferred"
  const { group } = sa
  const what = tunnels > 0 ? plural(tunnels, group ? "data SA" : "tunnel") : "IKE SA"
  const unseen = f.sent.length === 0 && sa.parent
  const why = unseen
    ? `a rekey of ${unseen.id} made it; none of its own messages is in the capture${carriedText(f)}`
    : parent
      ? `it goes on after a CREATE_CHILD_SA of ${parent.id} between the same peers: most likely its rekey${carriedText(f)}`
      : f.readable
        ? `${acceptedText(sa)} and every message is opened${carriedText(f)}`
        : `${measureOf(f)}${carriedText(f)}`
  return fine(
    "up",
    unseen ? "inferred" : certainty,
    frames,
    `Up: ${group ? "registered with a group, " : ""}${what}${flowText(f)}`,
    why,
  )
}

/** Without keys: the request of IKE_AUTH has no room for a Child SA. RFC 6023. */
function childlessUnread(f: Facts, frames: readonly number[]): Judgement | undefined {
  const asked = ofType(f, EXCHANGE.IKE_AUTH).filter(s => s.request)
  const [request] = asked
  if (!request || asked.length > 1 || isOpened(request) || f.carried.length > 0) return undefined
  if (ofType(f, EXCHANGE.CREATE_CHILD_SA).length > 0) return undefined
  const room = asksNoChild(f, request)
  const least = SHORTEST_ID + shortestAuth(f.sa.choice)
  return room
    ? fine(
        "up",
        "inferred",
        frames,
        "IKE SA up, without a Child SA, most likely",
        `the IKE_AUTH request (frame ${frameOf(request)}) has ${plural(room.ciphertext, "byte")} of ciphertext: IDi and AUTH take at least ${least}, SA, TSi and TSr ${SHORTEST_CHILD} more${room.most < least + SHORTEST_CHILD ? "" : `, a request for certificates ${CERTREQ_BYTES}, and the responder can do without`}: none was asked for (RFC 6023)`,
      )
    : undefined
}

/**
 * Beside certificates of unknown size a refusal of the Child SA does not show. The IKE SA is up; what would show a tunnel is ESP, a rekey, or
 * a Delete that has room for its SPI.
 */
function unmeasured(f: Facts, frames: readonly number[], parent: IkeSa | undefined): Judgement | undefined {
  const { sa } = f
  if (!sa.begun || parent || sa.parent !== null || sa.children.length > 0 || f.carried.length > 0) return undefined
  const auth = ofType(f, EXCHANGE.IKE_AUTH).filter(s => !s.request)
  const [answer] = auth
  if (!answer || auth.length > 1 || isOpened(answer) || ofType(f, EXCHANGE.CREATE_CHILD_SA).length > 0) return undefined
  const room = roomOf(answer, sa.choice)
  if (!room || room.ciphertext <= WITH_CERTIFICATE) return undefined
  return {
    ...fine(
      "up",
      "inferred",
      frames,
      "IKE SA up; whether it has a tunnel does not show",
      `the IKE_AUTH answer (frame ${frameOf(answer)}) has ${plural(room.ciphertext, "byte")} of ciphertext: room for certificates, AUTH and a Child SA, though whether it holds one cannot be measured, and no ESP is seen`,
    ),
    remedy: "Capture ESP too (IP protocol 50, or UDP 4500), or give keys (--keys).",
  }
}

function measureOf(f: Facts): string {
  const auth = ofType(f, EXCHANGE.IKE_AUTH).filter(s => !s.request)
  const room = auth.length > 0 ? roomOf(auth[auth.length - 1], f.sa.choice) : undefined
  const least = (auth.length === 1 ? SHORTEST_ID : 0) + shortestAuth(f.sa.choice) + SHORTEST_CHILD
  return room && room.most >= least
    ? `the last IKE_AUTH answer has ${plural(room.ciphertext, "byte")} of ciphertext, room for all of an authentication with a Child SA`
    : "its exchanges are answered, and nothing shows a refusal"
}

function carriedText(f: Facts): string {
  const n = packetsOf(f.carried.map(c => c.data))
  if (n > 0) return `; ${plural(n, "packet")} of ESP or AH`
  const givers = giversOf(f).filter(sa => f.world.dataOf(sa).length > 0)
  const going = givers.find(sa => f.world.dataOf(sa).some(({ data }) => secondsBetween(f.sa.first, data.last) > 0))
  // A group's data goes to the group's address: only the keys that it hands out show what is its own.
  if (speaksGdoi(f.sa)) return "; which ESP is the group's only its keys show"
  if (going) return `; ESP goes on under Child SAs of ${going.id}, which it took over`
  return givers.length > 0
    ? `; it took over the Child SAs of ${givers[0].id}, whose ESP is before it`
    : "; no ESP is seen"
}

/** The SAs that rekeys replaced, whose Child SAs go on under the new one, the latest first. RFC 7296 §2.18. */
function giversOf(f: Facts): IkeSa[] {
  const givers: IkeSa[] = []
  for (let at = f.sa.parent ?? unseenParent(f); at && givers.length < MAX_ANCESTORS; at = at.parent ?? undefined)
    givers.push(at)
  return givers
}

const MAX_ANCESTORS = 64

const PHASE_1 = [EXCHANGE_V1.MAIN_MODE, EXCHANGE_V1.AGGRESSIVE, EXCHANGE_V1.BASE]

function calmV1(f: Facts): Judgement | undefined {
  const { sa } = f
  const quick = sa.exchanges.filter(x => x.type === EXCHANGE_V1.QUICK_MODE)
  const done = quick.findLast(x => x.complete)
  const last = ofType(f, ...PHASE_1).at(-1)
  if (!sa.begun && !done) return undefined
  if (sa.facts.deletion !== null && sa.state === "deleted" && (done || carriesElsewhere(f)))
    return fine(
      "closed",
      "proven",
      [sa.facts.deletion.frame],
      "Closed in order",
      `a Delete of the ISAKMP SA in frame ${sa.facts.deletion.frame} ends it${carriedText(f)}`,
    )
  const ended = deletedUnreadV1(f)
  if (ended && done) return ended
  const newer = done && superseded(f, carriedText(f))
  if (newer) return newer
  if (done || f.carried.length > 0 || sa.children.length > 0) return upV1(f, done?.messages.at(-1)?.frame)
  if (!last || sa.choice === null) return undefined
  if (carriesElsewhere(f))
    return fine(
      "up",
      "inferred",
      [frameOf(last)],
      "Up: phase 1 beside another of these peers",
      `phase 1 ends in frame ${frameOf(last)}; Quick Modes run under another ISAKMP SA of the same peers`,
    )
  return tunnelUnseen(f, last) ?? neverAsked(f, last)
}

/** A side deletes an SA of which no Quick Mode is there, or sends what Deletes of the IPsec SA and the ISAKMP SA look like: there was one. */
function tunnelUnseen(f: Facts, last: Sent): Judgement | undefined {
  const stray = f.sa.strayDeletes.at(0)
  const ended = stray ? undefined : deletedUnreadV1(f)
  if (!stray && !ended) return undefined
  const frames = stray ? [stray.frame] : (ended?.frames ?? [])
  return fine(
    "partial",
    stray ? "proven" : "inferred",
    [frameOf(last), ...frames],
    "Quick Mode is not in the capture",
    `phase 1 ends in frame ${frameOf(last)}, no Quick Mode follows, and ${stray ? `frame ${stray.frame} deletes an SA that one made` : `frames ${frames.join(", ")} at once are like Deletes of an IPsec SA and of the ISAKMP SA`}: there was a tunnel`,
  )
}

/** Seconds in which a side sends the Deletes of its SAs one behind another. */
const TOGETHER = 0.05

/**
 * Without keys: the last messages are two Informational ones of one side at once, which nobody answers, as the Deletes of the IPsec SA and of
 * the ISAKMP SA; liveness checks come alone and are answered. RFC 2408 §3.15.
 */
function deletedUnreadV1(f: Facts): Judgement | undefined {
  const [one, other] = f.sent.slice(-2)
  if (!one || !other || isOpened(one) || isOpened(other) || one.from !== other.from) return undefined
  if ([one, other].some(s => s.exchange.type !== EXCHANGE_V1.INFORMATIONAL || !isEncrypted(s))) return undefined
  const end = timeOf(other)
  if (secondsBetween(timeOf(one), end) > TOGETHER) return undefined
  if (f.carried.some(({ data }) => secondsBetween(end, data.last) > 1)) return undefined
  return fine(
    "closed",
    "inferred",
    [frameOf(one), frameOf(other)],
    "Closed in order, most likely",
    `its last messages are two Informational ones of ${addressOf(f.sa, one.from)} at once (frames ${frameOf(one)}, ${frameOf(other)}), as Deletes are, and nothing follows${carriedText(f)}`,
  )
}

const carriesElsewhere = ({ sa, world }: Facts): boolean =>
  world.between(sa).some(x => x !== sa && x.exchanges.some(e => e.type === EXCHANGE_V1.QUICK_MODE && e.complete))

function upV1(f: Facts, frame: number | undefined): Judgement {
  const tunnels = f.sa.children.filter(c => c.state === "installed").length
  const second = speaksGdoi(f.sa) ? "GROUPKEY-PULL" : "Quick Mode"
  const what = tunnels > 0 ? plural(tunnels, f.sa.group ? "data SA" : "tunnel") : `phase 1 and ${second}`
  return fine(
    "up",
    f.readable ? "proven" : "inferred",
    frame ? [frame] : [],
    `Up: ${f.sa.group ? "registered with a group, " : ""}${what}${flowText(f)}`,
    `${f.readable ? `phase 1 and ${second} are opened and complete` : `phase 1 and ${second} have all their messages`}${carriedText(f)}`,
  )
}

/** Phase 1 is done, and nobody begins a Quick Mode. */
function neverAsked(f: Facts, last: Sent): Judgement | undefined {
  const waited = goesOnFor(f, arrivedAt(last))
  if (waited < PATIENCE && f.sa.state !== "deleted") return undefined
  return {
    outcome: "no-tunnel",
    certainty: "inferred",
    cause: "child-refused",
    frames: [frameOf(last)],
    headline: "IKE up, no tunnel: no Quick Mode was begun",
    why: `phase 1 ends in frame ${frameOf(last)}, and in ${secondsText(Math.max(0, waited))} after it nobody begins a Quick Mode`,
    remedy: "Look into the log of the initiator: it may have refused the responder, or wait for traffic.",
  }
}

/** The capture point sees one direction. */
export function oneDirection(f: Facts, side: Side): Judgement {
  const [first, next = first] = f.sent
  return {
    outcome: "partial",
    certainty: "seen",
    cause: null,
    frames: [...new Set([frameOf(first), frameOf(next)])],
    headline: "One direction alone is in the capture",
    why: `${plural(f.sent.length, "message")} of ${addressOf(f.sa, side)} from frame ${frameOf(first)} on, ${sequel(side, f.sent.length === 1)}, and none of ${addressOf(f.sa, otherSide(side))}: whether it came up cannot be said`,
    remedy: "Capture where both directions pass.",
  }
}

/** What the messages of one side alone show of the other's. */
const sequel = (side: Side, alone: boolean): string =>
  side === "initiator"
    ? `which ${alone ? "goes" : "go"} on as only answers let ${alone ? "it" : "them"}`
    : `which ${alone ? "answers a request that is" : "answer requests that are"} not there`

/** Who gets a packet of an SA that it does not have says so by these. RFC 7296 §1.5, §2.21.4; RFC 2408 §3.14.1. */
const UNKNOWN_SA: ReadonlySet<string> = new Set(["INVALID_IKE_SPI", "INVALID_SPI", "INVALID_COOKIE"])

function partial(f: Facts): Judgement {
  const { sa } = f
  const frames = f.sent.length > 0 ? [frameOf(f.sent[0])] : []
  const both = (["initiator", "responder"] as const).every(side => f.sent.some(s => s.from === side))
  const j = (headline: string, why: string): Judgement => ({
    ...fine("partial", "seen", frames, headline, why),
    remedy: "Capture from the beginning, and longer; or give keys of this SA.",
  })
  const notice = sa.notices.find(n => UNKNOWN_SA.has(n.name.replaceAll("-", "_")))
  if (!sa.begun && notice && sa.choice === null && f.sent.every(s => !isEncrypted(s)))
    return {
      ...j(
        `${notice.name} outside of any IKE SA`,
        `${addressOf(sa, notice.from)} sends ${notice.name} in the clear (frame ${notice.frame}) under SPIs that no IKE SA of this capture has: it got a packet of an SA that it does not have, or somebody else sent it`,
      ),
      remedy: `Look in the log of ${addressOf(sa, notice.from)} for a restart.`,
    }
  if (!sa.begun)
    return j(
      "Its beginning is not in the capture",
      `the first message seen (frame ${frames[0] ?? "?"}) is none that begins an SA; ${both ? "both ends speak" : `only ${addressOf(sa, f.sent[0]?.from ?? "initiator")} speaks`}${carriedText(f)}`,
    )
  const phase1 = ofType(f, ...PHASE_1).at(-1)
  if (sa.version === 1 && phase1?.exchange.complete && sa.choice !== null) {
    const later = f.sent.filter(s => frameOf(s) > frameOf(phase1)).length
    const goesOn = goesOnFor(f, arrivedAt(phase1))
    const then = later > 0 ? `${plural(later, "more message")} and no Quick Mode follow` : "nothing follows"
    return {
      ...j(
        "Phase 1 is done, and the capture ends before a tunnel",
        `phase 1 ends in frame ${frameOf(phase1)}${goesOn > 0 ? `; ${then} in the ${secondsText(goesOn)} that the capture goes on` : ", and the capture with it"}`,
      ),
      remedy: "Capture longer.",
    }
  }
  return j(
    "Too little of it to say",
    `the capture has ${plural(f.sent.length, "message")} of it, from frame ${frames[0] ?? "?"} on, and ends before it is up or refused`,
  )
}
