/** What is noted of a whole IKEv1 message for the explanations at the end: error notifications, XAUTH's outcome, Quick Modes. RFC 2408 §3.14.1. */

import { attributeNumber } from "../ike/shared/attribute.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { configuration } from "../ike/v1/configuration.ts"
import { notification } from "../ike/v1/notification.ts"
import { NOTIFY } from "../registry/ikev1/notify.ts"
import type { Exchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addNotice } from "../track/notice.ts"
import type { Side } from "../track/peer.ts"
import type { WholeMessage } from "../track/whole.ts"

const LAST_ERROR_TYPE = 8191
/** draft-beaulieu-ike-xauth §6.2. */
const XAUTH_STATUS = 16527
const XAUTH_FAIL = 0

export function noteMessageV1(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void {
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
  for (const n of findAll(whole.payloads, notification))
    if (n.type > 0 && n.type <= LAST_ERROR_TYPE)
      addNotice(sa, { ...at, type: n.type, name: NOTIFY.label(n.type), data: n.data })
  const status = find(whole.payloads, configuration)?.attributes.find(a => a.type === XAUTH_STATUS)
  if (status && attributeNumber(status.value) === XAUTH_FAIL)
    addNotice(sa, { ...at, type: -1, name: "XAUTH status FAIL", data: new Uint8Array(0) })
}
