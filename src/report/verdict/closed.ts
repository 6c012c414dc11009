/** How an IKE SA that worked came to its end: by a Delete, a rekey, or a newer SA of the same peers. RFC 7296 §1.4.1, §2.4, §2.8. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import { otherSide } from "../../track/peer.ts"
import { carriedText } from "./carried.ts"
import { childTimes } from "./child-times.ts"
import { answerTo, type Facts, ofType } from "./facts.ts"
import { fine, type Judgement } from "./judgement.ts"
import { frameOf, isEncrypted, isOpened, timeOf } from "./sent.ts"
import { canBe, DELETE_IKE_BYTES, roomOf } from "./sizes.ts"
import { isRedundant, successorOf, unseenSuccessor } from "./successor.ts"
import { plural, secondsText } from "./words.ts"
import type { World } from "./world.ts"

export function ended(f: Facts, parent: IkeSa | undefined): Judgement | undefined {
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
export function superseded(f: Facts, kept: string): Judgement | undefined {
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
