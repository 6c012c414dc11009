/** An AUTH value held against octets by itself: what holds, what fails, and what is missing, by each method. RFC 7296 §2.15-2.16, RFC 7427, RFC 7619. */
import { generateKeyPairSync, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/bytes/bytes.ts"
import { auth } from "../../src/ike/v2/authentication.ts"
import { sharedSecretAuth } from "../../src/keys/auth-v2.ts"
import { prfFunction } from "../../src/keys/context.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { EAP_TYPE } from "../../src/registry/eap-types.ts"
import type { V2State } from "../../src/track/v2-state.ts"
import { v2StateOf } from "../../src/track/v2-state.ts"
import { V2Unlock } from "../../src/unlock/v2.ts"
import { type AuthTrial, candidates, judge, methodName, signers } from "../../src/verify/auth-judge.ts"
import type { Keys } from "../play/analyzed.ts"
import { ecdsaRaw, spkiOf } from "../play/signers.ts"
import { hex, oneBitOff } from "../play/tape.ts"
import { hearFixture, poolOf } from "./heard.ts"

const SHARED = 2
const NULL = 13
const OCTETS = utf8("what is signed")

describe("an AUTH value over octets", async () => {
  const { messages, sas } = await hearFixture("v2-psk-modp2048")
  const [sa] = sas
  const { from, whole } = messages.find(m => m.whole.payloads.some(p => p.type === auth.type))!
  const payload = whole.payloads.find(p => p.type === auth.type)!
  const [epoch] = sa.epochs
  const context = { prf: sa.choice!.prf!, provider: nodeProvider }
  const trial = (keys: Keys, state: Partial<V2State> = {}): AuthTrial => {
    const pool = poolOf(keys)
    const unlock = new V2Unlock(pool, nodeProvider)
    const all = Object.assign(Object.create(v2StateOf(sa)), state) as V2State
    const value = { method: SHARED, data: new Uint8Array(0) }
    return { sa, state: all, from, whole, payload, id: all.said[from].id, unlock, pool, value, epoch, context }
  }
  const mac = (secret: Uint8Array) => ({ method: SHARED, data: sharedSecretAuth(context, secret, OCTETS) })
  const over = (input: AuthTrial, value: AuthTrial["value"], octets = OCTETS) =>
    judge(input, value, octets, epoch.values)
  const name = sa.ids[from]!.value

  it("a pre-shared key: the one of its name, else those without one", () => {
    const value = mac(utf8("right"))
    const held = (psks: Keys["psks"]) => over(trial({ psks }), value)
    expect(held([{ secret: "wrong" }, { secret: "right" }])).toMatchObject({ ok: true, origins: [{ index: 1 }] })
    expect(held([{ secret: "right", id: name }])).toMatchObject({ ok: true })
    expect(held([{ secret: "wrong" }])).toEqual({ ok: false })
    // One that is named for this side is this side's; others are not tried beside it.
    expect(held([{ secret: "wrong", id: name }, { secret: "right" }])).toEqual({ ok: false })
    expect(held([{ secret: "right", id: "somebody.else" }])).toEqual({
      missing: `the pre-shared key of ${name} is missing`,
    })
    expect(held([])).toEqual({ missing: `the pre-shared key of ${name} is missing` })
    expect(over(trial({ psks: [{ secret: "right" }] }), value, oneBitOff(OCTETS))).toEqual({ ok: false })
  })

  it("after EAP: the MSK, or SK_p where the method makes none", () => {
    const msk = new Uint8Array(64).fill(7)
    const afterEap = (keys: Keys, eap: number, value: AuthTrial["value"]) =>
      over(trial(keys, { eapSucceeded: true, eap }), value)
    const given = { ike_sas: [{ spi_i: sa.spiI, spi_r: sa.spiR, msk: hex(msk) }] }
    const skP = from === "initiator" ? epoch.values.sk_pi : epoch.values.sk_pr
    expect(afterEap(given, EAP_TYPE.EAP_MSCHAPV2, mac(msk))).toMatchObject({ ok: true, origins: [{ kind: "ike_sas" }] })
    expect(afterEap(given, EAP_TYPE.EAP_MSCHAPV2, mac(oneBitOff(msk)))).toEqual({ ok: false })
    expect(afterEap({}, EAP_TYPE.EAP_MSCHAPV2, mac(msk))).toMatchObject({ missing: expect.stringContaining("the MSK") })
    expect(afterEap({}, EAP_TYPE.EAP_GTC, mac(skP))).toEqual({ ok: true, origins: [] })
    expect(afterEap({}, EAP_TYPE.EAP_GTC, mac(msk))).toEqual({ ok: false })
    // A pre-shared key is not what stands behind it, and is no candidate.
    const psk = trial({ psks: [{ secret: "right" }] }, { eapSucceeded: true, eap: EAP_TYPE.EAP_GTC })
    expect([over(psk, mac(utf8("right"))), candidates(psk)]).toEqual([{ ok: false }, []])
  })

  it("a resumed session: SK_p without the Key Pad (RFC 5723 §5.1)", () => {
    const skP = from === "initiator" ? epoch.values.sk_pi : epoch.values.sk_pr
    const value = { method: SHARED, data: prfFunction(context)(skP)(OCTETS) }
    expect(over(trial({}, { resumed: true }), value)).toEqual({ ok: true, origins: [] })
    expect(over(trial({}), value)).toMatchObject({ missing: expect.any(String) })
  })

  it("NULL: SK_p of its side, no other's (RFC 7619)", () => {
    const [mine, other] = from === "initiator" ? ["sk_pi", "sk_pr"] : ["sk_pr", "sk_pi"]
    const value = (name: string) => ({ ...mac(epoch.values[name]), method: NULL })
    expect(over(trial({}), value(mine))).toEqual({ ok: true, origins: [] })
    expect(over(trial({}), value(other))).toMatchObject({ ok: false })
  })

  it("a signature: under the key that the side showed, or none is there", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const digest = nodeProvider.hash["sha2-256"]!(OCTETS)
    const value = { method: 9, data: ecdsaRaw(privateKey, "P-256", digest) }
    const said = (rawKeys: V2State["said"]["initiator"]["rawKeys"]) => ({
      said: { ...v2StateOf(sa).said, [from]: { ...v2StateOf(sa).said[from], rawKeys } },
    })
    const shown = trial({}, said([spkiOf(publicKey)]))
    expect(signers(shown)).toHaveLength(1)
    expect(over(shown, value)).toMatchObject({ ok: true })
    expect(over(shown, value, oneBitOff(OCTETS))).toEqual({ ok: false })
    expect(over(shown, { method: 9, data: new Uint8Array(sign("sha256", OCTETS, privateKey)) })).toEqual({ ok: false })
    expect(over(trial({}, said([])), value)).toEqual({ missing: `the certificate of ${name} is missing` })
    // A method that nobody computes is no failure.
    expect(over(shown, { method: 200, data: value.data })).toMatchObject({
      missing: expect.stringContaining("not computed here"),
    })
    expect(methodName(value)).toBe("ECDSA signature")
  })
})
