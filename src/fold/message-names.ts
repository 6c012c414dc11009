/** What the record of a message names: its payloads by their notations, and its notifications. */
import { type DecodedPayload, findAll } from "../ike/shared/payload.ts"
import { notification } from "../ike/v1/notification.ts"
import { IKEV1 } from "../ike/v1/table.ts"
import { IKEV2 } from "../ike/v2/table.ts"
import { NOTIFY as NOTIFY_V1 } from "../registry/ikev1/notify.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { NameLists } from "../track/exchange.ts"
import { notifiesOf } from "../track/v2-messages.ts"

export interface MessageNames {
  readonly payloads: readonly string[]
  readonly notifies: readonly string[]
}

export const namesV1 = (lists: NameLists, payloads: readonly DecodedPayload[]): MessageNames => ({
  payloads: lists.of(payloads.map(p => IKEV1.get(p.type)?.notation ?? PAYLOAD_V1.name(p.type) ?? String(p.type))),
  notifies: lists.of(findAll(payloads, notification).map(n => NOTIFY_V1.name(n.type) ?? String(n.type))),
})

export const namesV2 = (lists: NameLists, payloads: readonly DecodedPayload[]): MessageNames => ({
  payloads: lists.of(payloads.map(p => IKEV2.get(p.type)?.notation ?? PAYLOAD_TYPE.name(p.type) ?? String(p.type))),
  notifies: lists.of(notifiesOf(payloads).map(n => NOTIFY.name(n.type) ?? String(n.type))),
})
