/** Coverage: every control passes, fails and is not observable somewhere; what fails has its finding; silence is never taken for health. */
import { describe, expect, it } from "vitest"
import { audit } from "../../src/audit/audit.ts"
import { CONTROLS } from "../../src/audit/controls.ts"
import { AuditFacts } from "../../src/audit/facts.ts"
import type { Profile } from "../../src/audit/profile.ts"
import { PROFILES, profilesNamed } from "../../src/audit/profiles/index.ts"
import type { AuditResult, ControlCoverage } from "../../src/audit/types.ts"
import { concat } from "../../src/bytes/bytes.ts"
import { fromHex } from "../../src/bytes/hex.ts"
import { controlText } from "../../src/render/audit/coverage.ts"
import { analyzed, type Keys } from "../play/analyzed.ts"
import { PHASE1, PlayV1 } from "../play/play-v1.ts"
import { PlayV2, type Proof, type SuiteSpec } from "../play/play-v2.ts"
import { der } from "../play/signers.ts"
import { hex, Tape } from "../play/tape.ts"
import * as w from "../play/wire-v2.ts"
import { audited, keysOf, only } from "./audited.ts"

const CNSA2: SuiteSpec = { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 20, additional: [37] }
const OLD: SuiteSpec = { encr: "3DES-CBC", integ: "HMAC-MD5-96", prf: "HMAC-MD5", ke: 2 }
const DAY = 86_400

/** A digital signature (RFC 7427) of some length that nobody can check. */
function signature(oid: string, bytes: number): Proof {
  const id = der(0x30, der(6, fromHex(oid) as Uint8Array), der(5))
  return { method: 14, sign: () => concat(Uint8Array.of(id.length), id, new Uint8Array(bytes).fill(9)) }
}
const RSA_SHA256 = "2a864886f70d01010b"
const RSA_SHA384 = "2a864886f70d01010c"
const ECDSA_SHA384 = "2a8648ce3d040303"
const rsa = (bits: number, oid = RSA_SHA256): Proof => signature(oid, bits / 8)

const options = { profiles: PROFILES }
const both = (proof: Proof) => ({ initiator: proof, responder: proof })

