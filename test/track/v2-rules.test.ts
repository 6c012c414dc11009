/** The rules of IKEv2 as a function of state and message: what they say happened, without a fold. RFC 7296 §1.2, §1.4, §2.6. */
import { describe, expect, it } from "vitest"
import type { EventV2 } from "../../src/track/event.ts"
import type { Side } from "../../src/track/peer.ts"
import { V2Rules } from "../../src/track/v2.ts"
import { N, PlayV2, X } from "../play/play-v2.ts"
import { Tape } from "../play/tape.ts"
import * as w from "../play/wire-v2.ts"
import { kindsOf as kinds, newSa, eventsOf as of, starterOf, Wholes } from "./wholes.ts"

/** An SA and its rules; each call gives the events that a message makes. */
class Rules {
  readonly rules = new V2Rules(() => "child/0")
  readonly play = new PlayV2(new Tape())
  readonly sa = newSa(2)
  readonly wholes = new Wholes()

  say(from: Side, type: number, id: number, payloads: w.Payload[], request = from === "initiator"): EventV2[] {
    const whole = this.wholes.whole(from, w.clearMessage(this.play.head(from, type, id, !request), payloads))
    return this.rules.apply(this.sa, this.wholes.exchange(type, id, starterOf(from, request)), from, whole)
  }

  init(from: Side, nonce: number, group = 31): EventV2[] {
    const value = new Uint8Array(32).fill(nonce)
    const sa = w.saP({ protocol: 1, spi: new Uint8Array(0), transforms: this.play.transforms() })
    return this.say(from, X.INIT, 0, [sa, w.keP(group, value), w.nonceP(value)])
  }
}

describe("V2Rules", () => {
  it("IKE_SA_INIT: offered, then chosen, complete and agreed", () => {
    const r = new Rules()
    expect(kinds(r.init("initiator", 1))).toEqual(["understood", "offered"])
    expect(kinds(r.init("responder", 2))).toEqual(["understood", "chosen", "completed", "agreed"])
  })

  it("every other request and answer makes candidates, the first pair before them, up to a cap", () => {
    const r = new Rules()
    r.init("initiator", 1)
    r.init("responder", 2)
    const nonces = (events: EventV2[]) =>
      of(events, "agreed").flatMap(e => e.candidates.map(c => [c.negotiation.nonces.ni[0], c.negotiation.nonces.nr[0]]))
    expect(nonces(r.init("responder", 3))).toEqual([
      [1, 2],
      [1, 3],
    ])
    expect(nonces(r.init("initiator", 4))[0]).toEqual([1, 2])
    expect(kinds(r.init("responder", 3))).toEqual(["understood"])
    for (let n = 5; n < 40; n++) r.init("responder", n)
    expect(r.sa.v2?.initResponses.length).toBeLessThanOrEqual(6)
  })

  it("an answer of another group belongs to no request", () => {
    const r = new Rules()
    r.init("initiator", 1, 31)
    expect(kinds(r.init("responder", 2, 19))).not.toContain("agreed")
  })

  it("COOKIE completes the exchange and refuses nothing; NO_PROPOSAL_CHOSEN refuses, unauthenticated", () => {
    const r = new Rules()
    r.init("initiator", 1)
    expect(kinds(r.say("responder", X.INIT, 0, [w.notifyP(N.COOKIE, new Uint8Array(8))]))).toEqual([
      "understood",
      "completed",
    ])
    const s = new Rules()
    s.init("initiator", 1)
    const [refused] = of(s.say("responder", X.INIT, 0, [w.notifyP(14)]), "refused")
    expect(refused).toMatchObject({ authenticated: false, at: { frame: 2 } })
    // After an error a request may have its answer yet.
    expect(kinds(s.init("responder", 2))).toContain("agreed")
  })

  it("IKE_AUTH: identities, AUTH, and who has sent none", () => {
    const r = new Rules()
    const auth = w.authP(2, new Uint8Array(32))
    expect(kinds(r.say("initiator", X.AUTH, 1, [w.idP(w.P.IDI, "left"), auth]))).toEqual([
      "identified",
      "understood",
      "auth",
    ])
    const events = r.say("responder", X.AUTH, 1, [w.idP(w.P.IDR, "right")])
    expect(of(events, "unproved").map(e => e.side)).toEqual(["responder"])
    expect(of(events, "authenticated")).toEqual([{ kind: "authenticated", last: false }])
  })

  it("EAP goes on: nobody is missing yet", () => {
    const r = new Rules()
    r.say("initiator", X.AUTH, 1, [w.idP(w.P.IDI, "left")])
    const events = r.say("responder", X.AUTH, 1, [w.idP(w.P.IDR, "right"), w.eapP(1, 1, Uint8Array.of(1))])
    expect(of(events, "unproved")).toEqual([])
  })

  it("deletes: of the SA, and of an SPI that nobody has", () => {
    const r = new Rules()
    const events = r.say("responder", X.INFO, 0, [w.deleteP(1), w.deleteP(3, Uint8Array.of(1, 2, 3, 4))], true)
    expect(kinds(events)).toEqual(["understood", "deleted", "stray-delete"])
  })

  it("writes nothing into the SA but its own memory", () => {
    const r = new Rules()
    const before = JSON.stringify({ ...r.sa, v2: undefined })
    r.init("initiator", 1)
    r.init("responder", 2)
    r.say("responder", X.INFO, 0, [w.deleteP(1)], true)
    expect(JSON.stringify({ ...r.sa, v2: undefined })).toBe(before)
  })
})
