/** What follows IKE_SA_INIT in IKEv2: fragments, epochs, rekeys, PPKs, resumption, Child SAs, each from one secret. */
import { createCipheriv } from "node:crypto"
import { describe, expect, it } from "vitest"
import type { Report } from "../../src/report/types.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { failures, reasons, reportOf, saOf, shown, shownChild, statuses } from "./analyzed.ts"
import { type Child, N, PlayV2, type Side, SUITE, type SuiteSpec, X } from "./play-v2.ts"
import { hex, oneBitOff, Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

const PSKS = { psks: [{ secret: "swordfish" }] }
const begun = (suite: SuiteSpec = SUITE): PlayV2 => new PlayV2(new Tape(), { suite }).saInit()
const first = (play: PlayV2) => hex(play.exchanged[0].shared)
const all = (...plays: PlayV2[]) => [...new Set(plays.flatMap(p => p.exchanged.map(x => hex(x.shared))))]

/** Every SA has the keys that it was played with, every Child SA too, and nothing failed. */
function expectTruth(report: Report, ...plays: PlayV2[]): void {
  expect(failures(report)).toEqual([])
  for (const play of plays) {
    const sa = saOf(report, play)
    expect(sa.keys.epochs.map(e => e.values)).toEqual(play.epochs.map(shown))
    expect(sa.child_sas.map(c => c.keys.values)).toEqual(play.children.map(shownChild))
    expect(new Set(statuses(sa, "sk-integrity"))).toEqual(new Set(["pass"]))
    expect(new Set(statuses(sa, "child-keys"))).toEqual(new Set(play.children.length > 0 ? ["pass"] : []))
  }
  for (const esp of report.esp_sas) expect(esp.icv_ok).toBe(esp.packets)
}

describe("SKF fragments (RFC 7383)", () => {
  const play = begun()
  const tape = play.tape
  const before = tape.packets.length
  play.auth({ fragments: 4 })
  const [r1, r2, r3, r4, a1, a2, a3, a4, ...data] = Array.from(
    { length: tape.packets.length - before },
    (_, i) => before + i + 1,
  )
  const orders: [string, number[], boolean][] = [
    ["in order", [r1, r2, r3, r4, a1, a2, a3, a4], true],
    ["out of order", [r4, r2, r1, r3, a3, a4, a1, a2], true],
    ["duplicated", [r1, r1, r2, r3, r2, r4, a1, a2, a3, a3, a4, a4], true],
    ["interleaved", [r1, a2, r2, a1, r3, a4, r4, a3], true],
    ["one missing", [r1, r2, r4, a1, a2, a3, a4], false],
  ]
  it.each(orders)("%s", async (_, order, whole) => {
    const report = await reportOf(tape.capture([1, 2, ...order, ...data]), { ...PSKS, dh_shared: [first(play)] })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(statuses(sa, "sk-integrity")).toHaveLength(order.length)
    expect(new Set(statuses(sa, "sk-integrity"))).toEqual(new Set(["pass"]))
    expect(statuses(sa, "auth-initiator")).toEqual(whole ? ["pass"] : [])
    expect(statuses(sa, "auth-responder")).toEqual(["pass"])
    expect(sa.exchanges).toHaveLength(2)
    if (whole) expectTruth(report, play)
    else expect(sa.diagnostics).toContain("fragment-missing")
  })
})

describe("IKE_INTERMEDIATE (RFC 9242, RFC 9370)", () => {
  const play = begun({ ...SUITE, additional: [36, 19, 35] })
    .addKe(36)
    .addKe(19)
    .addKe(35)
    .auth()
  it("every epoch by private values", async () => {
    const report = await reportOf(play.tape, { ...PSKS, dh_private: play.exchanged.map(x => hex(x.privateI)) })
    expectTruth(report, play)
    const sa = saOf(report, play)
    expect(sa.suite.ke).toEqual(["X25519", "ML-KEM-768", "ECP-256", "ML-KEM-512"])
    expect(sa.keys.epochs.map(e => e.from_message_id)).toEqual([0, 2, 3, 4])
    for (const id of ["auth-initiator", "auth-responder"]) expect(statuses(sa, id)).toEqual(["pass"])
    expect(statuses(sa, "int-auth")).toEqual(["pass", "pass"])
    expect(report.secrets.filter(s => s.kind === "dh_private").map(s => s.used_by)).toEqual([
      ["ike/0"],
      ["ike/0"],
      ["ike/0"],
      ["ike/0"],
    ])
  })
  it("every epoch by shared secrets, in any order", async () => {
    const shared = all(play)
    for (const list of [shared, shared.toReversed()])
      expectTruth(await reportOf(play.tape, { ...PSKS, dh_shared: list }), play)
  })
  it("every epoch by SKEYSEED, in any order", async () => {
    const seeds = play.epochs.map(e => hex(e.skeyseed)).toReversed()
    expectTruth(await reportOf(play.tape, { ...PSKS, skeyseed: seeds }), play)
  })
  it.each([0, 1, 2, 3])("SK_* given, one entry an epoch, rotated by %i", async turn => {
    const entries = play.epochs.map(e => {
      const { skeyseed: _, ...values } = shown(e)
      return { ...play.spis, ...values }
    })
    const report = await reportOf(play.tape, { ...PSKS, ike_sas: [...entries.slice(turn), ...entries.slice(0, turn)] })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(sa.keys.status).toBe("given")
    expect(sa.keys.epochs.map(e => e.values.sk_ei)).toEqual(play.epochs.map(e => hex(e.sk_ei)))
    expect(statuses(sa, "auth-responder")).toEqual(["pass"])
    expect(sa.child_sas[0].keys.values).toEqual(shownChild(play.children[0]))
  })
  it("SK_* of some epochs alone, as Wireshark's table has the last: the others are no damage, and AUTH is no mismatch", async () => {
    const entryOf = (n: number) => ({ ...play.spis, ...shown(play.epochs[n]), skeyseed: undefined })
    for (const [entries, frames] of [
      [[3], "frame 3 (and 5 more)"],
      [[3, 1], "frame 3 (and 3 more)"],
    ] as const) {
      const report = await reportOf(play.tape, { ...PSKS, ike_sas: entries.map(entryOf) })
      const sa = saOf(report, play)
      expect(failures(report)).toEqual([])
      expect(reasons(sa, "sk-integrity")[0]).toMatch(/keys given are those of other epochs than this IKE_INTERMEDIATE/)
      expect(reasons(sa, "auth-responder")).toEqual(["an IKE_INTERMEDIATE message stayed closed, and AUTH covers it"])
      const said = report.diagnostics.filter(d => /no-key-fits|decryption-failed/.test(d.code)).map(d => d.message)
      expect(said).toEqual([expect.stringMatching(/ stays closed: the keys given are those of other epochs/)])
      expect(said[0]).toContain(frames)
    }
    // A damaged request of the epoch whose keys are there is damage all the same.
    const bent = play.tape.packets.map((p, i) => (i === 2 ? oneBitOff(p) : p))
    const tape = Object.assign(new Tape(), { packets: bent })
    const damaged = saOf(await reportOf(tape, { ...PSKS, ike_sas: [0, 1, 2, 3].map(entryOf) }), play)
    expect(statuses(damaged, "sk-integrity").slice(0, 2)).toEqual(["fail", "pass"])
  })
  it("in fragments: IntAuth covers the whole message", async () => {
    const cut = begun({ ...SUITE, additional: [37] })
      .addKe(37, 5)
      .auth({ fragments: 3 })
    const report = await reportOf(cut.tape, { ...PSKS, dh_private: cut.exchanged.map(x => hex(x.privateI)) })
    expectTruth(report, cut)
    expect(statuses(saOf(report, cut), "int-auth")).toEqual(["pass", "pass"])
  })
  it("a middle secret missing leaves the rest closed, and says so", async () => {
    const [a, , c, d] = all(play)
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: [a, c, d] })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(sa.keys.epochs).toHaveLength(1)
    expect(statuses(sa, "sk-integrity")).toEqual(["pass", "pass", ...Array(6).fill("skipped")])
    expect(reasons(sa, "sk-integrity").at(-1)).toContain("epoch")
  })
})

