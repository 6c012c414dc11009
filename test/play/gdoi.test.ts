/** GDOI played: registrations, rekeys by multicast, and the ESP of several senders. RFC 6407, RFC 8263. */
import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { TextBuffer } from "../../src/bytes/text-buffer.ts"
import { renderReport } from "../../src/render/report-text.ts"
import { ikeSaReport } from "../../src/report/build.ts"
import { IkeSaWriter } from "../../src/report/ike-sa-json.ts"
import { analyzed, failures, reasons, reportOf, statuses } from "./analyzed.ts"
import { type Kek, PlayGdoi } from "./play-gdoi.ts"
import { ecdsaRaw } from "./signers.ts"
import { type Endpoint, hex, Tape } from "./tape.ts"

const A: Endpoint = { address: [10, 0, 0, 1], port: 848 }
const B: Endpoint = { address: [10, 0, 0, 3], port: 848 }
const secrets = (p: PlayGdoi) => ({
  psks: [{ secret: "swordfish" }],
  dh_shared: p.member.exchanged.map(e => hex(e.shared)),
})
const spkiOf = (key: ReturnType<typeof generateKeyPairSync>["publicKey"]) =>
  new Uint8Array((key as never as { export(o: object): Buffer }).export({ type: "spki", format: "der" }))
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
const RSA: NonNullable<Kek["signer"]> = {
  algorithm: 1,
  hash: 3,
  spki: spkiOf(rsa.publicKey as never),
  sign: octets => new Uint8Array(sign("sha256", octets, rsa.privateKey)),
}
const ECDSA: NonNullable<Kek["signer"]> = {
  algorithm: 4,
  hash: 3,
  spki: spkiOf(ec.publicKey as never),
  sign: octets => ecdsaRaw(ec.privateKey, "P-256", new Uint8Array(createHash("sha256").update(octets).digest())),
}
const started = () => new PlayGdoi(new Tape())

