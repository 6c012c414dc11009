/** Keys files that say one thing several times, as those made from a daemon's log do: everything that fits is used. */
import { describe, expect, it } from "vitest"
import type { Report } from "../../src/report/types.ts"
import { failures, type Keys, reportOf, saOf, shown, shownChild, statuses } from "./analyzed.ts"
import { PlayV1 } from "./play-v1.ts"
import { PlayV2, SUITE } from "./play-v2.ts"
import { hex, Tape } from "./tape.ts"

const PSKS = { psks: [{ secret: "swordfish" }] }
const begun = (suite = SUITE): PlayV2 => new PlayV2(new Tape(), { suite }).saInit()
const used = (report: Report): [string, string[]][] => report.secrets.map(s => [s.kind, s.used_by])
const everyUsed = (report: Report): void => {
  for (const { kind, index, used_by } of report.secrets)
    expect([kind, index, used_by.length > 0]).toEqual([kind, index, true])
}

/** What Wireshark's table has of an SA: SK_e and SK_a. */
function table(play: PlayV2, epoch = play.keys) {
  const { sk_ei, sk_er, sk_ai, sk_ar } = shown(epoch)
  return { ...play.spis, sk_ei, sk_er, sk_ai, sk_ar }
}

/** Everything that is known of some SAs. */
function log(...plays: PlayV2[]): Keys {
  const epochs = plays.flatMap(p => p.epochs.map(({ skeyseed: _, ...e }) => ({ ...p.spis, ...shown(e) })))
  return {
    ...PSKS,
    dh_shared: [...new Set(plays.flatMap(p => p.exchanged.map(x => hex(x.shared))))],
    skeyseed: plays.flatMap(p => p.epochs.map(e => hex(e.skeyseed))),
    ike_sas: epochs,
    child_sas: plays.flatMap(p =>
      p.children.flatMap(c => [
        {
          protocol: "ESP",
          spi: hex(c.spiR),
          encr: c.spec.encr,
          key: hex(c.keys.encr_i),
          integ: c.spec.integ,
          integ_key: hex(c.keys.integ_i),
        },
        {
          protocol: "ESP",
          spi: hex(c.spiI),
          encr: c.spec.encr,
          key: hex(c.keys.encr_r),
          integ: c.spec.integ,
          integ_key: hex(c.keys.integ_r),
        },
      ]),
    ),
  }
}