describe("rekeys of the IKE SA (RFC 7296 §2.18)", () => {
  const sides: Side[] = ["initiator", "responder"]
  it.each(sides)("by the %s, with another PRF", async side => {
    const old = begun().auth()
    const next = old.rekeyIke(side, { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-512", ke: 19 })
    old.delete(side)
    const child = next.child("initiator", { encr: "AES-GCM-16-128", net: 2 })
    const third = next.rekeyIke("responder", { ...SUITE, prf: "AES128-XCBC", ke: 31 })
    third.child("initiator", { encr: "CHACHA20-POLY1305", net: 3 })
    const keys = { ...PSKS, dh_shared: all(old, next, third) }
    const report = await reportOf(old.tape, keys)
    expectTruth(report, old, next, third)
    const [a, b, c] = [old, next, third].map(p => saOf(report, p))
    expect([a.state, b.state, c.state]).toEqual(["rekeyed", "rekeyed", "established"])
    expect([a.rekeys, b.rekeys, c.rekeys]).toEqual([null, a.id, b.id])
    expect(b.initiator.address).toBe(side === "initiator" ? "10.0.0.1" : "10.0.0.2")
    expect(b.child_sas[0].spi_i).toBe(hex(child.spiI))
    expect(report.secrets.filter(s => s.kind === "dh_shared").map(s => s.used_by)).toEqual([[a.id], [b.id], [c.id]])
  })
  it("private values of either side", async () => {
    const old = begun().auth()
    const next = old.rekeyIke("responder", { ...SUITE, ke: 36 })
    next.child("initiator")
    const keys = { ...PSKS, dh_private: [...old.exchanged, ...next.exchanged].map(x => hex(x.privateI)) }
    expectTruth(await reportOf(old.tape, keys), old, next)
  })
  it("without a key exchange", async () => {
    const old = begun().auth()
    const next = old.rekeyIke("initiator", { ...SUITE, ke: 0 })
    next.child("responder", { encr: "AES-CTR-128", integ: "AES-CMAC-96" })
    expectTruth(await reportOf(old.tape, { ...PSKS, dh_shared: all(old) }), old, next)
  })
  it("with IKE_FOLLOWUP_KE (RFC 9370 §2.2.4)", async () => {
    const old = begun().auth()
    const next = old.rekeyIke("initiator", { ...SUITE, ke: 31, additional: [36, 19] })
    next.child("initiator", { encr: "AES-CBC-256", integ: "AES-XCBC-96", ke: [31, 35, 25], net: 4 })
    const shared = [...all(old, next)]
    for (const list of [shared, shared.toReversed()]) {
      const report = await reportOf(old.tape, { ...PSKS, dh_shared: list })
      expectTruth(report, old, next)
      expect(saOf(report, next).suite.ke).toEqual(["X25519", "ML-KEM-768", "ECP-256"])
      expect(saOf(report, next).child_sas[0]).toMatchObject({
        pfs: true,
        suite: { ke: ["X25519", "ML-KEM-512", "ECP-192"] },
      })
    }
    const privates = [old, next].flatMap(p => p.exchanged.map(x => hex(x.privateI)))
    expectTruth(await reportOf(old.tape, { ...PSKS, dh_private: privates }), old, next)
    const seeds = [old, next].flatMap(p => p.epochs.map(e => hex(e.skeyseed)))
    const report = await reportOf(old.tape, { ...PSKS, skeyseed: seeds })
    expect(failures(report)).toEqual([])
    expect(saOf(report, next).keys.epochs[0].values.sk_ei).toBe(hex(next.keys.sk_ei))
  })
  it("simultaneous: both ends start one, both come to be", async () => {
    const old = begun().auth()
    const mine = old.rekeyIke("initiator")
    const theirs = old.rekeyIke("responder")
    theirs.delete("initiator")
    mine.child("initiator")
    const report = await reportOf(old.tape, { ...PSKS, dh_shared: all(old, mine, theirs) })
    expectTruth(report, old, mine, theirs)
    expect(saOf(report, theirs).state).toBe("deleted")
    expect(saOf(report, mine).state).toBe("established")
  })
  it("the new SA's messages before the exchange that made it", async () => {
    const old = begun().auth()
    const before = old.tape.packets.length
    const next = old.rekeyIke("initiator")
    const made = [before + 1, before + 2]
    next.child("initiator")
    const rest = old.tape.packets.map((_, i) => i + 1).slice(before + 2)
    const order = [...Array.from({ length: before }, (_, i) => i + 1), ...rest, ...made]
    const report = await reportOf(old.tape.capture(order), { ...PSKS, dh_shared: all(old, next) })
    expectTruth(report, old, next)
    expect(report.ike_sas).toHaveLength(2)
  })
})

describe("postquantum preshared keys (RFC 8784, RFC 9867)", () => {
  const secret = new TextEncoder().encode("a postquantum preshared key")
  const ppk = { id: "ppk-1", secret }
  const file = (id = "ppk-1", value: Uint8Array = secret) => ({ ...PSKS, ppks: [{ id, secret: { hex: hex(value) } }] })
  it("mandatory", async () => {
    const play = begun().auth({ ppk })
    play.child("responder", { encr: "AES-CBC-128", integ: "HMAC-SHA1-96", net: 2 })
    const next = play.rekeyIke("initiator")
    next.child("initiator")
    const report = await reportOf(play.tape, { ...file(), dh_shared: all(play, next) })
    expectTruth(report, play, next)
    const sa = saOf(report, play)
    expect(statuses(sa, "ppk")).toEqual(["pass", "pass"])
    for (const id of ["auth-initiator", "auth-responder"]) expect(statuses(sa, id)).toEqual(["pass"])
  })
  it.each([true, false])("optional, accepted: %s", async accepted => {
    const play = begun().auth({ ppk: { ...ppk, optional: true, accepted } })
    play.child("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA1-96", net: 2 })
    const report = await reportOf(play.tape, { ...file(), dh_shared: all(play) })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(sa.child_sas.map(c => c.keys.values)).toEqual(play.children.map(shownChild))
    for (const id of ["auth-initiator", "auth-responder"]) expect(statuses(sa, id)).toEqual(["pass"])
    expect(statuses(sa, "ppk")[0]).toBe("pass")
  })
  it("SK_* in force given", async () => {
    const play = begun().auth({ ppk })
    const { skeyseed: _s, sk_d_prime: _d, sk_pi_prime: _i, sk_pr_prime: _r, ...sk } = shown(play.keys)
    const report = await reportOf(play.tape, { ...file(), ike_sas: [{ ...play.spis, ...sk }] })
    expect(failures(report)).toEqual([])
    expect(statuses(saOf(report, play), "auth-responder")).toEqual(["pass"])
    expect(saOf(report, play).child_sas[0].keys.values).toEqual(shownChild(play.children[0]))
  })
  it("SK_*' from before the mixing given with the PPK", async () => {
    const play = begun().auth({ ppk })
    const { sk_ei, sk_er, sk_ai, sk_ar, sk_d_prime, sk_pi_prime, sk_pr_prime } = shown(play.keys)
    const entry = { ...play.spis, sk_ei, sk_er, sk_ai, sk_ar, sk_d_prime, sk_pi_prime, sk_pr_prime }
    const report = await reportOf(play.tape, { ...file(), ike_sas: [entry] })
    expect(failures(report)).toEqual([])
    expect(statuses(saOf(report, play), "ppk")).toEqual(["pass", "pass"])
    expect(saOf(report, play).child_sas[0].keys.values).toEqual(shownChild(play.children[0]))
  })
  it("missing, and wrong", async () => {
    const play = begun().auth({ ppk })
    const missing = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    const sa = saOf(missing, play)
    expect(failures(missing)).toEqual([])
    expect(statuses(sa, "auth-initiator")).toEqual(["skipped"])
    expect(reasons(sa, "auth-initiator")[0]).toContain("ppk-1")
    expect(reasons(sa, "ppk")[0]).toContain("ppk-1")
    const wrong = await reportOf(play.tape, { ...file("ppk-1", oneBitOff(secret)), dh_shared: all(play) })
    expect(statuses(saOf(wrong, play), "auth-initiator")).toEqual(["fail"])
    expect(statuses(saOf(wrong, play), "child-keys")).toEqual(["fail"])
  })
  it("in CREATE_CHILD_SA: a Child SA with PFS, and a rekey", async () => {
    const play = begun().auth()
    play.child("initiator", { encr: "AES-GCM-16-128", ke: [19], net: 2, ppk: secret })
    play.child("responder", { encr: "AES-GCM-16-128", net: 3, ppk: secret })
    const next = play.rekeyIke("responder", SUITE, secret)
    next.child("initiator", { encr: "AES-GCM-16-128", net: 4 })
    const keys = { ...PSKS, dh_shared: all(play, next) }
    const report = await reportOf(play.tape, { ...keys, ppks: [{ secret: "another", id: "ppk-2" }, ...file().ppks] })
    expectTruth(report, play, next)
    expect(report.secrets.find(s => s.kind === "ppks" && s.index === 1)?.used_by).toContain(saOf(report, next).id)
    const missing = await reportOf(play.tape, keys)
    expect(failures(missing)).toEqual([])
    expect(saOf(missing, play).child_sas.map(c => c.keys.status)).toEqual(["derived", "none", "none"])
  })
  it("in IKE_INTERMEDIATE, alone and after a key exchange", async () => {
    const alone = begun().addPpk("ppk-1", secret).auth()
    expectTruth(await reportOf(alone.tape, { ...file(), dh_shared: all(alone) }), alone)
    const after = begun({ ...SUITE, additional: [35] })
      .addKe(35)
      .addPpk("ppk-1", secret)
      .auth()
    const report = await reportOf(after.tape, { ...file(), dh_shared: all(after) })
    expectTruth(report, after)
    expect(statuses(saOf(report, after), "int-auth")).toEqual(["pass", "pass"])
    expect(report.secrets.find(s => s.kind === "ppks")?.used_by).toEqual(["ike/0"])
  })
})

describe("session resumption (RFC 5723)", () => {
  const ticket = new Uint8Array(40).fill(7)
  const given = { response: [w.notifyP(N.TICKET_LT_OPAQUE, new Uint8Array([0, 0, 1, 0, ...ticket]))] }
  const asked = { request: [w.notifyP(N.TICKET_REQUEST)] }
  it("from an SA of the same capture", async () => {
    const old = begun().auth({ extra: { ...asked, ...given } })
    old.delete()
    const again = new PlayV2(old.tape)
      .resume(ticket, old.keys.sk_d)
      .auth({ initiator: { resumed: true }, responder: { resumed: true } })
    const report = await reportOf(old.tape, { ...PSKS, dh_shared: all(old) })
    expectTruth(report, old, again)
    const sa = saOf(report, again)
    expect(sa.state).toBe("established")
    expect(sa.suite.encr).toBe("AES-CBC-128")
    for (const id of ["auth-initiator", "auth-responder"]) expect(statuses(sa, id)).toEqual(["pass"])
  })
  it("from the SK_d and suite in the keys file", async () => {
    const tape = new Tape()
    const skD = tape.random(32)
    const again = new PlayV2(tape).resume(ticket, skD).auth()
    const { encr, integ, prf } = SUITE
    const report = await reportOf(tape, { ...PSKS, ike_sas: [{ sk_d: hex(skD), encr, integ, prf }] })
    expectTruth(report, again)
  })
  it("from a ticket that opens with the key of libreswan", async () => {
    const tape = new Tape()
    const skD = tape.random(32)
    const key = tape.random(20)
    // pluto's struct ticket on 64-bit machines: number, IV, then under AES-GCM identities, end, SK_d, suite.
    const state = new Uint8Array(824)
    state.set(skD, 536)
    for (const [at, n] of [
      [792, 32],
      [800, 12],
      [804, 5],
      [808, 12],
      [812, 31],
      [816, 128],
    ] as const)
      new DataView(state.buffer).setUint32(at, n, true)
    const [number, iv] = [Uint8Array.of(3, 0, 0, 0), tape.random(8)]
    const nonce = new Uint8Array([...key.subarray(16), ...iv])
    const gcm = createCipheriv("aes-128-gcm", key.subarray(0, 16), nonce).setAAD(number)
    const sealed = Buffer.concat([gcm.update(state), gcm.final(), gcm.getAuthTag()])
    const libreswan = new Uint8Array([...number, ...iv, 0, 0, 0, 0, ...sealed])
    const again = new PlayV2(tape).resume(libreswan, skD).auth()
    const report = await reportOf(tape, { ...PSKS, ticket_keys: [hex(key)] })
    expectTruth(report, again)
    expect(saOf(report, again).suite.encr).toBe("AES-CBC-128")
    expect(report.secrets.find(s => s.kind === "ticket_keys")?.used_by).toEqual([saOf(report, again).id])
    const wrong = await reportOf(tape, { ...PSKS, ticket_keys: [hex(key).replace(/^../, "00")] })
    expect(saOf(wrong, again).keys.status).toBe("none")
    // Another daemon's ticket is none of this form.
    const other = new PlayV2(new Tape()).resume(ticket, skD).auth()
    expect(saOf(await reportOf(other.tape, { ...PSKS, ticket_keys: [hex(key)] }), other).keys.status).toBe("none")
  })
})

describe("Child SAs", () => {
  it("several, with PFS secrets of their own, AH, transport mode, rekeyed", async () => {
    const play = begun().auth({ child: null })
    const a = play.child("initiator", { encr: "AES-GCM-16-128", ke: [19], net: 1 })
    const b = play.child("responder", { protocol: "AH", integ: "HMAC-SHA2-256-128", ke: [31], net: 2 })
    const c = play.child("initiator", { encr: "CAMELLIA-CBC-256", integ: "HMAC-SHA2-512-256", transport: true, net: 3 })
    const d = play.child("responder", { ...a.spec, rekeys: a })
    const e = play.child("initiator", { protocol: "AH", integ: "AES-CMAC-96", net: 4 })
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    expectTruth(report, play)
    const sa = saOf(report, play)
    const child = (of: Child) => sa.child_sas.find(x => x.spi_i === hex(of.spiI))
    expect(child(a)).toMatchObject({ pfs: true, state: "rekeyed", suite: { ke: ["ECP-256"] }, mode: "tunnel" })
    expect(child(b)).toMatchObject({ protocol: "AH", pfs: true, ts_i: ["10.2.0.0/16"], ts_r: ["10.102.0.0/16"] })
    expect(child(c)).toMatchObject({ mode: "transport", pfs: false })
    expect(child(d)).toMatchObject({ rekeys: child(a)?.id, state: "installed" })
    expect(child(e)).toMatchObject({ protocol: "AH", suite: { integ: "AES-CMAC-96", encr: null } })
    expect(new Set(statuses(sa, "ah-icv"))).toEqual(new Set(["pass"]))
  })
  it("childless (RFC 6023)", async () => {
    const play = begun().auth({ child: null })
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    expectTruth(report, play)
    expect(saOf(report, play)).toMatchObject({ state: "established", child_sas: [] })
  })
  it("a PFS secret that is missing leaves that Child SA alone closed", async () => {
    const play = begun().auth()
    play.child("initiator", { encr: "AES-GCM-16-128", ke: [19], net: 2 })
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: [first(play)] })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(sa.child_sas.map(c => c.keys.status)).toEqual(["derived", "none"])
    expect(statuses(sa, "child-keys")).toEqual(["pass", "skipped"])
    expect(reasons(sa, "child-keys")[1]).toMatch(/PFS|key exchange/)
  })
  it("reauthentication, make before break", async () => {
    const old = begun().auth()
    const fresh = new PlayV2(old.tape).saInit().auth({ child: { encr: "AES-CBC-256", integ: "HMAC-SHA1-96" } })
    old.delete()
    const report = await reportOf(old.tape, { ...PSKS, dh_shared: all(old, fresh).toReversed() })
    expectTruth(report, old, fresh)
    expect([saOf(report, old).state, saOf(report, fresh).state]).toEqual(["deleted", "established"])
  })
})

