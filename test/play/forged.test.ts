/** Messages that an attacker, or the network, adds to a negotiation: first messages, errors and deletes in the clear, AUTH that is not there. */
import { constants, generateKeyPairSync, privateEncrypt } from "node:crypto"
import { describe, expect, it } from "vitest"
import type { IkeSaReport, Report } from "../../src/report/types.ts"
import { failures, type Keys, reportOf, saOf, shown, statuses } from "./analyzed.ts"
import { PHASE1, PlayV1, type Signer } from "./play-v1.ts"
import { PlayV2, SUITE, type SuiteSpec, X } from "./play-v2.ts"
import { certificateOf } from "./signers.ts"
import { hex, Tape as NewTape, oneBitOff, type Tape } from "./tape.ts"
import * as v1 from "./wire-v1.ts"
import * as w from "./wire-v2.ts"

const PSKS = { psks: [{ secret: "swordfish" }] }
const GCM: SuiteSpec = { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-512", ke: SUITE.ke }

/** A whole negotiation in frames 1 to 4 and the packets behind them, and what forged messages are made of. */
function played() {
  const play = new PlayV2(new NewTape()).saInit()
  const { ke } = play.suite
  const forge = (options: ForgeOptions) => forged(play, ke, options)
  play.auth()
  const genuine = play.tape.packets.length
  return { play, forge, rest: Array.from({ length: genuine - 2 }, (_, i) => i + 3) }
}

interface ForgeOptions {
  readonly from: "initiator" | "responder"
  readonly suite?: SuiteSpec
  /** Same nonce and Key Exchange value as the genuine message, another payload beside them. */
  readonly sameKeys?: boolean
  readonly spiR?: Uint8Array
}

/** Adds a first message that the SA was not made from; its frame. */
function forged(play: PlayV2, group: number, { from, suite = SUITE, sameKeys = false, spiR }: ForgeOptions): number {
  const { tape } = play
  const genuine = play.exchanged[0]
  const request = from === "initiator"
  const value = request ? genuine.publicI : genuine.publicR
  const nonce = request ? play.nonces.ni : play.nonces.nr
  const other = new PlayV2(new NewTape(), { suite })
  const head = { ...play.head(from, X.INIT, 0, !request), spiR: request ? new Uint8Array(8) : (spiR ?? play.spiR) }
  const payloads = [
    w.saP({ protocol: 1, spi: new Uint8Array(0), transforms: other.transforms() }),
    w.keP(group, sameKeys ? value : oneBitOff(value, 3)),
    w.nonceP(sameKeys ? nonce : tape.random(32, "forged")),
    w.notifyP(16430),
  ]
  return play.put(from, w.clearMessage(head, payloads))
}

const shared = (play: PlayV2): Keys => ({ ...PSKS, dh_shared: [hex(play.exchanged[0].shared)] })

/** The SA came up as it was played, whatever else is in the capture. */
function expectUp(report: Report, play: PlayV2): IkeSaReport {
  const sa = saOf(report, play)
  expect(failures(report)).toEqual([])
  expect(sa.state).toBe("established")
  for (const side of ["initiator", "responder"]) expect(statuses(sa, `auth-${side}`)).toEqual(["pass"])
  for (const esp of report.esp_sas) expect(esp.icv_ok).toBe(esp.packets)
  expect(sa.spi_r).toBe(hex(play.spiR))
  return sa
}

const messagesOf = (report: Report): number =>
  new Set(report.ike_sas.flatMap(sa => sa.exchanges.flatMap(x => x.messages.map(m => m.frame)))).size

describe("a forged first message (RFC 7296 §2.6)", () => {
  const kinds: [string, ForgeOptions][] = [
    ["answer", { from: "responder" }],
    ["answer with another suite", { from: "responder", suite: GCM }],
    ["answer under another SPI", { from: "responder", spiR: new Uint8Array(8).fill(0xaa) }],
    ["answer with the same nonce and value", { from: "responder", sameKeys: true }],
    ["request", { from: "initiator" }],
    ["request with the same nonce and value", { from: "initiator", sameKeys: true }],
  ]
  const places: [string, (f: number, rest: readonly number[]) => number[]][] = [
    ["before the genuine messages", (f, rest) => [f, 1, 2, ...rest]],
    ["between them", (f, rest) => [1, f, 2, ...rest]],
    ["behind them", (f, rest) => [1, 2, f, ...rest]],
    ["at the end", (f, rest) => [1, 2, ...rest, f]],
  ]
  for (const [kind, options] of kinds)
    for (const [place, orderOf] of places)
      it(`${kind}, ${place}`, async () => {
        const { play, forge, rest } = played()
        const capture = play.tape.capture(orderOf(forge(options), rest))
        const report = await reportOf(capture, shared(play))
        const sa = expectUp(report, play)
        expect(messagesOf(report)).toBe(5)
        const late = place === "at the end" || place === "behind them"
        if (options.from === "responder" || !late) expect(sa.diagnostics).toContain("stray-first-message")
        const given = await reportOf(capture, {
          ...PSKS,
          ike_sas: [{ ...play.spis, ...keysOf(play), encr: SUITE.encr, integ: SUITE.integ, prf: SUITE.prf }],
        })
        expectUp(given, play)
      })

  it("says so without keys, and takes the SPI under which the SA goes on", async () => {
    const { play, forge, rest } = played()
    const f = forge({ from: "responder", spiR: new Uint8Array(8).fill(0xaa) })
    const report = await reportOf(play.tape.capture([1, f, 2, ...rest]))
    expect(report.ike_sas).toHaveLength(1)
    expect(report.ike_sas[0].spi_r).toBe(hex(play.spiR))
    expect(report.ike_sas[0].diagnostics).toContain("stray-first-message")
  })

  it("a flood of answers is bounded, and the SA still opens when the genuine answer is among the first", async () => {
    const { play, forge, rest } = played()
    const flood = Array.from({ length: 40 }, () => forge({ from: "responder" }))
    expectUp(await reportOf(play.tape.capture([1, flood[0], 2, ...flood.slice(1), ...rest]), shared(play)), play)
  })

  it("a late first request is reported as what it is, with keys and without", async () => {
    const { play, forge, rest } = played()
    const capture = play.tape.capture([1, 2, ...rest, forge({ from: "initiator" })])
    for (const keys of [shared(play), {}]) {
      const report = await reportOf(capture, keys)
      const [sa, late] = report.ike_sas
      expect(sa.state).toBe("established")
      expect(late.verdict).toMatchObject({ outcome: "partial", cause: "stray-first-message", certainty: "inferred" })
      expect(late.verdict.headline).toContain(sa.id)
    }
  })

  it("a wrong secret opens nothing, with candidates as without", async () => {
    const { play, forge, rest } = played()
    const capture = play.tape.capture([1, forge({ from: "responder" }), 2, ...rest])
    const wrong = { ...PSKS, dh_shared: [hex(oneBitOff(play.exchanged[0].shared))] }
    const report = await reportOf(capture, wrong)
    expect(saOf(report, play).keys.status).toBe("none")
  })
})

const keysOf = (play: PlayV2): Keys =>
  Object.fromEntries(
    ["sk_d", "sk_ai", "sk_ar", "sk_ei", "sk_er", "sk_pi", "sk_pr"].map(name => [name, hex(play.keys[name])]),
  )

describe("a forged key exchange of IKEv1 (RFC 2409 §5)", () => {
  /** A negotiation with one Quick Mode in frames 1 to `rest`, and a message with another key exchange behind them. */
  const withForged = (mode: "main" | "aggressive", from: "initiator" | "responder") => {
    const play = new PlayV1(new NewTape())
    if (mode === "main") play.main()
    else play.aggressive({ encrypted: true })
    const rest = play.tape.packets.length
    play.quick("initiator").all()
    const end = play.tape.packets.length
    const ke = v1.raw(v1.T.KE, oneBitOff(from === "initiator" ? play.ke.publicI : play.ke.publicR, 3))
    const nonce = v1.raw(v1.T.NONCE, play.tape.random(20, "forged"))
    const around = mode === "main" ? [] : [v1.raw(v1.T.SA, play.sai)]
    const id = mode === "main" ? [] : [v1.raw(v1.T.ID, from === "initiator" ? play.idI : play.idR)]
    const forged = play.clear(
      from,
      mode === "main" ? v1.XV1.MAIN : v1.XV1.AGGRESSIVE,
      [...around, ke, nonce, ...id],
      mode === "main" || from === "responder",
    )
    return { play, forged, rest, frames: Array.from({ length: end }, (_, i) => i + 1) }
  }
  for (const mode of ["main", "aggressive"] as const)
    for (const from of ["initiator", "responder"] as const)
      for (const place of ["before", "behind"] as const)
        it(`${mode} mode, of the ${from}, ${place} the genuine one`, async () => {
          const { play, forged, frames } = withForged(mode, from)
          const first = mode === "main" ? 2 : from === "initiator" ? 0 : 1
          const at = place === "before" ? first : mode === "main" ? 4 : 2
          const capture = play.tape.capture([...frames.slice(0, at), forged, ...frames.slice(at)])
          const report = await reportOf(capture, { ...PSKS, dh_shared: [hex(play.ke.shared)] })
          const sa = report.ike_sas.find(s => s.spi_r === hex(play.ckyR) && s.keys.status === "derived")
          expect(sa?.keys.epochs[0].values).toEqual(shown(play.keys))
          expect(failures(report)).toEqual([])
          for (const esp of report.esp_sas) expect(esp.icv_ok).toBe(esp.packets)
          if (from === "responder" || mode === "main") expect(sa?.diagnostics).toContain("stray-first-message")
          const wrong = await reportOf(capture, { ...PSKS, dh_shared: [hex(oneBitOff(play.ke.shared))] })
          expect(wrong.ike_sas.every(s => s.keys.status === "none")).toBe(true)
          const bare = await reportOf(capture)
          if (mode === "main") expect(bare.ike_sas[0].diagnostics).toContain("stray-first-message")
        })
})

describe("a forged answer of Aggressive Mode with another identity and a proof that does not hold (RFC 2409 §5)", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const signer: Signer = {
    certificate: certificateOf(publicKey, "right.lab"),
    sign: value => privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, value),
  }
  const cases = (["psk", "signature"] as const).flatMap(how =>
    (["before", "behind"] as const).flatMap(place => [true, false].map(encrypted => ({ how, place, encrypted }))),
  )
  it.each(cases)("$how, $place the genuine one, the rest encrypted: $encrypted", async ({ how, place, encrypted }) => {
    const signs = how === "signature"
    const play = new PlayV1(new NewTape(), { spec: { ...PHASE1, method: signs ? 3 : 1 } })
    play.aggressive(signs ? { initiator: signer, responder: signer, encrypted } : { encrypted })
    if (encrypted) play.quick("initiator").all()
    const frames = play.tape.packets.map((_, i) => i + 1)
    const forged = play.clear("responder", v1.XV1.AGGRESSIVE, [
      v1.raw(v1.T.SA, play.sai),
      v1.raw(v1.T.KE, oneBitOff(play.ke.publicR, 3)),
      v1.raw(v1.T.NONCE, play.tape.random(20, "forged")),
      v1.raw(v1.T.ID, v1.fqdnBody("wrong.lab")),
      v1.raw(signs ? v1.T.SIG : v1.T.HASH, play.tape.random(signs ? 256 : 20, "proof")),
    ])
    const at = place === "before" ? 1 : 2
    const capture = play.tape.capture([...frames.slice(0, at), forged, ...frames.slice(at)])
    const stray = place === "before" ? 2 : 3
    const report = await reportOf(capture, { ...PSKS, dh_shared: [hex(play.ke.shared)] })
    const [sa] = report.ike_sas
    expect(report.ike_sas).toHaveLength(1)
    expect(failures(report)).toEqual([])
    const checked = sa.checks.filter(c => /^ikev1-(hash|sig)-[ir]$/.test(c.id)).map(c => [c.frame, c.status])
    expect(checked.filter(([, status]) => status === "pass")).toHaveLength(2)
    expect(checked.filter(([frame]) => frame === stray)).toEqual([[stray, "skipped"]])
    expect(sa.ids.responder?.value).toBe("right.lab")
    const finding = report.diagnostics.find(d => d.code === "stray-first-message")
    expect(finding?.message).toMatch(
      new RegExp(`^frame ${stray} is another message of the responder .* it is not part of`),
    )
    const wrong = await reportOf(capture, {
      psks: [{ secret: "sailfish" }],
      dh_shared: [hex(oneBitOff(play.ke.shared))],
    })
    const passed = wrong.ike_sas[0].checks.filter(c => /^ikev1-(hash|sig)/.test(c.id) && c.status === "pass")
    expect(passed).toEqual([])
  })
})

