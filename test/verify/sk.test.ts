/** `sk-integrity` and `sk-padding` by themselves. RFC 7296 §3.14. */
import { describe, expect, it } from "vitest"
import type { Opened } from "../../src/ike/shared/payload.ts"
import { PAYLOAD_TYPE } from "../../src/registry/ikev2/payload-types.ts"
import { skIntegrity, skPadding } from "../../src/verify/sk.ts"
import { hearFixture } from "./heard.ts"

const { messages } = await hearFixture("v2-psk-modp2048")
const { whole } = messages.find(m => m.whole.opened)!
const opened = whole.opened!
const payload = whole.message.payloads.find(p => p.type === PAYLOAD_TYPE.SK)!
const at = whole.datagram

describe("sk-integrity", () => {
  it("holds, in the frame of the message", () => {
    expect(skIntegrity(opened, payload, at)).toMatchObject({ status: "pass", at: { frame: at.frame } })
  })

  it("fails for a wrong ICV and for a payload that is too short", () => {
    expect(skIntegrity("icv", payload, at)).toMatchObject({
      status: "fail",
      reason: expect.stringMatching(/not match/),
    })
    expect(skIntegrity("short", payload, at)).toMatchObject({
      status: "fail",
      reason: expect.stringMatching(/too short/),
    })
  })

  it("is skipped without keys, without the algorithm, without SK_a and without integrity, each in its words", () => {
    const unchecked = (icvBytes: number): Opened => ({ ...opened, icvOk: undefined, icvBytes })
    const reasons = ([{ noKey: "no key: why" }, "unsupported", unchecked(16), unchecked(0)] as const).map(
      o => skIntegrity(o, payload, at).reason,
    )
    expect(reasons).toEqual([
      "no key: why",
      "the algorithm is not computed here",
      "SK_a is not known: the ICV is not checked",
      "the suite has no integrity algorithm",
    ])
  })
})

describe("sk-padding", () => {
  const padded = (padLength: number, type: number = PAYLOAD_TYPE.SK) =>
    skPadding({ ...opened, padLength }, { ...payload, type }, "initiator", at)

  it("ends where the payloads do", () => {
    expect(padded(opened.padLength)).toMatchObject({ status: "pass" })
  })

  it("names a Pad Length that counts itself", () => {
    expect(padded(opened.padLength + 1)).toMatchObject({ status: "fail", mistake: "sk-pad-counts-itself" })
  })

  it("a length that nothing explains fails; in a fragment only one that leaves it", () => {
    expect(padded(opened.padLength + 2)).toMatchObject({ status: "fail" })
    expect(padded(opened.padLength + 2).mistake).toBeUndefined()
    expect(padded(opened.padLength + 2, PAYLOAD_TYPE.SKF).status).toBe("pass")
    expect(padded(opened.clear.bytes.length, PAYLOAD_TYPE.SKF).status).toBe("fail")
  })
})