describe("captures that are not whole or not in order", () => {
  it("the beginning is missing: suite, nonces and g^ir given", async () => {
    const play = begun().auth()
    play.child("initiator", { encr: "AES-GCM-16-128", net: 2 })
    const rest = play.tape.packets.map((_, i) => i + 1).slice(2)
    const { encr, integ, prf } = SUITE
    const entry = { ...play.spis, encr, integ, prf, nonce_i: hex(play.nonces.ni), nonce_r: hex(play.nonces.nr) }
    for (const secret of [{ dh_shared: first(play) }, { skeyseed: hex(play.keys.skeyseed) }]) {
      const report = await reportOf(play.tape.capture(rest), { ...PSKS, ike_sas: [{ ...entry, ...secret }] })
      const sa = saOf(report, play)
      expect(failures(report)).toEqual([])
      expect(sa.suite).toMatchObject({ encr, integ, prf })
      expect(sa.keys.epochs[0].values).toEqual(shown(play.keys))
      expect(sa.ids.initiator?.value).toBe("left.lab")
      expect(statuses(sa, "auth-initiator")).toEqual(["skipped"])
      expect(reasons(sa, "auth-initiator")[0]).toContain("IKE_SA_INIT")
      expect(sa.child_sas.map(c => c.keys.values)).toEqual(play.children.map(shownChild))
    }
  })
  it("the beginning is missing: SK_* given with nonces, the Child SA of IKE_AUTH opens", async () => {
    const play = begun().auth()
    const rest = play.tape.packets.map((_, i) => i + 1).slice(2)
    const { encr, integ, prf } = SUITE
    const { skeyseed: _, ...sk } = shown(play.keys)
    const nonces = { nonce_i: hex(play.nonces.ni), nonce_r: hex(play.nonces.nr) }
    const report = await reportOf(play.tape.capture(rest), {
      ike_sas: [{ ...play.spis, encr, integ, prf, ...nonces, ...sk }],
    })
    expect(failures(report)).toEqual([])
    expect(saOf(report, play).child_sas.map(c => c.keys.values)).toEqual(play.children.map(shownChild))
  })
  it("IKE_AUTH and all that follows before IKE_SA_INIT", async () => {
    const play = begun({ ...SUITE, additional: [35] })
      .addKe(35)
      .auth()
    play.child("initiator", { encr: "AES-GCM-16-128", net: 2 })
    const frames = play.tape.packets.map((_, i) => i + 1)
    const tail = frames.slice(2)
    for (const order of [[...tail, 1, 2], [...tail.toReversed(), 2, 1], frames.toReversed()]) {
      const report = await reportOf(play.tape.capture(order), { ...PSKS, dh_shared: all(play) })
      expect(report.ike_sas).toHaveLength(1)
      expectTruth(report, play)
      expect(saOf(report, play).state).toBe("established")
      for (const id of ["auth-initiator", "auth-responder"]) expect(statuses(saOf(report, play), id)).toEqual(["pass"])
    }
  })
  it("responses before their requests", async () => {
    const play = begun().auth()
    play.child("initiator", { encr: "AES-GCM-16-128", ke: [31], net: 2 })
    const frames = play.tape.packets.map((_, i) => i + 1)
    const order = [2, 1, 4, 3, ...frames.slice(4, 6), 8, 7, ...frames.slice(8)]
    const report = await reportOf(play.tape.capture(order), { ...PSKS, dh_shared: all(play) })
    expect(report.ike_sas).toHaveLength(1)
    expectTruth(report, play)
  })
})

