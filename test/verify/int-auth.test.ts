/** IntAuth of played IKE_INTERMEDIATE exchanges, and what mistaken ends make of it. RFC 9242 §3.3.2. */
import { describe, expect, it } from "vitest"
import { concat, u32be } from "../../src/bytes/bytes.ts"
import { EXCHANGE_TYPE } from "../../src/registry/ikev2/exchange-types.ts"
import { v2StateOf } from "../../src/track/v2-state.ts"
import { V2Unlock } from "../../src/unlock/v2.ts"
import { intAuthOf } from "../../src/verify/int-auth.ts"
import { mistakenIntAuths } from "../../src/verify/mistakes/int-auth.ts"
import { PlayV2, SUITE } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"
import { hear, poolOf } from "./heard.ts"

/** IntAuth as the first IKE_AUTH message of a played negotiation sees it, and what mistaken ends would make of it. */
async function intAuths(play: PlayV2, withKeys = true) {
  const keys = withKeys ? { dh_shared: play.exchanged.map(x => hex(x.shared)) } : {}
  const context = { prf: play.prf, provider: play.provider }
  const unlock = new V2Unlock(poolOf(keys), play.provider)
  const found: { right: Uint8Array | undefined; mistaken: string[]; id: number }[] = []
  await hear(play.tape, keys, ({ sa, exchange }) => {
    if (exchange.type !== EXCHANGE_TYPE.IKE_AUTH || found.length > 0) return
    const state = v2StateOf(sa)
    const mistaken = [...mistakenIntAuths(sa, state, unlock, context)]
    found.push({
      right: intAuthOf(sa, state, unlock, context),
      mistaken: mistaken.map(m => (m.value ? hex(m.value) : "none")),
      id: exchange.messageId,
    })
  })
  return found[0]
}

describe("IntAuth", () => {
  const played = (additional: readonly number[]) => {
    const play = new PlayV2(new Tape(), { suite: { ...SUITE, additional: [...additional] } }).saInit()
    for (const group of additional) play.addKe(group)
    return play.auth()
  }

  it.each([[[31]], [[31, 19]]])(
    "chains the intermediate exchanges %o of both sides, and the Message ID of IKE_AUTH",
    async groups => {
      const play = played(groups)
      const { right, id } = await intAuths(play)
      const { initiator, responder } = play.intermediate
      expect(hex(right!)).toBe(hex(concat(initiator, responder, u32be(id))))
      expect(id).toBe(groups.length + 1)
    },
  )

  it("every mistake makes another one, each once", async () => {
    const { right, mistaken } = await intAuths(played([31, 19]))
    expect(mistaken.length).toBeGreaterThan(4)
    expect(new Set([hex(right!), ...mistaken]).size).toBe(mistaken.length + 1)
  })
})