describe("a forged offer of IKEv1 (RFC 2409 §5)", () => {
  it.each(["before", "behind"] as const)("%s the genuine one is not what the hashes are made of", async place => {
    const play = new PlayV1(new NewTape())
    play.main()
    const frames = play.tape.packets.map((_, i) => i + 1)
    const forged = play.clear("initiator", v1.XV1.MAIN, [v1.raw(v1.T.SA, play.sai.slice(0, -4))], false)
    const at = place === "before" ? 0 : 1
    const capture = play.tape.capture([...frames.slice(0, at), forged, ...frames.slice(at)])
    const report = await reportOf(capture, { ...PSKS, dh_shared: [hex(play.ke.shared)] })
    const [sa] = report.ike_sas
    expect(report.ike_sas).toHaveLength(1)
    expect(failures(report)).toEqual([])
    expect(["ikev1-hash-i", "ikev1-hash-r"].map(id => statuses(sa, id))).toEqual([["pass"], ["pass"]])
    const wrong = await reportOf(capture, { psks: [{ secret: "sailfish" }], dh_shared: [hex(play.ke.shared)] })
    expect(wrong.ike_sas[0].keys.status).toBe("none")
  })
})

describe("a forged answer of IKEv1 (RFC 2409 §5)", () => {
  const attributes = (list: v1.AttributeSpec[]) =>
    v1.saBody({ protocol: 1, spi: new Uint8Array(0), transforms: [[1, list]] })
  // 3DES, MD5, another group; and a signature instead of the pre-shared key.
  const forgeries: [string, v1.AttributeSpec[]][] = [
    [
      "other algorithms",
      [
        [1, 5],
        [2, 1],
        [3, 1],
        [4, 2],
      ],
    ],
    [
      "another method",
      [
        [1, 7],
        [14, 256],
        [2, 4],
        [3, 3],
        [4, 14],
      ],
    ],
  ]
  for (const [what, list] of forgeries)
    it.each(["before", "behind"] as const)(`${what}, %s the genuine one, does not hide the SA`, async place => {
      const play = new PlayV1(new NewTape())
      play.main()
      const rest = play.tape.packets.length
      play.quick("initiator").all()
      const frames = play.tape.packets.map((_, i) => i + 1)
      const forged = play.clear("responder", v1.XV1.MAIN, [v1.raw(v1.T.SA, attributes(list))])
      const at = place === "before" ? 1 : 2
      const capture = play.tape.capture([...frames.slice(0, at), forged, ...frames.slice(at)])
      const report = await reportOf(capture, { ...PSKS, dh_shared: [hex(play.ke.shared)] })
      const genuine = (await reportOf(play.tape.capture(frames), { ...PSKS, dh_shared: [hex(play.ke.shared)] }))
        .ike_sas[0]
      const [sa] = report.ike_sas
      expect(rest).toBe(6)
      expect(failures(report)).toEqual([])
      expect(sa.keys.epochs[0].values).toEqual(shown(play.keys))
      expect([sa.suite, sa.auth, sa.state]).toEqual([genuine.suite, genuine.auth, genuine.state])
      for (const esp of report.esp_sas) expect(esp.icv_ok).toBe(esp.packets)
      const wrong = await reportOf(capture, { ...PSKS, dh_shared: [hex(oneBitOff(play.ke.shared))] })
      expect(wrong.ike_sas.every(s => s.keys.status === "none")).toBe(true)
    })
})

