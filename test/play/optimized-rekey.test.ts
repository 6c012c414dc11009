/** Rekeys without SA and TS payloads: the new SPI is all that is said, suite and selectors go on. draft-ietf-ipsecme-ikev2-sa-ts-payloads-opt. */
import { describe, expect, it } from "vitest"
import { skeyseedRekey } from "../../src/keys/ikev2.ts"
import { failures, reportOf, saOf } from "./analyzed.ts"
import { type Child, type ChildSpec, N, PlayV2, type Side } from "./play-v2.ts"
import { hex, Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

/** No number is assigned: any that has no name is taken. */
const SUPPORTED = 16500
const OPTIMIZED_REKEY = 16501
const psk = (...plays: PlayV2[]) => ({
  psks: ["swordfish"],
  dh_shared: [...new Set(plays.flatMap(p => p.exchanged.map(e => hex(e.shared))))],
})
/** What the player sends are packets of its own ends. */
const TRANSPORT: ChildSpec = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", transport: true }
const begun = () =>
  new PlayV2(new Tape())
    .saInit()
    .auth({ child: TRANSPORT, extra: { request: [w.notifyP(SUPPORTED)], response: [w.notifyP(SUPPORTED)] } })

/** CREATE_CHILD_SA of a Child SA: REKEY_SA, the new SPI, a nonce, and KE where there is PFS. */
function rekeyChild(play: PlayV2, from: Side, old: Child, ke?: number, number = OPTIMIZED_REKEY): Child {
  const offer = play.childOffer(from, old.spec)
  const nonces = { ni: play.tape.random(32, "ni"), nr: play.tape.random(32, "nr") }
  const oldSpi = old.startedBy === from ? old.spiI : old.spiR
  const secrets = play.createExchange(
    from,
    ke ? [ke] : [],
    nonces,
    [w.notifyP(N.REKEY_SA, undefined, 3, oldSpi), w.notifyP(number, offer.spiI)],
    [w.notifyP(number, offer.spiR)],
  )
  return play.install(from, offer, nonces, secrets)
}

describe("an optimised rekey", () => {
  it.each([
    ["initiator", undefined],
    ["responder", undefined],
    ["initiator", 31],
  ] as const)("of a Child SA by the %s, with key exchange %s", async (from, ke) => {
    const play = begun()
    const [old] = play.children
    const next = rekeyChild(play, from, old, ke)
    const report = await reportOf(play.tape, psk(play))
    expect(failures(report)).toEqual([])
    const sa = saOf(report, play)
    const [before, after] = sa.child_sas
    expect(before.state).toBe("rekeyed")
    expect(after).toMatchObject({
      spi_i: hex(next.spiI),
      spi_r: hex(next.spiR),
      rekeys: before.id,
      suite: before.suite,
      mode: before.mode,
      pfs: ke !== undefined,
      ts_i: from === "initiator" ? before.ts_i : before.ts_r,
    })
    for (const esp of report.esp_sas) expect(esp.icv_ok).toBe(esp.packets)
    expect(sa.verdict.outcome).toBe("up")
    expect(report.diagnostics).toEqual([])
  })

  it("of an IKE SA, under which messages open", async () => {
    const play = begun()
    const next = new PlayV2(play.tape)
    next.nonces = { ni: play.tape.random(32, "ni"), nr: play.tape.random(32, "nr") }
    const [ke] = play.createExchange(
      "initiator",
      [31],
      next.nonces,
      [w.notifyP(OPTIMIZED_REKEY, next.spiI)],
      [w.notifyP(OPTIMIZED_REKEY, next.spiR)],
    )
    next.take(skeyseedRekey(play.context, play.keys.sk_d, next.nonces, [ke.shared]).out)
    next.info("initiator")
    const report = await reportOf(play.tape, psk(play))
    expect(failures(report)).toEqual([])
    expect(saOf(report, play).state).toBe("rekeyed")
    expect(saOf(report, next)).toMatchObject({
      rekeys: "ike/0",
      keys: { status: "derived" },
      suite: { encr: "AES-CBC-128" },
    })
    expect(report.diagnostics).toEqual([])
  })

  it("is none where the notification has a name, or the SPI another length", async () => {
    for (const number of [N.USE_TRANSPORT_MODE, 14]) {
      const play = begun()
      rekeyChild(play, "initiator", play.children[0], undefined, number)
      expect(saOf(await reportOf(play.tape, psk(play)), play).child_sas).toHaveLength(1)
    }
  })
})

describe("a Child SA of a protocol that is not followed", () => {
  it("is named by its number, and the IKE SA is up with it", async () => {
    // EESP, whose numbers are not settled: a private one, with a transform type that nobody knows.
    const sa = (spi: Uint8Array) =>
      w.saP({ protocol: 201, spi, transforms: [w.transformOf("encr", "AES-GCM-16-128"), [241, 1], [5, 1024]] })
    const ts = [w.tsP(w.P.TSI, 1), w.tsP(w.P.TSR, 101)]
    const play = new PlayV2(new Tape()).saInit()
    const of = () => [sa(play.tape.random(4)), ...ts]
    play.auth({ child: null, extra: { request: of(), response: of() } })
    const report = await reportOf(play.tape, psk(play))
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[0].verdict).toMatchObject({
      outcome: "up",
      headline: "IKE SA up, with a Child SA of protocol 201",
    })
    expect(report.diagnostics).toEqual([])
  })
})
