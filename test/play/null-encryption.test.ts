/** An IKE SA that agreed on ENCR_NULL: what it says is read without a key, and verified with one. RFC 2410, RFC 7296 §3.3.2. */
import { describe, expect, it } from "vitest"
import { reportOf } from "./analyzed.ts"
import { PlayV2, SUITE } from "./play-v2.ts"
import { hex, Tape } from "./tape.ts"

const played = () => {
  const play = new PlayV2(new Tape(), { suite: { ...SUITE, encr: "NULL" } }).saInit()
  play.auth()
  return play
}

describe("IKE with NULL encryption", () => {
  it("is read without keys, its ICVs unchecked", async () => {
    const { ike_sas, diagnostics } = await reportOf(played().tape, {})
    const [sa] = ike_sas
    expect(sa.ids.initiator).not.toBeNull()
    expect(sa.exchanges[1].messages[0].payloads).toContain("AUTH")
    expect(sa.checks.filter(c => c.id === "sk-integrity").map(c => [c.status, c.reason])).toEqual([
      ["skipped", "SK_a is not known: the ICV is not checked"],
      ["skipped", "SK_a is not known: the ICV is not checked"],
    ])
    expect(diagnostics.filter(d => d.code === "ike-malformed")).toEqual([])
  })

  it("is verified with them", async () => {
    const play = played()
    const keys = { psks: [{ secret: "swordfish" }], dh_shared: play.exchanged.map(x => hex(x.shared)) }
    const { ike_sas } = await reportOf(play.tape, keys)
    expect(ike_sas[0].checks.filter(c => c.id === "sk-integrity").map(c => c.status)).toEqual(["pass", "pass"])
    expect(ike_sas[0].keys.status).toBe("derived")
  })

  it("a wrong key still shows what it says", async () => {
    const { ike_sas } = await reportOf(played().tape, { dh_shared: ["00".repeat(256)] })
    expect(ike_sas[0].ids.responder).not.toBeNull()
    expect(ike_sas[0].keys.status).toBe("none")
  })
})