describe("damage", () => {
  it("a wrong ICV fails, and the rest still opens", async () => {
    const play = begun().auth()
    const [frame] = play.info("initiator")
    play.tape.packets[frame - 1] = oneBitOff(play.tape.packets[frame - 1], play.tape.packets[frame - 1].length - 1)
    play.info("initiator")
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    const sa = saOf(report, play)
    expect(statuses(sa, "sk-integrity")).toEqual(["pass", "pass", "fail", "pass", "pass", "pass"])
    expect(sa.checks.find(c => c.status === "fail")?.frame).toBe(frame)
    expect(sa.diagnostics).toContain("decryption-failed")
  })
  it("a Pad Length beyond the cleartext", async () => {
    const play = begun().auth()
    const id = play.nextId.initiator++
    const frame = play.put(
      "initiator",
      play.sealed("initiator", X.INFO, id, false, [w.notifyP(40000)], { padLength: 200 }),
    )
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    const sa = saOf(report, play)
    expect(sa.checks.filter(c => c.status === "fail").map(c => [c.id, c.frame])).toEqual([["sk-padding", frame]])
    expect(reasons(sa, "sk-padding").at(-1)).toContain("200")
  })
  it("a Pad Length that cuts into the last payload", async () => {
    const play = begun().auth()
    const id = play.nextId.initiator++
    play.put("initiator", play.sealed("initiator", X.INFO, id, false, [w.notifyP(40000)], { padLength: 13 }))
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    expect(saOf(report, play).checks.some(c => c.status === "fail" && c.id === "sk-padding")).toBe(true)
  })
  it("a Message ID used again with other content", async () => {
    const play = begun().auth()
    play.info("initiator")
    play.nextId.initiator--
    const [frame] = play.info("initiator", [w.notifyP(40000)])
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    const failed = saOf(report, play).checks.filter(c => c.status === "fail")
    expect(failed.map(c => c.id)).toEqual(["message-id", "message-id"])
    expect(failed[0].frame).toBe(frame)
  })
  it("a Message ID far outside the window", async () => {
    const play = begun().auth()
    play.info("initiator")
    play.nextId.initiator = 4000
    const [frame] = play.info("initiator")
    play.nextId.initiator = 2
    const [late] = play.info("initiator", [w.notifyP(40001)])
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    const failed = saOf(report, play).checks.filter(c => c.status === "fail" && c.id === "message-id")
    expect(failed.map(c => c.frame)).toContain(late)
    expect(frame).toBeGreaterThan(0)
  })
})