describe("GROUPKEY-PULL", () => {
  it("hands out keys under which the packets of every sender open", async () => {
    const play = started()
    const [cbc, gcm] = [play.tek(), play.tek({ id: 20 })]
    play.pull({ teks: [cbc, gcm], kek: play.kek(), gap: true, sequence: 0, senders: { bits: 8, ids: [5, 6] } })
    for (let n = 1; n <= 3; n++)
      for (const from of [A, B]) {
        play.send(cbc, from, n)
        play.send(gcm, from, n, Uint8Array.of(from === A ? 5 : 9, 0, 0, 0, 0, 0, 0, n))
      }
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    const [sa, ...more] = report.ike_sas
    expect(more).toEqual([])
    for (const n of [1, 2, 3, 4]) expect(statuses(sa, `ikev1-hash-${n}`)).toEqual(["pass"])
    expect(sa.group).toMatchObject({
      role: "member",
      id: { type: "ID_KEY_ID", value: "group-42" },
      sender_ids: [5, 6],
      sender_id_bits: 8,
    })
    expect(sa.group?.rekey_spis).toHaveLength(1)
    expect(sa.verdict).toMatchObject({
      outcome: "up",
      certainty: "proven",
      headline: "Up: registered with a group, 2 data SAs, 12 packets",
    })
    expect(sa.child_sas.map(c => [c.spi_i, c.spi_r, c.suite.encr, c.ts_r])).toEqual([
      [null, hex(cbc.spi), "AES-CBC-128", ["239.1.1.1/32"]],
      [null, hex(gcm.spi), "AES-GCM-16-128", ["239.1.1.1/32"]],
    ])
    // Each sender is an SA of its own, and nothing is said against it.
    const seen = report.esp_sas.map(e => `${e.source} ${e.spi} ${e.icv_ok} ${e.sequence.duplicate}`)
    expect(seen.sort()).toEqual(
      [cbc, gcm].flatMap(t => [A, B].map(from => `${from.address.join(".")} ${hex(t.spi)} 3 0`)).sort(),
    )
    expect(report.diagnostics).toEqual([])
  })

  it("a key of the wrong length is none", async () => {
    const play = started()
    const [short, long] = [play.tek(), play.tek({ id: 20 })]
    const teks = [
      { ...short, key: short.key.subarray(0, 9) },
      { ...long, key: new Uint8Array(33) },
    ]
    play.pull({ teks, kek: { ...play.kek(), key: new Uint8Array(3) } })
    for (const tek of [short, long]) play.send(tek, A, 1)
    const report = await reportOf(play.tape, secrets(play))
    expect(report.ike_sas[0].child_sas.map(c => c.keys.status)).toEqual(["none", "none"])
    expect(report.esp_sas.map(e => [e.icv_ok, e.icv_failed])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it("a HASH that does not hold fails", async () => {
    const play = started().pull({ teks: [] }, true)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual(["ike/0 ikev1-hash-4 frame 10: the HASH payload does not match under SKEYID_a"])
  })

  it("without keys it stays closed, and nothing is held against it", async () => {
    const play = started()
    play.pull({ teks: [play.tek()], kek: play.kek() })
    const [sa] = (await reportOf(play.tape)).ike_sas
    expect([sa.verdict.outcome, sa.group]).toEqual(["up", null])
    expect(sa.exchanges.map(x => x.type)).toEqual(["Identity Protection (Main Mode)", "GROUPKEY-PULL"])
  })
})

describe("GROUPKEY-PUSH", () => {
  const pushed = (signer: Kek["signer"] | undefined, options: Parameters<PlayGdoi["push"]>[3] = {}) => {
    const play = started()
    const [old, next] = [play.tek(), play.tek({ id: 20 })]
    const kek = play.kek(signer)
    play.pull({ teks: [old], kek, sequence: 0 })
    play.send(old, A, 1)
    play.push(kek, 1, { teks: [next] }, { deletes: old.spi, ...options })
    for (const from of [A, B]) play.send(next, from, 1, Uint8Array.of(from === A ? 1 : 2, 0, 0, 0, 0, 0, 0, 1))
    return { play, old, next, kek }
  }

  it.each([
    ["RSA", RSA],
    ["ECDSA", ECDSA],
  ])("opens, its signature by %s holds, and the new keys open ESP", async (_, signer) => {
    const { play, old, next, kek } = pushed(signer)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    const rekey = report.ike_sas[1]
    expect(rekey).toMatchObject({
      state: "established",
      group: { role: "rekey", from: "ike/0" },
      keys: { status: "derived", epochs: [{ values: { kek: hex(kek.key), kek_iv: hex(kek.iv) } }] },
      verdict: { outcome: "up", certainty: "proven", headline: "Rekey SA of a group: 1 rekey opened" },
    })
    expect(statuses(rekey, "groupkey-push-sig")).toEqual(["pass"])
    expect(rekey.child_sas.map(c => [c.spi_r, c.keys.values.encr_i])).toEqual([[hex(next.spi), hex(next.key)]])
    expect(report.ike_sas[0].child_sas).toMatchObject([{ spi_r: hex(old.spi), state: "deleted" }])
    expect(report.esp_sas.map(e => [e.packets, e.icv_ok, e.child_sa])).toEqual([
      [1, 1, "child/0"],
      [1, 1, "child/1"],
      [1, 1, "child/1"],
    ])
    expect(report.diagnostics).toEqual([])
  })

  it.each([
    ["a bit of the signature is wrong", { forge: true }, /does not hold under the key/],
    ["there is none", { unsigned: true }, /asks for a signature, and the message has none/],
  ] as const)("is not authenticated where %s", async (_, options, says) => {
    const { play } = pushed(RSA, options)
    const report = await reportOf(play.tape, secrets(play))
    const rekey = report.ike_sas[1]
    expect(reasons(rekey, "groupkey-push-sig")[0]).toMatch(says)
    expect(rekey.verdict).toMatchObject({ outcome: "degraded", cause: "group-unauthenticated" })
    expect(report.diagnostics.map(d => [d.code, d.sa])).toEqual([["group-unauthenticated", "ike/1"]])
  })

  it("needs no signature where the policy names none, and goes on from the last block where a server does so", async () => {
    const play = started()
    const kek = play.kek()
    play.pull({ teks: [play.tek()], kek })
    const { lastBlock } = play.push(kek, 1, { teks: [play.tek()] })
    play.push(kek, 2, { teks: [play.tek()] }, { iv: lastBlock })
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    expect(report.ike_sas[1].child_sas).toHaveLength(2)
    expect(statuses(report.ike_sas[1], "groupkey-push-seq")).toEqual(["pass"])
    expect(statuses(report.ike_sas[1], "groupkey-push-sig")).toEqual([])
  })

  it("a repeated sequence number is a replay; the same message again is a retransmission", async () => {
    const play = started()
    const kek = play.kek()
    play.pull({ teks: [play.tek()], kek })
    const { frame } = play.push(kek, 7, { teks: [play.tek()] })
    play.tape.repeat(frame)
    play.push(kek, 7, { teks: [play.tek()] })
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([
      "ike/1 groupkey-push-seq frame 13: its sequence number 7 is not above 7: a replay, and members drop it",
    ])
    expect(report.ike_sas[1].exchanges[0].retransmissions).toBe(1)
    expect(report.diagnostics.map(d => d.code)).toEqual(["captured-twice"])
  })

  it("a KEK comes by a PUSH too: the next rekey SA opens under it", async () => {
    const play = started()
    const [first, second] = [play.kek(RSA), play.kek(RSA)]
    const tek = play.tek()
    play.pull({ teks: [], kek: first })
    play.push(first, 1, { teks: [], kek: second })
    play.push(second, 0, { teks: [tek] })
    play.send(tek, A, 1)
    const report = await reportOf(play.tape, secrets(play))
    expect(failures(report)).toEqual([])
    expect(report.ike_sas.map(s => s.group?.from)).toEqual([null, "ike/0", "ike/1"])
    expect(report.esp_sas[0].icv_ok).toBe(1)
  })

  it("captured in front of the registration it opens all the same", async () => {
    const play = started()
    const kek = play.kek(RSA)
    const frames = play.tape.packets.length
    play.pull({ teks: [play.tek()], kek })
    const { frame } = play.push(kek, 1, { teks: [play.tek()] })
    const order = [frame, ...Array.from({ length: frame - 1 }, (_, i) => i + 1)]
    expect(frames).toBe(6)
    const report = await reportOf(play.tape.capture(order), secrets(play))
    expect(failures(report)).toEqual([])
    expect(report.ike_sas.find(s => s.group?.role === "rekey")?.verdict.outcome).toBe("up")
  })

  it("stays closed without the registration's keys, and under other ones; nobody is blamed for not answering", async () => {
    const { play, kek } = pushed(RSA)
    const { frame } = play.push(kek, 2, { teks: [play.tek()] })
    play.tape.repeat(frame)
    for (const keys of [{}, { ...secrets(play), dh_shared: ["11".repeat(32)] }]) {
      const report = await reportOf(play.tape, keys)
      const rekey = report.ike_sas[1]
      expect(rekey.verdict).toMatchObject({ outcome: "partial", headline: "2 GROUPKEY-PUSH messages, closed" })
      expect(rekey.verdict.why).toMatch(/no registration that hands out the keys to them is opened/)
      expect(report.diagnostics.map(d => d.code)).not.toContain("no-answer")
      expect(report.ike_sas[0].verdict.why).toBe(
        "phase 1 and GROUPKEY-PULL have all their messages; which ESP is the group's only its keys show",
      )
    }
  })

  it("is acknowledged where the policy asks for it", async () => {
    const { play, kek } = pushed(RSA)
    play.acknowledge(kek, 1, A)
    play.acknowledge(kek, 1, B, true)
    const report = await reportOf(play.tape, secrets(play))
    expect(statuses(report.ike_sas[1], "groupkey-push-ack")).toEqual(["pass", "fail"])
    expect(reasons(report.ike_sas[1], "groupkey-push-ack")[1]).toMatch(/does not match under the KEK/)
  })

  it("is drawn in the report, and streams with the same bytes", async () => {
    const { play } = pushed(RSA)
    const { report, conclusions } = await analyzed(play.tape, secrets(play))
    const text = renderReport(report)
    expect(text).toMatch(/group +member of group-42 · rekey SA/)
    expect(text).toMatch(/group +rekey SA · keys from ike\/0/)
    for (const conclusion of conclusions) {
      const to = new TextBuffer()
      new IkeSaWriter(to).members(conclusion, false)
      expect(`{${new TextDecoder().decode(to.bytes)}`).toBe(JSON.stringify(ikeSaReport(conclusion, false)))
    }
  })
})