describe("an answer of IKEv1 under another cookie (RFC 2408 §2.5.3)", () => {
  it.each(["before", "behind"] as const)("%s the genuine one does not hide the SA", async place => {
    const play = new PlayV1(new NewTape())
    play.main()
    play.quick("initiator").all()
    const frames = play.tape.packets.map((_, i) => i + 1)
    const forged = play.clear("responder", v1.XV1.MAIN, [v1.raw(v1.T.SA, play.sai)])
    // The responder's cookie stands behind IP, UDP and the initiator's.
    play.tape.packets[forged - 1][20 + 8 + 8] ^= 0x55
    const at = place === "before" ? 1 : 2
    const capture = play.tape.capture([...frames.slice(0, at), forged, ...frames.slice(at)])
    const report = await reportOf(capture, { ...PSKS, dh_shared: [hex(play.ke.shared)] })
    expect(failures(report)).toEqual([])
    expect(report.ike_sas).toHaveLength(1)
    expect(report.ike_sas[0]).toMatchObject({ spi_r: hex(play.ckyR), keys: { status: "derived" } })
    for (const { ike_sas } of [report, await reportOf(capture)])
      expect(ike_sas[0].diagnostics).toContain("stray-first-message")
    expect((await reportOf(play.tape.capture(frames))).ike_sas[0].diagnostics).not.toContain("stray-first-message")
    expect(report.ike_sas[0].keys.epochs[0].values).toEqual(shown(play.keys))
    for (const esp of report.esp_sas) expect(esp.icv_ok).toBe(esp.packets)
    const wrong = await reportOf(capture, { psks: [{ secret: "sailfish" }], dh_shared: [hex(play.ke.shared)] })
    expect(wrong.ike_sas[0].keys.status).toBe("none")
  })
})

