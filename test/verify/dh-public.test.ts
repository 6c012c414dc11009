/** `dh-public` by itself, on a value of a real negotiation and on wrong ones. RFC 6989. */
import { describe, expect, it } from "vitest"
import { find } from "../../src/ike/shared/payload.ts"
import { ke } from "../../src/ike/v2/key-exchange.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { verifyPublicValue } from "../../src/verify/dh-public.ts"
import { hearFixture } from "./heard.ts"

const { messages } = await hearFixture("v2-psk-modp2048", {})
const { datagram, payloads } = messages[0].whole
const { group, data } = find(payloads, ke)!
const verify = (value: Uint8Array, n = group, cut = false) => verifyPublicValue(nodeProvider, n, value, datagram, cut)

describe("dh-public", () => {
  it("a value on the wire is one of its group, in its frame", () => {
    expect(group).toBe(14)
    expect(verify(data)).toMatchObject({ status: "pass", reason: null, at: { frame: 1 } })
  })

  it("1, a value above the prime, and one byte too few are none; where the capture is cut nothing is said", () => {
    const one = new Uint8Array(256)
    one[255] = 1
    for (const bad of [one, new Uint8Array(256).fill(255), data.subarray(1)]) {
      expect(verify(bad).status).toBe("fail")
      expect(verify(bad).reason).toMatch(/^MODP-2048 public value: /)
      expect(verify(bad, group, true)).toMatchObject({ status: "skipped", reason: expect.stringMatching(/part of/) })
    }
  })

  it("a group that nobody computes is checked by its length alone, an unknown one not at all", () => {
    expect(verify(new Uint8Array(64), 33).status).toBe("skipped")
    expect(verify(new Uint8Array(63), 33)).toMatchObject({
      status: "fail",
      reason: expect.stringMatching(/63 bytes long instead of 64/),
    })
    expect(verify(data, 999)).toMatchObject({ status: "skipped", reason: expect.stringMatching(/method 999 is not/) })
  })
})
