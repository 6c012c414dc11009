/** IKEv2 SAs that are up with no Child SA to be seen: by agreement, after a refusal, or where a size does not show it. RFC 6023, RFC 7296 §1.2. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { isErrorType } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { asksNoChild, CERTREQ_BYTES } from "./auth-v2.ts"
import { acceptedText, unproved } from "./carried.ts"
import { type Facts, ofType } from "./facts.ts"
import { fine, type Judgement } from "./judgement.ts"
import { frameOf, isOpened } from "./sent.ts"
import { roomOf, SHORTEST_CHILD, SHORTEST_ID, shortestAuth, WITH_CERTIFICATE } from "./sizes.ts"
import type { Certainty } from "./types.ts"
import { addressOf, plural } from "./words.ts"

const isAsked = (f: Facts): boolean => ofType(f, EXCHANGE.IKE_AUTH).some(s => s.request)

/** The answer of IKE_AUTH alone is in the capture, and refuses the Child SA. */
export function refusedUnasked(f: Facts): Judgement | undefined {
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
export function childless(f: Facts, frames: readonly number[]): Judgement | undefined {
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

/** Without keys: the request of IKE_AUTH has no room for a Child SA. RFC 6023. */
export function childlessUnread(f: Facts, frames: readonly number[]): Judgement | undefined {
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
export function unmeasured(f: Facts, frames: readonly number[], parent: IkeSa | undefined): Judgement | undefined {
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
