/** The arbiter of key derivation: an SA whose ends derive its keys by a known mistake is opened all the same, and the mistake is named. */
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { pointsOf } from "../../src/crypto/ke-ecp.ts"
import { prfFunction } from "../../src/keys/context.ts"
import { deriveIkeKeys, SK_NAMES, skLengths } from "../../src/keys/ikev2.ts"
import { split } from "../../src/keys/prf-plus.ts"
import { reportOf, saOf, shown } from "./analyzed.ts"
import { N, PlayV2, SUITE, type SuiteSpec } from "./play-v2.ts"
import { hex, ip, LEFT, RIGHT, Tape } from "./tape.ts"
import { notifyP } from "./wire-v2.ts"

const GCM: SuiteSpec = { encr: "AES-GCM-16-128", prf: "HMAC-SHA2-256", ke: 31 }
const ECP: SuiteSpec = { ...SUITE, ke: 19 }
const XCBC: SuiteSpec = { ...SUITE, prf: "AES128-XCBC" }
const ZERO8 = new Uint8Array(8)

/** How the two ends make SKEYSEED and the seven keys. */
interface Wrong {
  readonly suite?: SuiteSpec
  readonly seed?: (p: PlayV2, mac: Mac, shared: Uint8Array) => Uint8Array
  readonly keys?: (p: PlayV2, mac: Mac, seed: Uint8Array) => Record<string, Uint8Array>
  /** Plays on until the shared secret fits. */
  readonly until?: (shared: Uint8Array) => boolean
}
type Mac = (key: Uint8Array, ...data: Uint8Array[]) => Uint8Array

const material = (mac: Mac, seed: Uint8Array, s: Uint8Array, length: number, first = 1): Uint8Array => {
  let out: Uint8Array = new Uint8Array(0)
  let last: Uint8Array = new Uint8Array(0)
  for (let n = first; out.length < length; n++) {
    last = mac(seed, last, s, Uint8Array.of(n))
    out = concat(out, last)
  }
  return out
}
const lengthsOf = (p: PlayV2) => skLengths({ prf: p.prf, encr: p.encr, integ: p.integ })
const cut = (p: PlayV2, bytes: Uint8Array, lengths = lengthsOf(p)): Record<string, Uint8Array> =>
  Object.fromEntries(split(bytes, lengths).map((k, i) => [SK_NAMES[i], k]))
const plain =
  (s: (p: PlayV2) => Uint8Array, first = 1) =>
  (p: PlayV2, mac: Mac, seed: Uint8Array) =>
    cut(p, material(mac, seed, s(p), 512, first))
const whole = (p: PlayV2) => concat(p.nonces.ni, p.nonces.nr, p.spiI, p.spiR)

const CASES: readonly [string, RegExp, Wrong][] = [
  [
    "the nonces exchanged",
    /with the nonces exchanged/,
    {
      seed: (p, mac, s) => mac(concat(p.nonces.nr, p.nonces.ni), s),
      keys: plain(p => concat(p.nonces.nr, p.nonces.ni, p.spiI, p.spiR)),
    },
  ],
  [
    "nonces cut for HMAC",
    /nonces cut where they should be whole/,
    { seed: (p, mac, s) => mac(concat(p.nonces.ni.subarray(0, 8), p.nonces.nr.subarray(0, 8)), s) },
  ],
  [
    "nonces whole for XCBC",
    /or whole where they should be cut/,
    { suite: XCBC, seed: (p, mac, s) => mac(concat(p.nonces.ni, p.nonces.nr), s) },
  ],
  [
    "key and data exchanged",
    /key and data of the prf exchanged/,
    { seed: (p, mac, s) => mac(s, p.nonces.ni, p.nonces.nr) },
  ],
  [
    "the other byte order",
    /in the other byte order/,
    { seed: (p, mac, s) => mac(concat(p.nonces.ni, p.nonces.nr), Uint8Array.from(s).reverse()) },
  ],
  [
    "no leading zeros",
    /lost its leading zeros/,
    { suite: ECP, until: s => s[0] === 0, seed: (p, mac, s) => mac(concat(p.nonces.ni, p.nonces.nr), s.subarray(1)) },
  ],
  [
    "x|y of the point",
    /both coordinates of the shared point/,
    {
      suite: ECP,
      seed: (p, mac, s) =>
        mac(
          concat(p.nonces.ni, p.nonces.nr),
          pointsOf("ecp-256")
            .fromHex(`02${toHex(s)}`)
            .toBytes(false)
            .subarray(1),
        ),
    },
  ],
  [
    "the SPIs exchanged",
    /with the SPIs exchanged/,
    { keys: plain(p => concat(p.nonces.ni, p.nonces.nr, p.spiR, p.spiI)) },
  ],
  [
    "no responder SPI",
    /a responder SPI of zero/,
    { keys: plain(p => concat(p.nonces.ni, p.nonces.nr, p.spiI, ZERO8)) },
  ],
  ["no SPIs", /without the SPIs/, { keys: plain(p => concat(p.nonces.ni, p.nonces.nr)) }],
  ["prf+ from 0", /prf\+ counting from 0/, { keys: plain(whole, 0) }],
  [
    "integrity keys beside an AEAD",
    /integrity keys taken from the keying material although/,
    {
      suite: GCM,
      keys: (p, mac, seed) => {
        const right = lengthsOf(p)
        return cut(p, material(mac, seed, whole(p), 512), [right[0], 32, 32, ...right.slice(3)])
      },
    },
  ],
  [
    "no salt",
    /without the salt in the keying material/,
    {
      suite: GCM,
      keys: (p, mac, seed) => {
        const right = lengthsOf(p)
        const keys = cut(p, material(mac, seed, whole(p), 512), [...right.slice(0, 3), 16, 16, ...right.slice(5)])
        const salted = (k: Uint8Array) => concat(k, new Uint8Array(4))
        return { ...keys, sk_ei: salted(keys.sk_ei), sk_er: salted(keys.sk_er) }
      },
    },
  ],
]