describe("a refusal of the answer, without the responder's cookie (RFC 2408 §5.2)", () => {
  const refusal = (play: PlayV1) => play.clear("initiator", v1.XV1.INFO, [v1.notifyV1(14)], false)

  it("belongs to the SA, and changes nothing where that goes on", async () => {
    const play = new PlayV1(new NewTape())
    play.main()
    play.quick("initiator", [{ esp: { id: 12, keyBits: 128, auth: 2 } }]).all()
    const [first, answer, ...rest] = play.tape.packets.map((_, i) => i + 1)
    const { ike_sas } = await reportOf(play.tape.capture([first, answer, refusal(play), ...rest]), PSKS)
    expect(ike_sas).toHaveLength(1)
    expect(ike_sas[0].state).toBe("established")
    expect(ike_sas[0].diagnostics).toContain("unauthenticated-error")
    expect(ike_sas[0].diagnostics).not.toContain("no-proposal-chosen")
  })

  it("is the reason where nothing follows, and names what is refused", async () => {
    const play = new PlayV1(new NewTape())
    play.main()
    const { ike_sas } = await reportOf(play.tape.capture([1, 2, refusal(play)]))
    expect(ike_sas).toHaveLength(1)
    const { outcome, cause, certainty, why } = ike_sas[0].verdict
    expect({ outcome, cause, certainty }).toEqual({ outcome: "failed", cause: "no-proposal-chosen", certainty: "seen" })
    expect(why).toContain("chose from its offer")
  })
})

