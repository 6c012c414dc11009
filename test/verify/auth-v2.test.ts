/** AUTH of IKEv2 by itself: right, under another key, over the other side's identity. RFC 7296 §2.15. */
import { describe, expect, it } from "vitest"
import { payloadValue } from "../../src/ike/shared/payload.ts"
import { auth } from "../../src/ike/v2/authentication.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { v2StateOf } from "../../src/track/v2-state.ts"
import { V2Unlock } from "../../src/unlock/v2.ts"
import { verifyAuth } from "../../src/verify/auth-v2.ts"
import type { Keys } from "../play/analyzed.ts"
import { fixtureKeys, hearFixture, poolOf, statuses } from "./heard.ts"

const NAME = "v2-psk-modp2048"

describe("AUTH with a pre-shared key", async () => {
  const keys = fixtureKeys(NAME)
  const { messages, sas } = await hearFixture(NAME)
  const [sa] = sas
  const state = v2StateOf(sa)
  const verify = (given: Keys, swap = false) =>
    messages.flatMap(({ from, whole }) => {
      const payload = whole.payloads.find(p => p.type === auth.type && payloadValue(p, auth))
      if (!payload) return []
      const pool = poolOf(given)
      const id = state.said[swap ? (from === "initiator" ? "responder" : "initiator") : from].id
      return verifyAuth({ sa, state, from, whole, payload, id, unlock: new V2Unlock(pool, nodeProvider), pool })
    })

  it("holds on both sides, and names the secret", () => {
    const all = verify(keys)
    expect(all.flatMap(v => statuses(v.checks))).toEqual(["auth-initiator pass", "auth-responder pass"])
    expect(all.map(v => v.method?.name)).toEqual(["pre-shared key", "pre-shared key"])
    expect(all[0].used).toMatchObject([{ kind: "psks" }])
    expect(all[0].change).toBeUndefined()
  })

  it("fails under another key, and is skipped without one", () => {
    const wrong = verify({ psks: [{ secret: "wrong" }] })
    expect(wrong.flatMap(v => statuses(v.checks))).toEqual(["auth-initiator fail", "auth-responder fail"])
    expect(wrong.flatMap(v => v.used)).toEqual([])
    expect(verify({}).flatMap(v => statuses(v.checks))).toEqual(["auth-initiator skipped", "auth-responder skipped"])
  })

  it("over the identity of the other side it is a mistake with a name", () => {
    const [check] = verify(keys, true)[0].checks
    expect(check).toMatchObject({ id: "auth-initiator", status: "fail" })
    expect(check.mistake).toMatch(/id/)
  })

  it("writes nothing into the SA", () => {
    const before = JSON.stringify([sa.auth, sa.checks, sa.epochs])
    verify(keys)
    expect(JSON.stringify([sa.auth, sa.checks, sa.epochs])).toBe(before)
  })
})
