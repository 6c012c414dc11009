/** The rules of IKEv1 as a function of state and message: what they say happened, without a fold. RFC 2409 §5, RFC 2408 §3.15. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { concat } from "../../src/bytes/bytes.ts"
import { addressKey } from "../../src/keys/inner-selectors.ts"
import type { EventV1 } from "../../src/track/event.ts"
import type { MessageRecord } from "../../src/track/exchange.ts"
import { otherSide, type Side } from "../../src/track/peer.ts"
import { V1Rules } from "../../src/track/v1.ts"
import { v1StateOf } from "../../src/track/v1-state.ts"
import { PlayV1 } from "../play/play-v1.ts"
import { Tape } from "../play/tape.ts"
import * as v1 from "../play/wire-v1.ts"
import { chain, type Payload } from "../play/wire-v2.ts"
import { eventsOf, kindsOf, newSa, Wholes } from "./wholes.ts"

const { T, XV1 } = v1
const QUICK = 0x1234
const NET = (n: number) => v1.raw(T.ID, Uint8Array.of(4, 0, 0, 0, 10, n, 0, 0, 255, 255, 0, 0))

/** An SA and its rules; each call gives the events that a message makes. */
class Rules {
  readonly play = new PlayV1(new Tape())
  readonly sa = newSa(1)
  readonly siblings = [newSa(1, 1)]
  readonly wholes = new Wholes()
  #child = 0
  readonly rules = new V1Rules(
    () => `child/${this.#child++}`,
    () => this.siblings,
  )

  /** `opened` as if keys had opened it. */
  say(from: Side, type: number, payloads: Payload[], { id = 0, opened = false, startedBy = from } = {}): EventV1[] {
    const body = chain(payloads)
    const head = v1.headerV1([this.play.ckyI, this.play.ckyR], payloads[0].type, type, 0, id, 28 + body.length)
    const bytes = concat(head, body)
    const clear = byteSource(body, "clear")
    const layout = {
      ivBytes: 0,
      icvBytes: 0,
      icvOk: undefined,
      end: body.length,
      padLength: 0,
      first: payloads[0].type,
    }
    const whole = this.wholes.whole(from, bytes, opened ? { clear, ...layout } : undefined)
    return this.rules.apply(this.sa, this.wholes.exchange(type, id, startedBy), from, whole)
  }

  offer(from: Side): EventV1[] {
    return this.say(from, XV1.MAIN, [v1.raw(T.SA, this.play.sai)], { startedBy: "initiator" })
  }

  /** The first two messages of a Quick Mode. */
  quick(id: number, spi: number, first: Side = "initiator"): EventV1[] {
    const sa = (n: number) =>
      v1.raw(
        T.SA,
        v1.saBody({
          protocol: 3,
          spi: Uint8Array.of(0, 0, 0, n),
          transforms: [
            [
              12,
              [
                [4, 1],
                [5, 2],
                [6, 128],
              ],
            ],
          ],
        }),
      )
    const nonce = v1.raw(T.NONCE, new Uint8Array(16).fill(spi))
    const ids = [NET(1), NET(2)]
    const say = (from: Side, n: number) =>
      this.say(from, XV1.QUICK, [sa(n), nonce, ...ids], { id, opened: true, startedBy: first })
    expect(kindsOf(say(first, spi))).toEqual(["understood"])
    return say(otherSide(first), spi + 1)
  }
}

