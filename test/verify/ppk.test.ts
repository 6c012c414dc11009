/** Which keys AUTH may be made with when a PPK is in play. RFC 8784 §3. */
import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import { mixPpk } from "../../src/keys/ppk.ts"
import type { V2State } from "../../src/track/v2-state.ts"
import { v2StateOf } from "../../src/track/v2-state.ts"
import { missingPpk, ppkChoices } from "../../src/verify/ppk.ts"
import { PlayV2 } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"
import { hear, poolOf } from "./heard.ts"

describe("which keys an AUTH may have been made with", async () => {
  const secret = utf8("a postquantum preshared key")
  const play = new PlayV2(new Tape()).saInit().auth({ ppk: { id: "ppk-1", secret } })
  // Without the PPK the epoch has the keys from before it went in.
  const { sas, messages } = await hear(play.tape, { dh_shared: play.exchanged.map(x => hex(x.shared)) })
  const [sa] = sas
  const [epoch] = sa.epochs
  const { whole } = messages.find(m => m.whole.opened)!
  const context = { prf: play.prf, provider: play.provider }
  const named = (id: string) => poolOf({ ppks: [{ id, secret: { hex: hex(secret) } }] })
  const state: V2State = v2StateOf(sa)
  const choices = (of = state, pool = named("ppk-1")) =>
    ppkChoices({ state: of, from: "initiator", whole, epoch, context, pool })

  it("the PPK that the request names goes in first, then the keys as they are", () => {
    const { sk_d, sk_pi, sk_pr } = epoch.values
    const [first, second] = choices()
    expect(first).toMatchObject({ mixed: true, change: { origin: { kind: "ppks" } } })
    expect(first.values.sk_pi).toEqual(mixPpk(context, secret, { sk_d, sk_pi, sk_pr }).values.sk_pi)
    expect(second).toEqual({ values: epoch.values, mixed: false })
  })

  it("without PPK_IDENTITY, or with a PPK of another name, the keys stay as they are", () => {
    expect(choices({ ...state, ppkId: null })).toEqual([{ values: epoch.values, mixed: false }])
    const other = concat(Uint8Array.of(2), utf8("ppk-2"))
    expect(choices({ ...state, ppkId: other }).map(c => c.mixed)).toEqual([false])
  })

  it("one that nobody gave is missing, by its name", () => {
    expect(missingPpk(state, "initiator", epoch, poolOf({}))).toBe("the PPK ppk-1 is missing")
    expect(missingPpk(state, "initiator", epoch, named("ppk-1"))).toBeUndefined()
    expect(missingPpk({ ...state, ppkAccepted: false }, "responder", epoch, poolOf({}))).toBeUndefined()
  })
})