/** A tunnel whose SAs have lived so many seconds when the capture ends, or are replaced. */
async function aged(seconds: number): Promise<AuditResult> {
  const tape = new Tape()
  const play = new PlayV2(tape).saInit().auth({ child: { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" } })
  play.child("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", ke: [31], rekeys: play.children[0] })
  const next = play.rekeyIke("initiator")
  const facts = new AuditFacts()
  const analysis = await analyzed(tape, keysOf(play, next), { observer: facts })
  const [sa] = analysis.sas
  sa.last = { seconds: sa.first.seconds + seconds, nanos: 0 }
  for (const c of sa.children) c.last = { seconds: c.first.seconds + seconds, nanos: 0 }
  return audit(analysis, facts, options)
}

const PLAYS: Readonly<Record<string, (profiles?: readonly Profile[]) => Promise<AuditResult>>> = {
  "as CNSA 2.0 has it": (profiles = PROFILES) =>
    audited(
      tape => {
        const p = new PlayV2(tape, { suite: CNSA2 })
          .saInit()
          .addKe(37)
          .auth({ child: { encr: "AES-GCM-16-256" }, ...both(rsa(3072, RSA_SHA384)) })
        p.child("initiator", { encr: "AES-GCM-16-256", ke: [20] })
        return keysOf(p)
      },
      { profiles },
    ),
  "old algorithms": () =>
    audited(tape => {
      const child = { encr: "DES-CBC", integ: "HMAC-MD5-96" }
      const p = new PlayV2(tape, { suite: OLD }).saInit().auth({ child, ...both(rsa(1024)) })
      p.child("initiator", { encr: "DES-CBC", integ: "HMAC-MD5-96", ke: [1] })
      p.child("initiator", child)
      return keysOf(p)
    }, options),
  AH: () =>
    audited(
      tape => keysOf(new PlayV2(tape).saInit().auth({ child: { protocol: "AH", integ: "HMAC-SHA2-256-128" } })),
      options,
    ),
  "a pre-shared key and CBC with SHA-2": () => audited(tape => keysOf(new PlayV2(tape).saInit().auth()), options),
  "an elliptic curve that no certificate shows": () =>
    audited(tape => keysOf(new PlayV2(tape).saInit().auth(both(signature(ECDSA_SHA384, 100)))), options),
  "the curves of RFC 4754": () =>
    audited(tape => {
      const one = new PlayV2(tape).saInit().auth(both({ method: 10, sign: () => new Uint8Array(96).fill(9) }))
      const p521 = new PlayV2(tape).saInit().auth(both({ method: 9, sign: () => new Uint8Array(64).fill(9) }))
      return keysOf(one, p521)
    }, options),
  "the old RSA method": () =>
    audited(
      tape => keysOf(new PlayV2(tape).saInit().auth(both({ method: 1, sign: () => new Uint8Array(256).fill(9) }))),
      options,
    ),
  "IKEv1 with RSA, no keys": () =>
    audited(tape => {
      const sign = () => new Uint8Array(256).fill(9)
      new PlayV1(tape, { spec: { ...PHASE1, method: 3 } }).main({ initiator: { sign }, responder: { sign } })
      return undefined
    }, options),
  "no keys": () => audited(tape => void new PlayV2(tape).saInit().auth(), options),
  "no beginning": async () => {
    const tape = new Tape()
    const p = new PlayV2(tape).saInit().auth()
    p.info("initiator")
    tape.packets = tape.packets.slice(4)
    return audited(() => undefined, { ...options, tape })
  },
  "ESP alone": async () => {
    const tape = new Tape()
    const p = new PlayV2(tape).saInit().auth({ child: { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", packets: 5 } })
    tape.packets = tape.packets.slice(4)
    return audited(() => keysNone(p), { ...options, tape })
  },
  "short lives": () => aged(60),
  "long lives": () => aged(2 * DAY),
}
const keysNone = (_: PlayV2): Keys | undefined => undefined

const results = new Map<string, AuditResult>()
for (const [name, play] of Object.entries(PLAYS)) results.set(name, await play())

const controls = (r: AuditResult, profile: string): readonly ControlCoverage[] =>
  r.coverage.find(c => c.profile === profile)?.controls ?? []

describe("every control", () => {
  it.each(CONTROLS.map(c => c.id))("%s: passes, fails and is not observable", id => {
    const seen = new Set(
      [...results.values()]
        .flatMap(r => r.coverage.flatMap(c => c.controls.filter(k => k.id === id)))
        .flatMap(k => k.tunnels.map(t => t.status)),
    )
    expect([...seen].sort()).toEqual(expect.arrayContaining(["fail", "not observable", "pass"]))
  })

  it.each([...results.keys()])("%s: what fails has a finding that cites the profile", name => {
    const { coverage, findings } = results.get(name) as AuditResult
    const silent = coverage.flatMap(({ profile, controls: all }) =>
      all.flatMap(k =>
        k.tunnels
          .filter(t => t.status === "fail")
          .filter(t => !findings.some(f => f.tunnel === t.tunnel && f.sources.some(s => s.profile === profile)))
          .map(t => `${profile} ${k.id} ${t.tunnel} ${t.seen.join()}`),
      ),
    )
    expect(silent).toEqual([])
  })

  it.each([...results.keys()])("%s: no finding of a profile without a control that fails or ends", name => {
    const { coverage, findings } = results.get(name) as AuditResult
    const blamed = findings
      .filter(f => f.rule.startsWith("not-approved") && !f.rule.endsWith("-offered"))
      .flatMap(f => f.sources.flatMap(s => (s.profile === null ? [] : [{ f, profile: s.profile }])))
      .filter(({ f, profile }) => {
        const all = coverage.find(c => c.profile === profile)?.controls ?? []
        return !all.some(k => k.tunnels.some(t => t.tunnel === f.tunnel && t.status === "fail"))
      })
    expect(blamed.map(b => `${b.profile} ${b.f.message}`)).toEqual([])
  })

  it("says what would show what it could not see", () => {
    for (const r of results.values())
      for (const { controls: all } of r.coverage)
        for (const t of all.flatMap(k => k.tunnels)) {
          expect([t.why === null, t.shows === null]).toEqual(Array(2).fill(t.status !== "not observable"))
          if (["fail", "pass", "not named"].includes(t.status)) expect(t.seen.length).toBeGreaterThan(0)
        }
  })
})

describe("what a weak tunnel was let pass for", () => {
  it("RSA-2048 with PKCS#1 v1.5 and SHA-256 passes neither CNSA nor BSI", async () => {
    const play = (tape: Tape) => {
      const suite: SuiteSpec = { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 20 }
      return keysOf(
        new PlayV2(tape, { suite }).saInit().auth({ child: { encr: "AES-GCM-16-256" }, ...both(rsa(2048)) }),
      )
    }
    for (const profile of ["cnsa1", "cnsa2", "bsi-tr-02102-3"]) {
      const result = await audited(play, { profiles: profilesNamed(profile) })
      const found = only(result, "not-approved-authentication")
      expect(found.message).toContain(
        "both sides authenticate by digital signature (RSASSA-PKCS1-v1_5, SHA2-256, RSA-2048)",
      )
      expect(found.message).toMatch(/RSA-2048/)
      expect(result.tunnels[0].proofs[0]).toMatchObject({
        scheme: "RSASSA-PKCS1-v1_5",
        hash: "SHA2-256",
        rsa_bits: 2048,
      })
    }
  })

  it("a pre-shared key passes no CNSA", async () => {
    for (const id of ["cnsa1", "cnsa2"]) {
      const r = results.get("a pre-shared key and CBC with SHA-2") as AuditResult
      expect(controls(r, id).find(k => k.id === "authentication")?.status).toBe("fail")
    }
  })

  it("the suite of CNSA 2.0 has nothing said against it but that CNSA 1.0's signatures end", async () => {
    const r = await PLAYS["as CNSA 2.0 has it"](profilesNamed("cnsa2"))
    expect(controls(r, "cnsa2").filter(k => k.status === "fail")).toEqual([])
    expect(r.tunnels[0].quantum).toBe("hybrid")
    expect(r.findings.map(f => `${f.severity} ${f.rule}`)).toEqual(["info approval-ends"])
  })

  it("a hybrid rekey does not make a classical first SA post-quantum", async () => {
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 31 } }).saInit().auth()
      const next = p.rekeyIke("initiator", { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 31, additional: [36] })
      return keysOf(p, next)
    })
    expect(result.tunnels[0]).toMatchObject({ quantum: "partly-hybrid", ike_sas: ["ike/0", "ike/1"] })
    expect(only(result, "harvest-now-decrypt-later").objects).toEqual(["ike/0"])
  })
})