function mistaken({ suite = SUITE, seed, keys, until }: Wrong): PlayV2 {
  for (let n = 0; ; n++) {
    const tape = new Tape()
    // Another label count gives another private value.
    for (let i = 0; i < n; i++) tape.random(1)
    const play = new PlayV2(tape, { suite }).saInit()
    const { shared } = play.exchanged[0]
    if (until && !until(shared)) continue
    const mac: Mac = (key, ...data) => prfFunction(play.context)(key)(concat(...data))
    const skeyseed = seed?.(play, mac, shared) ?? play.keys.skeyseed
    const right = deriveIkeKeys(
      { ...play.context, encr: play.encr, integ: play.integ, nonces: play.nonces, spiI: play.spiI, spiR: play.spiR },
      skeyseed,
    )
    play.keys = { skeyseed, ...(keys?.(play, mac, skeyseed) ?? right.values) }
    return play
  }
}

const said = (report: Awaited<ReturnType<typeof reportOf>>) =>
  report.diagnostics.filter(d => d.code === "implementation-mistake").map(d => d.message)

describe("keys of a new SA", () => {
  it.each(CASES)("%s", async (_, says, wrong) => {
    const play = mistaken(wrong).auth()
    const keys = { dh_shared: [hex(play.exchanged[0].shared)], psks: ["swordfish"] }
    const report = await reportOf(play.tape, keys)
    const sa = saOf(report, play)
    expect(sa.keys.status).toBe("derived")
    for (const side of ["initiator", "responder"])
      expect(sa.checks.find(c => c.id === `auth-${side}`)?.status).toBe("pass")
    expect(said(report)).toHaveLength(1)
    expect(said(report)[0]).toMatch(says)
    expect(said(report)[0]).toContain("the initiator erred. ")
  })

  it("nothing is said of keys as they should be, nor opened with another secret", async () => {
    const play = mistaken({}).auth()
    expect(said(await reportOf(play.tape, { dh_shared: [hex(play.exchanged[0].shared)] }))).toEqual([])
    const wrong = mistaken(CASES[7][2]).auth()
    const report = await reportOf(wrong.tape, { dh_shared: ["00".repeat(32)] })
    expect([said(report), saOf(report, wrong).keys.status]).toEqual([[], "none"])
  })
})

const secretsOf = (...plays: PlayV2[]) => ({
  dh_shared: [...new Set(plays.flatMap(p => p.exchanged.map(e => hex(e.shared))))],
  psks: ["swordfish"],
})

