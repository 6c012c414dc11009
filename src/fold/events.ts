/** Events of both versions applied to their SA. */
import type { CommonEvent } from "../track/event.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addStrayDelete } from "../track/stray-delete.ts"
import { noteVendors } from "../track/vendors.ts"

/** An event that concerns the SA alone. */
export type PlainEvent = Exclude<CommonEvent, { readonly kind: "understood" }>

export function applyEvent(sa: IkeSa, event: PlainEvent): void {
  switch (event.kind) {
    case "vendors":
      noteVendors(sa, event.from, event.ids)
      return
    case "offered":
      if (sa.offered.length > 0) sa.offered.length = 0
      sa.offered.push(...event.offers)
      return
    case "chosen":
      sa.choice = event.choice
      return
    case "identified":
      sa.ids[event.side] = event.id
      return
    case "completed":
      event.exchange.complete = true
      return
    case "refused":
      sa.facts.refusal ??= { frame: event.at.frame, time: event.at.time }
      return
    case "deleted":
      sa.facts.deletion ??= { frame: event.at.frame, time: event.at.time }
      return
    case "child-deleted":
      if (event.child.state === "installed") event.child.state = "deleted"
      event.child.last = event.at.time
      return
    case "stray-delete":
      addStrayDelete(sa, { frame: event.at.frame, time: event.at.time, from: event.from, spi: event.spi })
  }
}
