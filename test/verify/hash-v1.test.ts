/** HASH payloads behind phase 1, of real negotiations. RFC 2409 §5.5. */
import { describe, expect, it } from "vitest"
import { nodeProvider } from "../../src/node/crypto.ts"
import { prfOfPhase1, v1StateOf } from "../../src/track/v1-state.ts"
import { noncesAfter, type QuickNonces, verifyHashV1 } from "../../src/verify/hash-v1.ts"
import { oneBitOff } from "../play/tape.ts"
import { hearFixture, statuses } from "./heard.ts"

describe.each(["v1-main-psk", "v1-xauth-psk-cfg"])("HASH payloads of %s", async name => {
  const { messages, sas } = await hearFixture(name)
  const [sa] = sas
  const context = { prf: prfOfPhase1(v1StateOf(sa))!, provider: nodeProvider }
  const { skeyid_a } = sa.epochs[0].values
  const verified = (skeyidA: Uint8Array | undefined, keepNonces = true) => {
    const known = new Map<number, QuickNonces>()
    return messages.flatMap(({ exchange, from, whole }) => {
      const before = known.get(exchange.messageId) ?? {}
      const nonces = keepNonces ? noncesAfter(before, { exchange, from, whole }) : {}
      known.set(exchange.messageId, nonces)
      return verifyHashV1({ exchange, from, whole, context, skeyidA, nonces })
    })
  }

  it("hold, those of Quick Mode by their places", () => {
    const all = statuses(verified(skeyid_a))
    expect(all).toEqual(expect.arrayContaining(["ikev1-hash-1 pass", "ikev1-hash-2 pass", "ikev1-hash-3 pass"]))
    expect(all.filter(t => !t.endsWith(" pass"))).toEqual([])
  })

  it("fail under a key with one bit changed, and are skipped without one", () => {
    const wrong = verified(oneBitOff(skeyid_a))
    expect(wrong.map(c => c.status)).toEqual(wrong.map(() => "fail"))
    expect(verified(undefined)[0]).toMatchObject({ status: "skipped", reason: "SKEYID_a is not known" })
  })

  it("HASH(2) and HASH(3) cover nonces, without which nothing is said", () => {
    const by = (id: string) => verified(skeyid_a, false).find(c => c.id === id)
    expect(by("ikev1-hash-1")?.status).toBe("pass")
    for (const id of ["ikev1-hash-2", "ikev1-hash-3"])
      expect(by(id)).toMatchObject({ status: "skipped", reason: expect.stringMatching(/nonces/) })
  })
})