describe("COOKIE and INVALID_KE_PAYLOAD", () => {
  const cookie = new Uint8Array(20).fill(9)
  const restart = (echo: Uint8Array) => {
    const play = new PlayV2(new Tape())
    const none = new Uint8Array(8)
    const spiR = play.spiR
    play.spiR = none
    const ke = play.ke(31)
    const sa = w.saP({ protocol: 1, spi: new Uint8Array(0), transforms: play.transforms() })
    const ni = play.tape.random(32)
    const request = [sa, w.keP(31, ke.publicI), w.nonceP(ni)]
    play.put("initiator", w.clearMessage(play.head("initiator", X.INIT, 0, false), request))
    play.put("responder", w.clearMessage(play.head("responder", X.INIT, 0, true), [w.notifyP(N.COOKIE, cookie)]))
    const answer = w.notifyP(N.INVALID_KE_PAYLOAD, Uint8Array.of(0, 19))
    play.put(
      "initiator",
      w.clearMessage(play.head("initiator", X.INIT, 0, false), [w.notifyP(N.COOKIE, echo), ...request]),
    )
    play.put("responder", w.clearMessage(play.head("responder", X.INIT, 0, true), [answer]))
    play.spiR = spiR
    play.exchanged.length = 0
    return play
  }
  it("the SA that comes of it opens", async () => {
    const play = restart(cookie).saInit().auth()
    const report = await reportOf(play.tape, { ...PSKS, dh_shared: all(play) })
    expect(report.ike_sas).toHaveLength(1)
    expectTruth(report, play)
    expect(statuses(saOf(report, play), "cookie")[0]).toBe("pass")
    expect(saOf(report, play).exchanges.map(x => x.type)).toEqual([
      "IKE_SA_INIT",
      "IKE_SA_INIT",
      "IKE_SA_INIT",
      "IKE_AUTH",
    ])
  })
  it("is one SA too where the capture has its later messages first", async () => {
    const play = restart(cookie).saInit().auth()
    const order = [7, 8, 1, 2, 3, 4, 5, 6, ...play.tape.packets.map((_, i) => i + 1).slice(8)]
    const report = await reportOf(play.tape.capture(order))
    expect(report.ike_sas).toHaveLength(1)
    const types = report.ike_sas[0].exchanges.map(x => x.type)
    expect(types.sort()).toEqual(["IKE_AUTH", "IKE_SA_INIT", "IKE_SA_INIT", "IKE_SA_INIT"])
    expect(report.ike_sas[0].suite.encr).toBe("AES-CBC-128")
    expect(report.diagnostics.map(d => d.code)).not.toContain("stray-first-message")
  })
  it("a cookie that is not the one given", async () => {
    const report = await reportOf(restart(oneBitOff(cookie)).tape)
    expect(statuses(report.ike_sas[0], "cookie")).toEqual(["fail"])
  })
})