describe("messages of phase 1 that are no further step (RFC 2409 §5)", () => {
  it("six in the clear are no finished Main Mode", async () => {
    const play = new PlayV1(new NewTape())
    play.main()
    play.quick("initiator", [{ esp: { id: 12, keyBits: 128, auth: 2 } }]).all()
    const ends = play.tape.packets.map((_, i) => i + 1).slice(4)
    const ke = (from: "initiator" | "responder") =>
      play.clear(from, v1.XV1.MAIN, [
        v1.raw(v1.T.KE, play.tape.random(32, "forged")),
        v1.raw(v1.T.NONCE, play.tape.random(20, "forged")),
      ])
    const forged = [ke("initiator"), ke("responder"), ke("initiator"), ke("responder")]
    const [sa] = (await reportOf(play.tape.capture([1, 2, 3, 4, ...forged]))).ike_sas
    expect([sa.state, sa.exchanges[0].complete]).toEqual(["half-open", false])
    expect(sa.verdict.headline).not.toContain("Phase 1 is done")
    const [whole] = (await reportOf(play.tape.capture([1, 2, 3, 4, ...forged, ...ends]))).ike_sas
    expect([whole.state, whole.exchanges[0].complete]).toEqual(["established", true])
  })

  it("a late first request is reported as what it is", async () => {
    const play = new PlayV1(new NewTape())
    play.main()
    const frames = play.tape.packets.map((_, i) => i + 1)
    const late = play.clear("initiator", v1.XV1.MAIN, [v1.raw(v1.T.SA, play.sai.slice(0, -4))], false)
    const { ike_sas } = await reportOf(play.tape.capture([...frames, late]))
    expect(ike_sas[1].verdict).toMatchObject({ outcome: "partial", cause: "stray-first-message" })
  })
})