describe("secrets that say the same", () => {
  it("a table of SK_e and SK_a beside g^ir: SK_d follows, and the Child SA", async () => {
    const play = begun().auth()
    const others = Array.from({ length: 5 }, (_, n) => hex(new Uint8Array(32).fill(n + 1)))
    const report = await reportOf(play.tape, {
      ...PSKS,
      ike_sas: [table(play)],
      dh_shared: [...others, hex(play.exchanged[0].shared)],
    })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(sa.keys.status).toBe("given")
    expect(sa.keys.epochs[0].values).toEqual(shown(play.keys))
    expect(sa.child_sas[0].keys.values).toEqual(shownChild(play.children[0]))
    expect(statuses(sa, "auth-initiator")).toEqual(["pass"])
    expect(used(report).filter(([, by]) => by.length > 0)).toEqual([
      ["psks", ["ike/0"]],
      ["dh_shared", ["ike/0"]],
      ["ike_sas", ["ike/0"]],
    ])
  })
  it("SKEYSEED beside such a table", async () => {
    const play = begun({ encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 19 }).auth()
    const report = await reportOf(play.tape, { ...PSKS, ike_sas: [table(play)], skeyseed: [hex(play.keys.skeyseed)] })
    expect(saOf(report, play).keys.epochs[0].values).toEqual(shown(play.keys))
    everyUsed(report)
  })
  it("a private value, its shared secret, SKEYSEED, SK_* and ESP keys", async () => {
    const play = begun().auth()
    play.child("responder", { encr: "AES-GCM-16-128", ke: [19] })
    const keys = { ...log(play), dh_private: play.exchanged.map(x => hex(x.privateI)) }
    for (const without of [[], ["ike_sas"], ["ike_sas", "skeyseed"], ["ike_sas", "dh_private"]]) {
      const some = Object.fromEntries(Object.entries(keys).filter(([name]) => !without.includes(name)))
      const report = await reportOf(play.tape, some)
      expect(failures(report)).toEqual([])
      everyUsed(report)
    }
  })
  it("key epochs, rekeys and their Child SAs in one log", async () => {
    const old = begun({ ...SUITE, additional: [36, 19] })
      .addKe(36)
      .addKe(19)
      .auth()
    const next = old.rekeyIke("responder", { ...SUITE, prf: "HMAC-SHA2-512" })
    next.child("initiator", { encr: "AES-CBC-256", integ: "HMAC-SHA1-96", ke: [31] })
    const report = await reportOf(old.tape, log(old, next))
    expect(failures(report)).toEqual([])
    for (const play of [old, next]) {
      const sa = saOf(report, play)
      expect(sa.keys.epochs.map(e => e.values)).toEqual(play.epochs.map(shown))
      expect(sa.child_sas.map(c => c.keys.values)).toEqual(play.children.map(shownChild))
    }
    everyUsed(report)
  })
  it("SK_d after a PPK was mixed in stays what it is", async () => {
    const secret = new TextEncoder().encode("a postquantum preshared key")
    const play = begun()
    const before = play.keys
    play.auth({ ppk: { id: "ppk-1", secret } })
    const { skeyseed: _, ...values } = shown(play.keys)
    const keys = { ...PSKS, ike_sas: [{ ...play.spis, ...values }], dh_shared: [hex(play.exchanged[0].shared)] }
    for (const extra of [{}, { ppks: [{ id: "ppk-1", secret: { hex: hex(secret) } }] }]) {
      const report = await reportOf(play.tape, { ...keys, ...extra })
      const sa = saOf(report, play)
      expect(failures(report)).toEqual([])
      expect(sa.keys.epochs[0].values.sk_d).toBe(hex(play.keys.sk_d))
      expect(sa.child_sas[0].keys.values).toEqual(shownChild(play.children[0]))
      expect(statuses(sa, "auth-responder")).toEqual(["pass"])
    }
    // The table alone leaves SK_d open: the PPK is mixed into what g^ir gives.
    const report = await reportOf(play.tape, {
      ...PSKS,
      ike_sas: [table(play, before)],
      dh_shared: [hex(play.exchanged[0].shared)],
      ppks: [{ id: "ppk-1", secret: { hex: hex(secret) } }],
    })
    expect(failures(report)).toEqual([])
    expect(saOf(report, play).child_sas[0].keys.values).toEqual(shownChild(play.children[0]))
    everyUsed(report)
  })
  it("secrets of other SAs stay unused", async () => {
    const play = begun().auth()
    const other = begun().auth()
    const stranger = new PlayV2(new Tape())
    stranger.tape.random(99)
    stranger.saInit().auth()
    const { child_sas: _, ...strange } = log(stranger)
    const report = await reportOf(play.tape, { ...strange, ...{ ike_sas: [table(play)] } })
    expect(other.spiI).toEqual(play.spiI)
    expect(
      used(report)
        .filter(([kind]) => kind === "dh_shared" || kind === "skeyseed")
        .every(([, by]) => by.length === 0),
    ).toBe(true)
  })
  it("IKEv1: Ka beside PSK and g^xy", async () => {
    const play = new PlayV1(new Tape())
    play.main()
    play.quick("initiator").all()
    const keys = { ...PSKS, dh_shared: [hex(play.ke.shared)] }
    const { encryption_key, skeyid_d, skeyid } = shown(play.keys)
    for (const entry of [{ encryption_key }, { encryption_key, skeyid_d }, { encryption_key, skeyid }]) {
      const report = await reportOf(play.tape, { ...keys, ike_sas: [{ ...play.spis, ...entry }] })
      const [sa] = report.ike_sas
      expect(failures(report)).toEqual([])
      expect(sa.keys.epochs[0].values).toEqual(shown(play.keys))
      expect(sa.child_sas[0].keys.status).toBe("derived")
      everyUsed(report)
    }
  })
})
