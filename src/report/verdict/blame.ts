/** Why a side refused the other's authentication: all that is known weighed, the checks here first. RFC 7296 §2.15, RFC 4945, RFC 8784. */

import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { isProofOf } from "../../track/check-ids.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Notice } from "../../track/notice.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { sameKey } from "../explain/authentication.ts"
import { certificateReason } from "./certificate-reason.ts"
import type { Facts } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { otherIdentity, policyText, proofOf, type Reason } from "./reason.ts"
import { notifiesOf, payloadsOf } from "./sent.ts"
import { addressOf, nameOf } from "./words.ts"

/** Who refused the other's authentication, and how: by a notification under encryption, or without a word. */
export type Refusal = Pick<Notice, "from" | "frame" | "encrypted"> & {
  /** `AUTHENTICATION_FAILED`. */
  readonly name: string
}

/** The refusal of a side's authentication. */
export function blame(f: Facts, n: Refusal): Judgement {
  const side = otherSide(n.from)
  const reason = reasonOf(f, side, n)
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: reason.cause,
    frames: [n.frame],
    headline: reason.headline,
    why: `${addressOf(f.sa, n.from)} refuses ${nameOf(f, side)}: ${n.name} (frame ${n.frame}). ${reason.why}`,
    remedy: reason.remedy,
  }
}

function reasonOf(f: Facts, side: Side, n: Refusal): Reason {
  const proof = proofOf(f, side)
  if (proof?.mistake && proof.reason)
    return {
      cause: "implementation-mistake",
      headline: "Authentication refused: AUTH is made otherwise",
      why: proof.reason,
    }
  const method = f.sa.auth[side] ?? f.sa.auth[otherSide(side)]
  if (f.sa.v2?.ppkId && ppkCounts(f, side)) return ppk(f, side)
  const alone = ppkOffers(f)
  if (alone !== undefined && proofOf(f, side)?.status !== "fail") return ppkOfOne(f, alone)
  if (method?.isPsk) return preShared(f, side, n)
  if (side === "initiator" && f.sa.v2?.eapSucceeded && proof?.status !== "fail") return afterEap(f, side)
  return certificateReason(f, side) ?? otherIdentity(f, side) ?? unknown(f, side)
}

/** Without NO_PPK_AUTH beside it the PPK is part of every AUTH; the pre-shared key itself must not be the fault. */
const ppkCounts = (f: Facts, side: Side): boolean =>
  proofOf(f, side)?.status !== "fail" || f.sa.checks.some(c => c.id === "ppk" && c.status !== "fail")

function ppk(f: Facts, side: Side): Reason {
  const by = addressOf(f.sa, otherSide(side))
  const held = proofOf(f, side)?.status === "pass"
  return {
    cause: "ppk-mismatch",
    headline: "Authentication refused: the PPKs differ",
    why: held
      ? `A PPK is part of AUTH, which holds under the PPK and keys given here: most likely ${by} has another PPK, or none, under this PPK_ID`
      : "A PPK is part of AUTH: most likely the two ends have different values under this PPK_ID, or one has none",
  }
}

/** The only side that says it has a PPK. RFC 8784 §3: the initiator offers it, the responder says so too. */
function ppkOffers({ sent }: Facts): Side | undefined {
  const says = (side: Side) =>
    sent.some(s => s.from === side && s.exchange.type === EXCHANGE.IKE_SA_INIT && notifiesOf(s).includes("USE_PPK"))
  if (says("initiator") === says("responder")) return undefined
  return says("initiator") ? "initiator" : undefined
}

function ppkOfOne(f: Facts, side: Side): Reason {
  const other = addressOf(f.sa, otherSide(side))
  return {
    cause: "ppk-mismatch",
    headline: "Authentication refused: only one end has a PPK",
    why: `${addressOf(f.sa, side)} offers USE_PPK and ${other} does not answer it: where one end demands a PPK the other needs it too; else another key, method or identity differs`,
  }
}

/** EAP Success came, so the user is known; what is refused is what came then. RFC 7296 §2.16. */
function afterEap(f: Facts, side: Side): Reason {
  const by = addressOf(f.sa, otherSide(side))
  const key = proofOf(f, side)?.status === "pass" ? "" : ", or its EAP server gave it another key (MSK)"
  return {
    cause: "authentication-failed",
    headline: "Refused although EAP succeeded",
    why: `EAP succeeded, so user name and password are right: ${by} demands more of the user (group, identity, another round) than it found${key}`,
    remedy: `The log of ${by}, and of its RADIUS server, say what it lacked.`,
  }
}