describe("an ICV of another length than was agreed", () => {
  const SHA1: SuiteSpec = { ...SUITE, integ: "HMAC-SHA1-96" }
  const SHA512: SuiteSpec = { ...SUITE, encr: "AES-CTR-256", integ: "HMAC-SHA2-512-256" }
  const CCM: SuiteSpec = { ...GCM, encr: "AES-CCM-16-128" }
  const SHORT: SuiteSpec = { ...GCM, encr: "AES-GCM-8-128" }
  const both = ["initiator", "responder"] as const
  const cutBy = (suite: SuiteSpec, bits: number, by: readonly string[]): PlayV2 => {
    const play = new PlayV2(new Tape(), { suite })
    const { sealKeys } = play
    play.sealKeys = (from, keys) => {
      const right = sealKeys.call(play, from, keys)
      if (!by.includes(from)) return right
      const { integ } = right
      if (integ) return { ...right, integ: { ...integ, icvBytes: bits / 8 } }
      return { ...right, encr: { ...right.encr, icvBytes: bits / 8 } }
    }
    return play.saInit()
  }

  it.each([
    ["HMAC-SHA2-256-128", 96, SUITE, 128],
    ["HMAC-SHA1-96", 160, SHA1, 96],
    ["HMAC-SHA2-512-256", 96, SHA512, 256],
    ["AES-GCM-16", 64, GCM, 128],
    ["AES-CCM-16", 96, CCM, 128],
    ["AES-GCM-8", 128, SHORT, 64],
  ] as const)("%s with %i bits", async (_, bits, suite, agreed) => {
    for (const by of [["initiator"], ["responder"], both]) {
      const play = cutBy(suite, bits, by).auth()
      play.info("responder")
      for (const given of [false, true]) {
        const secrets = given
          ? { ike_sas: [{ ...play.spis, ...shown(play.keys) }] }
          : { dh_shared: [hex(play.exchanged[0].shared)] }
        const report = await reportOf(play.tape, { ...secrets, psks: ["swordfish"] })
        const sa = saOf(report, play)
        expect([sa.keys.status, sa.state]).toEqual([given ? "given" : "derived", "established"])
        expect(said(report)).toHaveLength(by.length)
        for (const side of by)
          expect(said(report).join("\n")).toMatch(
            new RegExp(`only with ${bits} bits, where ${agreed} were agreed: the ${side} erred\\. RFC \\d+ §`),
          )
        // Each message is opened and read.
        const checks = sa.checks.filter(c => c.id === "sk-integrity" || c.id.startsWith("auth-"))
        expect(checks.map(c => c.status)).toEqual(checks.map(() => "pass"))
        expect(checks).toHaveLength(6)
        expect(sa.child_sas).toHaveLength(1)
      }
    }
  })

  it("is said of fragments, and of what a later epoch opens", async () => {
    const play = cutBy(SUITE, 96, ["responder"])
    play.auth({ fragments: 2 })
    const next = play.rekeyIke("initiator")
    next.sealKeys = (from, keys) => play.sealKeys.call(next, from, keys)
    next.info("initiator")
    const secrets = secretsOf(play, next)
    expect(said(await reportOf(play.tape, secrets))).toHaveLength(1)
  })

  it("is why nobody answers, where the other end drops what it cannot open", async () => {
    const play = cutBy(SUITE, 96, ["initiator"]).auth({ child: null })
    const other = play.tape.add(ip(LEFT, RIGHT, 17, play.tape.random(8)))
    const silence = new Array<number>(1500).fill(other)
    const order = [1, 2, 3, ...silence, 3, ...silence, 3, ...silence]
    const report = await reportOf(play.tape.capture(order), secretsOf(play))
    const { verdict } = saOf(report, play)
    expect([verdict.outcome, verdict.certainty, verdict.cause]).toEqual([
      "no-answer",
      "inferred",
      "implementation-mistake",
    ])
    expect(verdict.why).toMatch(/the ICV of frame 3 holds only with 96 bits, where 128 were agreed/)
    const right = await reportOf(new PlayV2(new Tape()).saInit().auth({ child: null }).tape.capture([1, 2, 3]))
    expect(right.ike_sas[0].verdict.cause).not.toBe("implementation-mistake")
  })

  it("nothing is said, nor opened, where the secret is another, or the ICV is no other length's", async () => {
    const play = cutBy(SUITE, 96, both).auth()
    const wrong = await reportOf(play.tape, { dh_shared: ["00".repeat(32)] })
    expect([said(wrong), saOf(wrong, play).keys.status]).toEqual([[], "none"])
    const odd = cutBy(SUITE, 104, ["responder"]).auth()
    const report = await reportOf(odd.tape, secretsOf(odd))
    expect(said(report)).toEqual([])
    const failed = saOf(report, odd).checks.filter(c => c.id === "sk-integrity" && c.status === "fail")
    expect(failed).toHaveLength(1)
  })
})