describe("errors and deletes in the clear (RFC 7296 §2.21)", () => {
  const clear = (play: PlayV2, exchange: number, id: number, payloads: w.Payload[], response = true): number =>
    play.put("responder", w.clearMessage(play.head("responder", exchange, id, response), payloads))
  const kinds: [string, (play: PlayV2) => number][] = [
    ["NO_PROPOSAL_CHOSEN in IKE_SA_INIT", p => clear(p, X.INIT, 0, [w.notifyP(14)])],
    ["AUTHENTICATION_FAILED in IKE_AUTH", p => clear(p, X.AUTH, 1, [w.notifyP(24)])],
    ["a Delete in INFORMATIONAL", p => clear(p, X.INFO, 0, [w.deleteP(1)], false)],
    ["AUTHENTICATION_FAILED in INFORMATIONAL", p => clear(p, X.INFO, 0, [w.notifyP(24)], false)],
  ]
  for (const [kind, add] of kinds)
    for (const keyed of [true, false])
      it(`${kind} changes nothing, ${keyed ? "with" : "without"} keys`, async () => {
        const { play, rest } = played()
        const f = add(play)
        const [request, response, ...data] = rest
        const orders = [
          [1, 2, request, response, f, ...data],
          [1, 2, request, f, response, ...data],
          [1, 2, f, request, response, ...data],
        ]
        for (const order of orders) {
          const report = await reportOf(play.tape.capture(order), keyed ? shared(play) : {})
          expect(saOf(report, play).state).toBe("established")
        }
      })

  it("an error that nothing contradicts is the likely reason, and said to be unauthenticated", async () => {
    const { play } = played()
    const f = clear(play, X.AUTH, 1, [w.notifyP(24)])
    const report = await reportOf(play.tape.capture([1, 2, 3, f]))
    const [sa] = report.ike_sas
    expect(sa.state).toBe("failed")
    expect(sa.diagnostics).toContain("unauthenticated-error")
  })
})

describe("a peer that says it has no such SA (RFC 7296 §2.21.4, §1.5)", () => {
  const denied = (play: PlayV2): number =>
    play.put("responder", w.clearMessage(play.head("responder", X.INFO, 1, true), [w.notifyP(4)]))
  const deniedV1 = (play: PlayV1): number => play.clear("responder", v1.XV1.INFO, [v1.notifyV1(4)])

  it("counts for nothing where it goes on encrypted", async () => {
    const { play } = played()
    denied(play)
    play.info("initiator")
    const [sa] = (await reportOf(play.tape)).ike_sas
    expect(sa.verdict.outcome).toBe("up")
    expect(sa.diagnostics).toContain("unauthenticated-error")
    expect(sa.diagnostics).not.toContain("invalid-ike-spi")
  })

  it("has lost it where nothing more comes, its beginning captured or not", async () => {
    const { play, rest } = played()
    play.info("initiator")
    const all = [1, 2, ...rest, ...play.tape.packets.map((_, i) => i + 1).slice(2 + rest.length), denied(play)]
    for (const order of [all, all.slice(rest.length + 2)]) {
      const [sa] = (await reportOf(play.tape.capture(order))).ike_sas
      expect(sa.verdict).toMatchObject({ outcome: "lost", cause: "peer-restarted", certainty: "seen" })
      expect(sa.verdict.why).toContain("in the clear")
    }
  })

  it.each([3, 5])("in IKEv1, message %i of Main Mode is answered so: no key is to blame", async frame => {
    const play = new PlayV1(new NewTape())
    play.main()
    const frames = Array.from({ length: frame }, (_, i) => i + 1)
    const [sa] = (await reportOf(play.tape.capture([...frames, deniedV1(play)]), PSKS)).ike_sas
    expect(sa.verdict).toMatchObject({ outcome: "failed", cause: "invalid-ike-spi", certainty: "seen" })
    expect(sa.state).toBe("failed")
    expect(sa.diagnostics).not.toContain("ikev1-psk-mismatch")
  })

  it("INVALID_SPI without SPIs of an IKE SA is no beginning of one", async () => {
    const { play } = played()
    const none = { ...play.head("responder", X.INFO, 0, false), spiI: new Uint8Array(8), spiR: new Uint8Array(8) }
    play.put("responder", w.clearMessage(none, [w.notifyP(11, play.children[0].spiR)]))
    const report = await reportOf(play.tape)
    expect(report.ike_sas.map(s => s.verdict.outcome)).toEqual(["up", "partial"])
    expect(report.ike_sas[1].verdict.headline).toContain("INVALID_SPI")
    expect(report.diagnostics.map(d => d.code)).not.toContain("single-requests")
  })
})