describe("national suites, which RFC 8247 does not name", () => {
  const gost = (tape: Tape): undefined => {
    const p = new PlayV2(tape)
    const transforms: w.TransformSpec[] = [
      [1, 32],
      [2, 9],
      [4, 33],
    ]
    const payloads = [
      w.saP({ protocol: 1, spi: new Uint8Array(0), transforms }),
      w.keP(33, tape.random(64)),
      w.nonceP(tape.random(32)),
    ]
    p.clearExchange(34, payloads, payloads)
  }
  const sm = (tape: Tape): Keys => {
    const p = new PlayV1(tape, { spec: { ...PHASE1, encr: 129, keyBits: undefined, hash: 20 } }).main()
    return { psks: [{ secret: "swordfish" }], dh_shared: p.exchanged.map(e => hex(e.shared)) }
  }
  it.each([
    ["GOST", gost, { "ike-encryption": "KUZNYECHIK-MGM-KTREE", "ike-prf": "HMAC-STREEBOG-512" }],
    ["SM", sm, { "ike-encryption": "SM4-CBC", "ike-prf": "HMAC-SM3" }],
  ] as const)("%s neither passes nor fails, in words too", async (_, play, named) => {
    const result = await audited(play, { profiles: [...profilesNamed("rfc8247")!, ...profilesNamed("cnsa1")!] })
    for (const [id, name] of Object.entries(named)) {
      const control = controls(result, "rfc8247").find(k => k.id === id)
      expect(control).toMatchObject({ status: "not named", counts: { pass: 0, fail: 0, not_named: 1 } })
      expect(controlText(control!)).toMatch(new RegExp(`^not named by this profile: ${name} \\(frame 2\\)$`))
      // A list of what may be used leaves nothing open.
      expect(controls(result, "cnsa1").find(k => k.id === id)?.status).toBe("fail")
    }
    expect(result.findings.filter(f => f.sources.some(s => s.profile === "rfc8247" && s.level !== "MUST NOT"))).toEqual(
      [],
    )
  })
  it("beside a suite that it names, each tunnel has its own word", async () => {
    const result = await audited(
      tape => {
        gost(tape)
        return keysOf(new PlayV2(tape).saInit().auth())
      },
      { profiles: profilesNamed("rfc8247") },
    )
    const control = controls(result, "rfc8247").find(k => k.id === "ike-encryption")!
    expect(control.counts).toEqual({ pass: 1, fail: 0, not_observable: 0, not_named: 1, not_applicable: 0 })
    expect(controlText(control)).toMatch(
      /^1 not named by this profile: KUZNYECHIK-MGM-KTREE \(ike\/0, frame 2\); 1 pass$/,
    )
  })
})