describe("keys of a rekeyed SA", () => {
  it.each([
    [
      "made as for a new SA",
      /made as for a new SA/,
      (mac: Mac, _old: Uint8Array, g: Uint8Array, n: Uint8Array) => mac(n, g),
    ],
    [
      "with the nonces in front",
      /nonces in front of g\^ir/,
      (mac: Mac, old: Uint8Array, g: Uint8Array, n: Uint8Array) => mac(old, n, g),
    ],
  ] as const)("%s", async (_, says, seed) => {
    const play = mistaken({}).auth()
    const next = play.rekeyIke("initiator")
    const mac: Mac = (key, ...data) => prfFunction(play.context)(key)(concat(...data))
    next.take(seed(mac, play.keys.sk_d, next.exchanged[0].shared, concat(next.nonces.ni, next.nonces.nr)))
    next.info("initiator")
    const secrets = [...play.exchanged, ...next.exchanged].map(e => hex(e.shared))
    const report = await reportOf(play.tape, { dh_shared: [...new Set(secrets)], psks: ["swordfish"] })
    expect(said(report)).toHaveLength(1)
    expect(said(report)[0]).toMatch(says)
    expect(saOf(report, next).keys.status).toBe("derived")
  })
})

describe("keys of a later epoch", () => {
  const TWO: SuiteSpec = { ...SUITE, additional: [31, 31] }
  const macOf =
    (p: PlayV2): Mac =>
    (key, ...data) =>
      prfFunction(p.context)(key)(concat(...data))

  it("made from the SK_d of the epoch before the last", async () => {
    const play = new PlayV2(new Tape(), { suite: TWO }).saInit([notifyP(N.INTERMEDIATE)]).addKe(31)
    const { take } = play
    play.take = () =>
      take.call(play, macOf(play)(play.epochs[0].sk_d, play.exchanged[2].shared, play.nonces.ni, play.nonces.nr))
    play.addKe(31)
    play.take = take
    play.info("initiator")
    const report = await reportOf(play.tape, secretsOf(play))
    expect(said(report)).toHaveLength(1)
    expect(said(report)[0]).toMatch(/with the SK_d of another SA or of another key epoch: the initiator erred/)
    expect(saOf(report, play).keys.epochs).toHaveLength(3)
  })

  it("of a rekeyed SA, with the additional secret left out, whether it is known or not", async () => {
    const play = mistaken({}).auth()
    const next = play.rekeyIke("initiator", { ...SUITE, additional: [31] })
    const [first, second] = next.exchanged
    next.take(macOf(play)(play.keys.sk_d, first.shared, next.nonces.ni, next.nonces.nr))
    next.info("initiator")
    const all = secretsOf(play, next)
    for (const dh_shared of [all.dh_shared, all.dh_shared.filter(s => s !== hex(second.shared))]) {
      const report = await reportOf(play.tape, { ...all, dh_shared })
      expect(said(report)).toHaveLength(1)
      expect(said(report)[0]).toMatch(
        /no secret of an additional key exchange went: the initiator erred\. RFC 9370 §2\.2\.4/,
      )
      expect(saOf(report, next).keys.status).toBe("derived")
    }
  })

  it.each(["initiator", "responder"] as const)("not made at all behind IKE_INTERMEDIATE, by the %s", async by => {
    const play = new PlayV2(new Tape(), { suite: TWO }).saInit([notifyP(N.INTERMEDIATE)]).addKe(31)
    const [old, right] = [play.epochs[0], play.keys]
    const { sealKeys } = play
    play.sealKeys = from => sealKeys.call(play, from, from === by ? old : right)
    play.auth()
    const report = await reportOf(play.tape, secretsOf(play))
    expect(said(report)).toHaveLength(1)
    expect(said(report)[0]).toMatch(
      new RegExp(
        `only under the keys from before the IKE_INTERMEDIATE exchange.*the ${by} erred\\. RFC 9370 §2\\.2\\.2`,
      ),
    )
    const opened = saOf(report, play).checks.filter(c => c.id === "sk-integrity")
    expect(opened.map(c => c.status)).toEqual(["pass", "pass", "pass", "pass"])
  })

  it("of a rekeyed SA, with the SPIs of the SA that is replaced", async () => {
    const play = mistaken({}).auth()
    const next = play.rekeyIke("responder")
    const { values } = deriveIkeKeys(
      {
        ...next.context,
        encr: next.encr,
        integ: next.integ,
        nonces: next.nonces,
        spiI: play.spiI,
        spiR: play.spiR,
      },
      next.keys.skeyseed,
    )
    next.keys = { skeyseed: next.keys.skeyseed, ...values }
    next.info("initiator")
    const report = await reportOf(play.tape, secretsOf(play, next))
    expect(said(report)).toHaveLength(1)
    expect(said(report)[0]).toMatch(/with the SPIs of the SA that is replaced: the initiator erred\. RFC 7296 §2\.18/)
  })
})