describe("what the verdict says beside forged messages", () => {
  it("a group that nobody offered, asked for in the clear, changes nothing", async () => {
    const { play, rest } = played()
    const head = { ...play.head("responder", X.INIT, 0, true), spiR: new Uint8Array(8) }
    const forged = play.put("responder", w.clearMessage(head, [w.notifyP(17, Uint8Array.of(0, 14))]))
    const report = await reportOf(play.tape.capture([1, forged, 2, ...rest]))
    expect(report.ike_sas[0].verdict.outcome).toBe("up")
    expect(report.diagnostics.filter(d => d.severity === "error")).toEqual([])
    expect(report.diagnostics.find(d => d.code === "ke-group-not-offered")?.message).toContain("the SA went on")
  })

  it("a forged fragment of another cut hides no message that is whole", async () => {
    const play = new PlayV2(new NewTape()).saInit([w.notifyP(16430)]).auth({ fragments: 3 })
    const head = w.header(play.head("responder", X.AUTH, 1, true), w.P.SKF, 28 + 80)
    const body = Uint8Array.from([36, 0, 0, 80, 0, 1, 255, 255, ...play.tape.random(72)])
    const forged = play.put("responder", Uint8Array.from([...head, ...body]))
    const frames = play.tape.packets.map((_, i) => i + 1).slice(0, -1)
    const report = await reportOf(play.tape.capture([...frames.slice(0, 5), forged, ...frames.slice(5)]), shared(play))
    expect(report.ike_sas[0].state).toBe("established")
    expect(report.diagnostics.map(d => d.code)).not.toContain("fragment-missing")
  })

  it("a side whose AUTH does not hold is not called authenticated", async () => {
    const play = new PlayV2(new NewTape())
      .saInit()
      .auth({ child: null, responder: { psk: new TextEncoder().encode("sailfish") } })
    const [sa] = (await reportOf(play.tape, shared(play))).ike_sas
    expect(statuses(sa, "auth-responder")).toEqual(["fail"])
    expect(sa.verdict.certainty).not.toBe("proven")
    expect(sa.verdict.why).not.toContain("both ends are authenticated")
  })
})

describe("errors in the clear before anybody is authenticated (RFC 2408 §3.14.1, RFC 7296 §3.10.1)", () => {
  it("INVALID-KEY-INFORMATION after message 3: the KE value is named where it is the fault, and no identity", async () => {
    for (const short of [true, false]) {
      const play = new PlayV1(new NewTape())
      play.main()
      const ke = v1.raw(v1.T.KE, short ? play.ke.publicI.slice(1) : play.ke.publicI)
      const third = play.clear("initiator", v1.XV1.MAIN, [ke, v1.raw(v1.T.NONCE, play.ni)])
      const error = play.clear("responder", v1.XV1.INFO, [v1.notifyV1(17)])
      const { ike_sas, diagnostics } = await reportOf(play.tape.capture([1, 2, third, error]))
      const { verdict } = ike_sas[0]
      expect(verdict.outcome).toBe("failed")
      expect(verdict.cause).toBe(short ? "key-exchange-refused" : "error-notification")
      expect(verdict.why).not.toContain("identity")
      if (short) expect(diagnostics.find(d => d.code === "error-notification")?.message).toContain("31 bytes long")
    }
  })

  it("a private error of IKEv2 says its text", async () => {
    const play = new PlayV2(new NewTape()).saInit()
    const head = { ...play.head("responder", X.INIT, 0, true), spiR: new Uint8Array(8) }
    const error = play.put(
      "responder",
      w.clearMessage(head, [w.notifyP(8192, new TextEncoder().encode("no such user"))]),
    )
    const [sa] = (await reportOf(play.tape.capture([1, error]))).ike_sas
    expect(sa.verdict).toMatchObject({ outcome: "failed" })
    expect(sa.verdict.headline).toContain("no such user")
  })
})

