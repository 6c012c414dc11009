/** Checks of an IKEv2 message that need no key: NAT detection, COOKIE, public values. RFC 7296 §2.6, §2.23. */
import { describe, expect, it } from "vitest"
import { findAll } from "../../src/ike/shared/payload.ts"
import { notify } from "../../src/ike/v2/notify.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { NOTIFY } from "../../src/registry/ikev2/notify.ts"
import { verifyMessageV2 } from "../../src/verify/message-v2.ts"
import { oneBitOff } from "../play/tape.ts"
import { type HeardMessage, hearFixture, statuses } from "./heard.ts"

const verify = ({ from, exchange, whole }: HeardMessage, more: Partial<Parameters<typeof verifyMessageV2>[0]> = {}) =>
  verifyMessageV2({ from, request: from === exchange.startedBy, whole, provider: nodeProvider, ...more })

const cookieIn = ({ whole }: HeardMessage) => findAll(whole.payloads, notify).find(n => n.type === NOTIFY.COOKIE)?.data

describe("checks of an IKEv2 message that need no key", async () => {
  const { messages } = await hearFixture("v2-psk-modp2048", {})
  const [first] = messages

  it("NAT detection and the public value hold in both messages of IKE_SA_INIT", () => {
    for (const m of messages.slice(0, 2)) {
      const { checks, natClaims } = verify(m)
      expect(statuses(checks)).toEqual([
        "nat-detection-source pass",
        "nat-detection-destination pass",
        "dh-public pass",
      ])
      expect(natClaims).toEqual([])
    }
  })

  it("behind a NAT the hash is kept as a claim of its end", () => {
    const datagram = { ...first.whole.datagram, source: { address: "192.0.2.1", port: 4500 } }
    const { checks, natClaims } = verify({ ...first, whole: { ...first.whole, datagram } })
    expect(statuses(checks)[0]).toBe("nat-detection-source skipped")
    expect(natClaims).toMatchObject([{ end: "source", from: "initiator", peer: { address: "192.0.2.1" } }])
  })
})

describe("cookie", async () => {
  const { messages } = await hearFixture("v2-cookie", {})
  const carries = messages.find(m => m.from === "initiator" && cookieIn(m))!
  const bare = messages.find(m => m.from === "initiator" && !cookieIn(m))!
  const data = cookieIn(carries)!
  const of = (m: HeardMessage, asked: { data: Uint8Array; due: boolean }) =>
    verify(m, { cookie: asked }).checks.filter(c => c.id === "cookie")

  it("comes back as it was given", () => {
    expect(statuses(of(carries, { data, due: true }))).toEqual(["cookie pass"])
  })

  it("another one fails, and so does none where it is due", () => {
    expect(of(carries, { data: oneBitOff(data), due: true })[0].reason).toMatch(/not the one that was given/)
    expect(of(bare, { data, due: true })[0]).toMatchObject({
      status: "fail",
      reason: expect.stringMatching(/carries none/),
    })
    expect(of(bare, { data, due: false })).toEqual([])
  })

  it("a puzzle needs its solution", () => {
    const cookie = { data, due: true, puzzle: { prf: 5, difficulty: 8 } }
    const [puzzle] = verify(carries, { cookie }).checks.filter(c => c.id === "puzzle")
    expect(puzzle).toMatchObject({ status: "skipped", reason: expect.stringMatching(/no solution/) })
  })
})