describe("Wireshark's table", () => {
  const play = begun().auth()
  const { sk_ei, sk_er } = shown(play.keys)
  const row = (integ: string, ei = sk_ei) =>
    `${play.spis.spi_i},${play.spis.spi_r},${ei},${sk_er},"AES-CBC-128 [RFC3602]",,,"${integ}"`
  it.each([true, false])("a row with ANY integrity opens without checking; the negotiation seen: %s", async seen => {
    const { secrets } = importSecrets(row("ANY 128-bits of Authentication [No Checking]"), { file: "table" })
    const frames = play.tape.packets.map((_, i) => i + 1)
    const report = await reportOf(play.tape.capture(seen ? frames : frames.slice(2)), {}, { secrets })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(sa.ids.initiator?.value).toBe("left.lab")
    expect(statuses(sa, "sk-integrity")).toEqual(["skipped", "skipped"])
    expect(reasons(sa, "sk-integrity")[0]).toContain("not checked")
  })
  it("a wrong key of such a row opens nothing", async () => {
    const wrong = row("ANY 128-bits of Authentication [No Checking]", hex(oneBitOff(play.keys.sk_ei)))
    const { secrets } = importSecrets(wrong, { file: "table" })
    const sa = saOf(await reportOf(play.tape, {}, { secrets }), play)
    expect(sa.ids.initiator).toBeNull()
  })
})
