/** Octets that mistaken implementations sign, and the parts they are made of. RFC 7296 §2.15. */
import { describe, expect, it } from "vitest"
import { macedId, signedOctets } from "../../../src/keys/auth-v2.ts"
import { nodeProvider } from "../../../src/node/crypto.ts"
import { v2StateOf } from "../../../src/track/v2-state.ts"
import { V2Unlock } from "../../../src/unlock/v2.ts"
import { partsOf } from "../../../src/verify/auth-parts.ts"
import { mistakenOctets } from "../../../src/verify/mistakes/auth-octets.ts"
import { hex } from "../../play/tape.ts"
import { hearFixture, poolOf } from "../heard.ts"

describe("octets that mistaken implementations sign", async () => {
  const { messages, sas } = await hearFixture("v2-psk-modp2048")
  const [sa] = sas
  const state = v2StateOf(sa)
  const { from, whole } = messages.find(m => m.whole.opened)!
  const context = { prf: sa.choice!.prf!, provider: nodeProvider }
  const unlock = new V2Unlock(poolOf({}), nodeProvider)
  const input = { sa, state, from, whole, id: state.said[from].id, unlock, context }
  const parts = partsOf(input, sa.epochs[0].values)
  if ("missing" in parts) throw new Error(parts.missing)

  it("are each their own, none the right ones, all with a rule and its RFC", () => {
    const { message, nonce, idPayload, skP, intAuth } = parts
    const right = hex(signedOctets({ message, nonce, macedId: macedId(context, skP, idPayload.subarray(4)), intAuth }))
    const all = [...mistakenOctets(parts)]
    expect(all.map(m => hex(m.octets))).not.toContain(right)
    expect(new Set(all.map(m => m.mistake.id)).size).toBeGreaterThan(8)
    for (const { mistake } of all)
      expect([mistake.rfc, mistake.rule.length > 10]).toEqual([expect.stringMatching(/^(RFC|draft)/), true])
  })

  it("without the keys of a side there are no parts, and it is said which", () => {
    const { sk_pi: _, ...values } = sa.epochs[0].values
    expect(partsOf(input, values)).toEqual({ missing: "SK_pi is not known" })
    expect(partsOf({ ...input, id: null }, sa.epochs[0].values)).toEqual({
      missing: "the ID payload is not in the capture",
    })
  })
})
