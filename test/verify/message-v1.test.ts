/** Checks of an IKEv1 message that need no key: NAT-D and public values. RFC 3947 §3.2. */
import { describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import type { AnswerV1, V1State } from "../../src/track/v1-state.ts"
import { v1StateOf } from "../../src/track/v1-state.ts"
import { verifyMessageV1 } from "../../src/verify/message-v1.ts"
import { type HeardMessage, hearFixture, statuses } from "./heard.ts"

describe("checks of an IKEv1 message that need no key", async () => {
  const { messages, sas } = await hearFixture("v1-main-psk", {})
  const state = v1StateOf(sas[0])
  const verify = ({ exchange, from, whole }: HeardMessage, of: V1State = state) =>
    verifyMessageV1({ state: of, exchange, from, whole, provider: nodeProvider })
  const third = messages[2]

  it("NAT-D, of the other end first, and the public value hold in messages 3 and 4", () => {
    for (const m of messages.slice(2, 4)) {
      const { checks, natClaims } = verify(m)
      expect(statuses(checks)).toEqual([
        "nat-detection-source pass",
        "nat-detection-destination pass",
        "dh-public pass",
      ])
      expect(natClaims).toEqual([])
    }
    expect(verify(messages[0]).checks).toEqual([])
  })

  it("an address that a NAT changed is a claim", () => {
    const datagram = { ...third.whole.datagram, destination: { address: "192.0.2.1", port: 500 } }
    const { checks, natClaims } = verify({ ...third, whole: { ...third.whole, datagram } })
    expect(statuses(checks)).toContain("nat-detection-destination skipped")
    expect(natClaims).toMatchObject([{ end: "destination", hash: state.answer?.hash?.hash }])
  })

  it("in another group the value is wrong; nothing is checked before the group is chosen", () => {
    const inGroup = (group: number): V1State => ({ ...state, answer: { ...(state.answer as AnswerV1), group } })
    expect(statuses(verify(third, inGroup(2)).checks)).toContain("dh-public fail")
    expect(verify(third, { ...state, answer: null }).checks).toEqual([])
  })
})