describe("IKE_AUTH without an AUTH payload (RFC 7296 §1.2)", () => {
  const withoutAuth = (tape: Tape, missing: readonly string[]) => {
    const play = new PlayV2(tape).saInit()
    const idI = w.idP(w.P.IDI, "left")
    const idR = w.idP(w.P.IDR, "right")
    const proofI = missing.includes("initiator") ? [] : play.prove("initiator", idI, { psk: PSK })
    const proofR = missing.includes("responder") ? [] : play.prove("responder", idR, { psk: PSK })
    play.exchange("initiator", X.AUTH, [idI, ...proofI], [idR, ...proofR])
    return play
  }
  const PSK = new TextEncoder().encode("swordfish")
  for (const missing of [["initiator"], ["responder"], ["initiator", "responder"], []])
    it(`${missing.join(" and ") || "nothing"} missing`, async () => {
      const play = withoutAuth(new NewTape(), missing)
      const report = await reportOf(play.tape, shared(play))
      const sa = saOf(report, play)
      for (const side of ["initiator", "responder"])
        expect(statuses(sa, `auth-${side}`)).toEqual([missing.includes(side) ? "fail" : "pass"])
      expect(sa.diagnostics.includes("auth-missing")).toBe(missing.length > 0)
      expect(sa.state === "established").toBe(missing.length === 0)
    })
})

describe("SPIs in the order of the exchange (RFC 7296 §3.1)", () => {
  const swapped = (play: PlayV2, from: "initiator" | "responder", response: boolean, payloads: w.Payload[]) => {
    const head = { ...play.head(from, X.INFO, 0, response), spiI: play.spiR, spiR: play.spiI, fromInitiator: !response }
    const iv = play.iv()
    return play.put(from, w.sealedMessage(head, payloads, play.sealKeys(from), play.provider, { iv }))
  }

  it("a peer that swaps them still speaks of its SA", async () => {
    const { play } = played()
    swapped(play, "responder", false, [w.notifyP(16397)])
    swapped(play, "initiator", true, [w.notifyP(16397)])
    const report = await reportOf(play.tape, shared(play))
    expect(report.ike_sas).toHaveLength(1)
    const [sa] = report.ike_sas
    expect(new Set(statuses(sa, "sk-integrity"))).toEqual(new Set(["pass"]))
    expect(sa.exchanges.at(-1)).toMatchObject({ type: "INFORMATIONAL", started_by: "responder", complete: true })
    expect(sa.diagnostics).toContain("spis-swapped")
  })

  it("the right order is said nothing about", async () => {
    const { play } = played()
    play.info("responder")
    expect((await reportOf(play.tape, shared(play))).ike_sas[0].diagnostics).not.toContain("spis-swapped")
  })

  it("other peers with these SPIs are another SA", async () => {
    const { play } = played()
    const other = { address: [10, 9, 9, 9] as const, port: 500 }
    const head = { ...play.head("responder", X.INFO, 0, false), spiI: play.spiR, spiR: play.spiI }
    const message = w.sealedMessage(head, [], play.sealKeys("responder"), play.provider, { iv: play.iv() })
    play.tape.ike(other, play.left, message)
    expect((await reportOf(play.tape)).ike_sas).toHaveLength(2)
  })
})

describe("answers to another port (RFC 7296 §2.11)", () => {
  const at = (port: number) => ({ address: [10, 0, 0, 1] as const, port })

  it("is said, and moves nobody", async () => {
    const play = new PlayV2(new NewTape()).saInit()
    const requests = play.left
    play.left = at(42_000)
    play.put("initiator", play.sealed("initiator", X.AUTH, 1, false, [w.notifyP(16384)]))
    play.left = requests
    play.put("responder", play.sealed("responder", X.AUTH, 1, true, [w.notifyP(16384)]))
    const [sa] = (await reportOf(play.tape)).ike_sas
    expect(sa.diagnostics).toContain("answer-to-other-port")
    expect(sa.diagnostics).not.toContain("address-change")
  })

  it("is not where both sides change at once", async () => {
    const play = new PlayV2(new NewTape()).saInit()
    play.left = { ...play.left, port: 4500 }
    play.right = { ...play.right, port: 4500 }
    play.info("initiator")
    const [sa] = (await reportOf(play.tape)).ike_sas
    expect(sa.diagnostics).not.toContain("answer-to-other-port")
    expect(sa.diagnostics).toContain("port-float")
  })
})
