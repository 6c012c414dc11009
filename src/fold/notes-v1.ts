/** What is noted of a whole IKEv1 message for the explanations at the end: error notifications, XAUTH's outcome, Quick Modes. RFC 2408 §3.14.1. */

import { integOfEspV1 } from "../crypto/integ.ts"
import { type Attribute, attributeNumber } from "../ike/shared/attribute.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { configuration } from "../ike/v1/configuration.ts"
import { id } from "../ike/v1/identification.ts"
import { ipsecAttributes } from "../ike/v1/ipsec-attributes.ts"
import { notification } from "../ike/v1/notification.ts"
import { sa as saPayload } from "../ike/v1/security-association.ts"
import type { TransformV1 } from "../ike/v1/transform.ts"
import { CFG_ATTRIBUTE } from "../registry/ikev1/cfg-attributes.ts"
import { CFG_TYPE } from "../registry/ikev1/cfg-types.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { GROUP } from "../registry/ikev1/groups.ts"
import { IPSEC_AUTH_ALG } from "../registry/ikev1/ipsec-auth-alg.ts"
import { isErrorType, isPrivateError, NOTIFY } from "../registry/ikev1/notify.ts"
import { XAUTH_STATUS } from "../registry/ikev1/xauth-status.ts"
import { type ChildAttempt, MAX_ATTEMPTS } from "../track/child-attempt.ts"
import { type Exchange, recentExchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addNotice, MAX_NOTICES_OF_MESSAGE, textOf } from "../track/notice.ts"
import type { Side } from "../track/peer.ts"
import { selectorOfId } from "../track/selector.ts"
import { espEncrNameV1 } from "../track/suite.ts"
import { v1StateOf } from "../track/v1-state.ts"
import type { Offer } from "../track/vocabulary.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { Whole } from "./notes-v2.ts"

export function noteMessageV1({ sa, exchange, from, whole }: Whole): void {
  const at = {
    frame: whole.datagram.frame,
    time: whole.datagram.time,
    from,
    exchangeType: exchange.type,
    messageId: exchange.messageId,
    request: from === exchange.startedBy,
    encrypted: whole.message.encrypted !== undefined || whole.opened !== undefined,
    detail: null,
  }
  // Before anything is agreed a private error is a refusal; its data may say why.
  const refuses = (type: number) => isErrorType(type) || (isPrivateError(type) && sa.choice === null)
  const refusals = findAll(whole.payloads, notification).filter(n => refuses(n.type))
  for (const { type, data } of refusals.slice(0, MAX_NOTICES_OF_MESSAGE))
    addNotice(sa, {
      ...at,
      kind: "notification",
      type,
      name: NOTIFY.label(type),
      data,
      detail: isErrorType(type) ? null : textOf(data),
    })
  noteRefusedQuick(sa, exchange, from, whole)
  const config = find(whole.payloads, configuration)
  const user = config?.attributes.find(a => a.type === CFG_ATTRIBUTE.XAUTH_USER_NAME)
  if (user && whole.opened && from === "initiator") v1StateOf(sa).xauthUser = textOf(user.value)
  const status = config?.attributes.find(a => a.type === CFG_ATTRIBUTE.XAUTH_STATUS)
  if (status && attributeNumber(status.value) === XAUTH_STATUS.FAIL)
    addNotice(sa, {
      ...at,
      kind: "xauth-failed",
      type: -1,
      name: "XAUTH status FAIL",
      data: new Uint8Array(0),
      detail: v1StateOf(sa).xauthUser,
    })
  if (config && from === "responder" && config.type === CFG_TYPE.ISAKMP_CFG_REPLY && !config.attributes.some(isAddress))
    addNotice(sa, {
      ...at,
      kind: "no-address",
      type: -1,
      name: "Mode Config without an address",
      data: new Uint8Array(0),
    })
}

const isAddress = ({ type, value }: Attribute): boolean =>
  (type === CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS || type === CFG_ATTRIBUTE.INTERNAL_IP6_ADDRESS) && value.length > 0

/**
 * The Quick Mode that an error notification ends: its offer and selectors as far as keys opened them. Either side may refuse, the
 * starter when it cannot install what was agreed. RFC 2409 §5.5.
 */
function noteRefusedQuick(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void {
  const errors = findAll(whole.payloads, notification).filter(n => isErrorType(n.type))
  if (errors.length === 0 || exchange.type !== EXCHANGE_V1.INFORMATIONAL || sa.attempts.length >= MAX_ATTEMPTS) return
  const quick = recentExchange(sa.exchanges, x => x.type === EXCHANGE_V1.QUICK_MODE)
  const request = quick?.messages.find(m => m.request)
  if (!quick || quick.complete || !request) return
  const made = sa.children.filter(c => quick.messages.some(m => m.frame === c.frame))
  for (const child of made) if (child.state === "installed") child.state = "failed"
  const asked = v1StateOf(sa).quick?.get(quick.messageId)?.first
  const ids = asked ? findAll(asked.payloads, id).map(selectorOfId) : []
  const attempt: ChildAttempt = {
    protocol: made[0]?.protocol === "AH" ? "AH" : "ESP",
    startedBy: quick.startedBy,
    exchangeType: EXCHANGE_V1.QUICK_MODE,
    messageId: quick.messageId,
    requestFrame: request.frame,
    responseFrame: whole.datagram.frame,
    refusedBy: from,
    time: whole.datagram.time,
    offered: asked
      ? findAll(asked.payloads, saPayload).flatMap(s => s.proposals.flatMap(p => p.transforms.map(quickOffer)))
      : [],
    asked: made[0]?.selectors ?? { i: ids.slice(0, 1), r: ids.slice(1, 2) },
    answered: null,
    outside: [],
    errors: errors.map(n => NOTIFY.label(n.type)),
  }
  sa.attempts.push(attempt)
}

function quickOffer(t: TransformV1): Offer {
  const a = ipsecAttributes(t)
  return {
    number: t.number,
    encr: [espEncrNameV1(t.id, a.keyLength)],
    integ: a.authAlg === undefined ? [] : [integOfEspV1(a.authAlg)?.name ?? IPSEC_AUTH_ALG.alias(a.authAlg)],
    prf: [],
    ke: a.group === undefined ? [] : [GROUP.alias(a.group)],
  }
}