function preShared(f: Facts, side: Side, n: Refusal): Reason {
  const by = addressOf(f.sa, otherSide(side))
  const check = proofOf(f, side)
  const differ = "Authentication refused: the pre-shared keys differ"
  if (check?.status === "fail")
    return {
      cause: "psk-mismatch",
      headline: differ,
      why: `AUTH holds under no pre-shared key given here either: ${nameOf(f, side)} uses another key than the one given`,
    }
  const other = otherIdentity(f, side)
  if (other) return other
  const used = pskUses(f)
  if (used.mine.length > 1)
    return {
      cause: "psk-mismatch",
      headline: differ,
      why: `One end uses psks[${used.mine[0]}], the other psks[${used.mine[1]}]: the two differ`,
    }
  const known = check?.status === "pass" ? provenElsewhere(f, otherSide(side)) : undefined
  if (known)
    return asksTheSame(f.sa, known)
      ? {
          cause: "authentication-failed",
          headline: "Authentication refused, which was accepted before",
          why: `AUTH is right, and ${by} took the same identities and key under ${known.id}: most likely its key or its connection was changed since`,
        }
      : {
          cause: "identity-refused",
          headline: "Authentication refused: the identity, most likely",
          why: `AUTH is right under the key by which ${by} proves itself in ${known.id}: most likely it ${policyText(f, side, "").replace(/^(?=no connection)/, "has ")}, or another key for it`,
        }
  if (check?.status === "pass" && used.others.length > 0)
    return {
      cause: "psk-mismatch",
      headline: "Authentication refused: two pre-shared keys, it seems",
      why: `AUTH of ${nameOf(f, side)} holds under psks[${used.mine[0] ?? "?"}]; psks[${used.others[0]}] fits nothing here: if ${by} has that one, the two keys differ, else ${policyText(f, side)}`,
    }
  const { sa } = f
  if (check?.status === "pass" && sameKey(sa, n))
    return {
      cause: "identity-refused",
      headline: "Authentication refused: the identity, most likely",
      why: `Both ends have the same pre-shared key, as both sides' messages open: ${policyText(f, side)}${sa.auth[side]?.hasXauth ? " with XAUTH" : ", or demands another method (XAUTH)"}`,
    }
  // Many a responder that has certificates asks for one whatever the peer's connection says (RFC 7296 §3.7).
  const asks = (sa.v2?.said[otherSide(side)].authorities ?? []).length > 0
  const method = asks ? "wants a certificate, which it asks for (CERTREQ)" : "wants another method (certificate)"
  if (check?.status === "pass")
    return {
      cause: "authentication-failed",
      headline: "Authentication refused",
      why: `AUTH is right under the key given here: ${by} has another key, ${policyText(f, side, "")}, or ${method}`,
      remedy: `On ${by}: compare its key for ${nameOf(f, side)}, the identities of its connection and the authentication method it asks for.`,
    }
  return {
    cause: "authentication-failed",
    headline: "Authentication refused",
    why: `${by} has another pre-shared key, ${policyText(f, side, "")}, or ${method}; the key given decides (psks in --keys)`,
  }
}

/** Another SA of these peers in which this side proved itself by the same pre-shared key, one of the same identities first. */
function provenElsewhere({ sa, world }: Facts, side: Side): IkeSa | undefined {
  const mine = world.uses().filter(u => u.kind === "psks" && u.used_by.includes(sa.id))
  const proven = world
    .between(sa)
    .filter(
      x =>
        x !== sa &&
        mine.some(u => u.used_by.includes(x.id)) &&
        x.version === 2 &&
        x.checks.some(c => isProofOf(sideOf(x, addressOf(sa, side)), c) && c.status === "pass"),
    )
  return proven.find(x => x.number < sa.number && asksTheSame(sa, x)) ?? proven[0]
}

/** Whether an SA that was refused is between the identities of another; its responder has said no name yet. */
function asksTheSame(refused: IkeSa, other: IkeSa): boolean {
  const at = sideOf(other, refused.initiator.address)
  const wanted = refused.ids.responder?.value ?? refused.v2?.askedId
  return (
    refused.ids.initiator?.value === other.ids[at]?.value && (!wanted || wanted === other.ids[otherSide(at)]?.value)
  )
}

const sideOf = (sa: IkeSa, address: string): Side => (sa.initiator.address === address ? "initiator" : "responder")

/** Which of the pre-shared keys given opened or proved this SA, and which proved nothing anywhere. */
function pskUses({ sa, world }: Facts): { readonly mine: readonly number[]; readonly others: readonly number[] } {
  const psks = world.uses().filter(u => u.kind === "psks")
  return {
    mine: psks.filter(u => u.used_by.includes(sa.id)).map(u => u.index),
    others: psks.filter(u => u.used_by.length === 0).map(u => u.index),
  }
}

function unknown(f: Facts, side: Side): Reason {
  const check = proofOf(f, side)
  const by = addressOf(f.sa, otherSide(side))
  // A certificate goes to those who ask for one (RFC 7296 §3.7); who does not wants a key, most likely.
  const asks = f.sent.some(s => s.from !== side && payloadsOf(s).includes("CERTREQ"))
  if (check?.status === "skipped" && side === "initiator" && f.sa.version === 2 && f.sa.auth[side] && !asks)
    return {
      cause: "auth-method-refused",
      headline: "Authentication refused",
      why: `It proves itself by ${f.sa.auth[side].name}, and ${by} asks for no certificate (no CERTREQ): most likely it wants another method, or has ${policyText(f, side, "")}`,
    }
  const state =
    check?.status === "fail"
      ? `AUTH does not verify here either: ${check.reason}`
      : check?.status === "pass"
        ? "AUTH is right under what is given here"
        : "AUTH could not be checked here"
  return {
    cause: "authentication-failed",
    headline: "Authentication refused",
    why: `${state}. ${by} has other credentials, or ${policyText(f, side, "")}`,
  }
}