describe("V1Rules", () => {
  it("Main Mode: offered, then chosen with its method", () => {
    const r = new Rules()
    const [offered] = eventsOf(r.offer("initiator"), "offered")
    expect(offered.offers).toMatchObject([{ encr: ["AES-CBC-128"], integ: ["SHA1"] }])
    const events = r.offer("responder")
    expect(kindsOf(events)).toEqual(["chosen", "method", "understood"])
    expect(eventsOf(events, "method")[0].method).toEqual({ name: "pre-shared key", isPsk: true, hasXauth: false })
    expect(v1StateOf(r.sa).answer).toMatchObject({ authMethod: 1, group: 31, lifetimeSeconds: 3600 })
  })

  it("another answer takes the place of the first, which is remembered", () => {
    const r = new Rules()
    r.offer("initiator")
    r.offer("responder")
    const other = new PlayV1(new Tape(), { spec: { ...r.play.spec, hash: 4 } })
    r.say("responder", XV1.MAIN, [v1.raw(T.SA, other.sai)], { startedBy: "initiator" })
    const { answer, otherAnswers } = v1StateOf(r.sa)
    expect([answer?.hash?.name, otherAnswers.map(a => a.hash?.name)]).toEqual(["SHA2-256", ["SHA1"]])
  })

  it("identities and values of phase 1 are noted once, however often they come", () => {
    const r = new Rules()
    r.offer("initiator")
    r.offer("responder")
    const flight = (n: number) => [
      v1.raw(T.KE, new Uint8Array(32).fill(n)),
      v1.raw(T.NONCE, new Uint8Array(16).fill(n)),
    ]
    for (const n of [1, 2, 3, 4, 5, 6]) r.say("initiator", XV1.MAIN, flight(n))
    const { ke, flights } = v1StateOf(r.sa)
    expect([ke.initiator?.bytes[0], flights.initiator.length]).toEqual([1, 4])
    const id = v1.raw(T.ID, r.play.idI)
    expect(eventsOf(r.say("initiator", XV1.MAIN, [id]), "identified")).toMatchObject([
      { side: "initiator", id: { type: "ID_FQDN", value: "left.lab" } },
    ])
  })

  it("Quick Mode: the second message makes the Child SA, with SPIs, selectors and nonces", () => {
    const r = new Rules()
    const [{ child, negotiation, replaces }] = eventsOf(r.quick(QUICK, 7), "child")
    expect(child).toMatchObject({
      id: "child/0",
      protocol: "ESP",
      spiI: 7,
      spiR: 8,
      startedBy: "initiator",
      pfs: false,
    })
    expect(child.selectors.i).toMatchObject([{ addresses: "10.1.0.0/16", protocol: null }])
    expect(child.selectors.r[0].range?.last).toBe(addressKey(Uint8Array.of(10, 2, 255, 255)))
    expect(negotiation).toMatchObject({ pair: null, nonces: { frameI: 1, frameR: 2 } })
    expect(replaces).toBeUndefined()
  })

  it("a second one for the same selectors replaces the first, other selectors or the same frame do not", () => {
    const r = new Rules()
    const [first] = eventsOf(r.quick(QUICK, 7), "child")
    const [second] = eventsOf(r.quick(QUICK + 1, 9), "child")
    expect(second.replaces).toBe(first.child)
    first.child.state = "deleted"
    second.child.state = "deleted"
    expect(eventsOf(r.quick(QUICK + 2, 11), "child")[0].replaces).toBeUndefined()
  })

  it("deletes: of the SA, of the sender's Child SA, of an SPI that nobody has", () => {
    const r = new Rules()
    const [{ child }] = eventsOf(r.quick(QUICK, 7), "child")
    r.sa.children.push(child)
    const del = (protocol: number, spi: Uint8Array) =>
      v1.raw(T.D, concat(Uint8Array.of(0, 0, 0, 1, protocol, spi.length, 0, 1), spi))
    const say = (from: Side, spi: number) =>
      r.say(from, XV1.INFO, [del(3, Uint8Array.of(0, 0, 0, spi))], { id: 1, opened: true })
    expect(eventsOf(say("initiator", 7), "child-deleted")[0].child).toBe(child)
    expect(kindsOf(say("initiator", 8))).toEqual(["understood", "stray-delete"])
    expect(eventsOf(say("responder", 8), "child-deleted")[0].child).toBe(child)
    const whole = r.say("initiator", XV1.INFO, [del(1, concat(r.play.ckyI, r.play.ckyR))], { id: 2, opened: true })
    expect(eventsOf(whole, "deleted")).toMatchObject([{ authenticated: true }])
    // An SPI of another length is nobody's.
    expect(kindsOf(r.say("initiator", XV1.INFO, [del(3, Uint8Array.of(7))], { id: 3, opened: true }))).toContain(
      "stray-delete",
    )
  })

  it("what comes in the clear once the SA is encrypted deletes nothing and makes nothing", () => {
    const r = new Rules()
    r.sa.secured = true
    const del = v1.raw(T.D, concat(Uint8Array.of(0, 0, 0, 1, 1, 16, 0, 1), r.play.ckyI, r.play.ckyR))
    expect(kindsOf(r.say("responder", XV1.INFO, [del], { id: 9 }))).toEqual(["understood"])
  })

  it("an error in the clear refuses, unauthenticated; a notice does not", () => {
    const r = new Rules()
    const notify = (type: number) => v1.raw(T.N, Uint8Array.of(0, 0, 0, 1, 1, 0, type >> 8, type & 255))
    expect(eventsOf(r.say("responder", XV1.INFO, [notify(14)], { id: 1 }), "refused")).toMatchObject([
      { authenticated: false, at: { frame: 1 } },
    ])
    expect(kindsOf(r.say("responder", XV1.INFO, [notify(24578)], { id: 2 }))).toEqual(["understood"])
  })

  it("progress: Main Mode is complete with the last of its six steps, and not sooner by repeats", () => {
    const r = new Rules()
    const exchange = r.wholes.exchange(XV1.MAIN, 0, "initiator")
    const record = (from: Side, payloads: string[], encrypted = false) =>
      ({ from, payloads, encrypted }) as unknown as MessageRecord
    const step = (...of: Parameters<typeof record>) => kindsOf(r.rules.progress(exchange, record(...of)))
    for (const side of ["initiator", "responder"] as const) {
      expect(step(side, ["SA"])).toEqual([])
      expect(step(side, ["KE", "NONCE"])).toEqual([])
      expect(step(side, ["KE", "NONCE"])).toEqual([])
    }
    expect(step("initiator", [], true)).toEqual([])
    expect(step("initiator", [], true)).toEqual([])
    expect(step("responder", [], true)).toEqual(["completed", "established"])
  })

  it("writes nothing into the SA but its own memory", () => {
    const r = new Rules()
    const before = JSON.stringify({ ...r.sa, v1: undefined })
    r.offer("initiator")
    r.offer("responder")
    r.quick(QUICK, 7)
    expect(JSON.stringify({ ...r.sa, v1: undefined })).toBe(before)
  })
})
