/** Events of both versions applied to their SA. */
import type { CommonEvent } from "../track/event.ts"
import { newGroup } from "../track/group.ts"
import type { Claim, IkeSa } from "../track/ike-sa.ts"
import type { Memory } from "../track/memory.ts"
import type { SeenAt } from "../track/moment.ts"
import { addStrayDelete } from "../track/stray-delete.ts"
import { bothSealed } from "./outcome.ts"

/** An event that concerns the SA alone. */
export type PlainEvent = Exclude<CommonEvent, { readonly kind: "understood" }>

export function applyEvent(memory: Memory, sa: IkeSa, event: PlainEvent): void {
  switch (event.kind) {
    case "vendors":
      memory.vendors.note(sa, event.from, event.ids)
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
    case "joins":
      sa.group ??= newGroup("member")
      sa.group.id ??= event.id
      return
    case "completed":
      event.exchange.complete = true
      return
    case "refused":
      sa.facts.refusal = claimed(sa, sa.facts.refusal, event)
      return
    case "deleted":
      sa.facts.deletion = claimed(sa, sa.facts.deletion, event)
      return
    case "child-deleted":
      if (event.child.state === "installed") event.child.state = "deleted"
      event.child.last = event.at.time
      return
    case "stray-delete":
      addStrayDelete(sa, { frame: event.at.frame, time: event.at.time, from: event.from, spi: event.spi })
  }
}

/** The first claim stays, unless it came in the clear and a later one did not. In the clear nothing counts once both ends have sent encrypted messages. */
function claimed(
  { facts }: IkeSa,
  before: Claim | null,
  { at, authenticated }: { readonly at: SeenAt; readonly authenticated: boolean },
): Claim | null {
  if (!authenticated && (before || bothSealed(facts))) return before
  return before?.authenticated ? before : { frame: at.frame, time: at.time, authenticated }
}
